"""The standard library's IMAP client with what it lacks: vetted addresses, limits on what a server may send, a way to stop it."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from ..addresses import FetchError

#: Largest part of one message that is read (bytes): the text comes before the attachments.
MESSAGE_LIMIT = 1024 * 1024
#: Most that a server may send in one poll (bytes).
SESSION_LIMIT = 60 * 1024 * 1024
#: Most lines of one poll: a letter costs five, a search one.
LINE_LIMIT = 20_000
CONNECT_SECONDS = 10.0
_DATE = re.compile(rb'INTERNALDATE "([^"]{10,40})"')


@dataclass(frozen=True)
class Place:
    """Where a mailbox is, and the addresses that passed the gate."""

    host: str
    port: int
    is_tls: bool
    addresses: Sequence[str]


class Client(imaplib.IMAP4):
    """One connection to one of the addresses that passed the gate."""

    def __init__(self, place: Place, context: ssl.SSLContext, running: list[Client]) -> None:
        """Dial; ``running`` knows the client before it does, so that it can be stopped at any moment."""
        self._place, self._context = place, context
        self._received = self._lines = 0
        self._stopped = False
        running.append(self)
        super().__init__(place.host, place.port, timeout=CONNECT_SECONDS)
        if not place.is_tls:
            self._start_tls()

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = self._dialled(timeout)
        return self._context.wrap_socket(plain, server_hostname=self._place.host) if self._place.is_tls else plain

    def _dialled(self, timeout: float | None) -> socket.socket:
        refusal: OSError | None = None
        for address in self._place.addresses:
            try:
                return socket.create_connection((address, self._place.port), timeout)
            except OSError as error:
                refusal = error
        raise refusal or OSError("no address")

    def _start_tls(self) -> None:
        if "STARTTLS" not in self.capabilities:
            raise FetchError("no_tls", self._place.host)
        self.starttls(self._context)

    def read(self, size: int) -> bytes:
        """Read a literal; raises FetchError when it is longer than a message that was asked for."""
        if size > 2 * MESSAGE_LIMIT:
            raise FetchError("too_large", str(MESSAGE_LIMIT))
        return self._counted(super().read(size))

    def readline(self) -> bytes:
        """Read a line, counting."""
        self._lines += 1
        if self._lines > LINE_LIMIT:
            raise FetchError("too_large", f"{LINE_LIMIT} lines")
        return self._counted(super().readline())

    def _counted(self, data: bytes) -> bytes:
        self._received += len(data)
        if self._received > SESSION_LIMIT:
            raise FetchError("too_large", str(SESSION_LIMIT))
        if self._stopped:
            raise FetchError("too_slow", "stopped")
        return data

    def stop(self) -> None:
        """Cut the connection from another thread, so that whoever waits for the server wakes up."""
        self._stopped = True
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def look(client: Client, folder: str) -> int:
    """Open a folder for reading only (EXAMINE) and return its UIDVALIDITY; raises FetchError."""
    state, answer = client.select(_quoted(folder), readonly=True)
    if state != "OK":
        raise FetchError("no_such_folder", _text(answer))
    _code, value = client.response("UIDVALIDITY")
    number = value[0] if value else None
    if not isinstance(number, bytes) or not number.isdigit():
        raise FetchError("bad_answer", "UIDVALIDITY")
    return int(number)


def uids(client: Client, criterion: str) -> list[int]:
    """Return the UIDs of the messages that fit, ascending; raises FetchError."""
    state, answer = client.uid("SEARCH", criterion)
    if state != "OK":
        raise FetchError("bad_answer", _text(answer))
    words = b" ".join(part for part in answer if isinstance(part, bytes)).split()
    if not all(word.isdigit() and len(word) < 11 for word in words):
        raise FetchError("bad_answer", "UID SEARCH")
    return sorted({int(word) for word in words})


def message(client: Client, uid: int) -> tuple[bytes, str] | None:
    """Return the beginning of a message and when it arrived, leaving it unread; None when it is gone."""
    state, answer = client.uid("FETCH", str(uid), f"(UID INTERNALDATE BODY.PEEK[]<0.{MESSAGE_LIMIT}>)")
    if state != "OK":
        raise FetchError("bad_answer", _text(answer))
    said = b" ".join(part[0] if isinstance(part, tuple) else part for part in answer if isinstance(part, (tuple, bytes)))
    arrived = _DATE.search(said)
    for part in answer:
        if isinstance(part, tuple) and len(part) == 2:
            return bytes(part[1]), arrived[1].decode("ascii", "replace") if arrived else ""
    return None


def _quoted(folder: str) -> str:
    """Return a folder's name as IMAP writes it (modified UTF-7, RFC 3501 section 5.1.3).

    >>> _quoted("投诉 & 建议")
    '"&YpWLyQ- &- &XvqLrg-"'
    """
    out, wide = "", ""
    for sign in [*folder, ""]:
        if sign and not 32 <= ord(sign) < 127:
            wide += sign
            continue
        if wide:
            out += "&" + b64encode(wide.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",") + "-"
            wide = ""
        out += {"&": "&-", "\\": "\\\\", '"': '\\"'}.get(sign, sign)
    return f'"{out}"'


def _text(answer: Sequence[object]) -> str:
    return b" ".join(part for part in answer if isinstance(part, bytes)).decode("utf-8", "replace")[:200]
