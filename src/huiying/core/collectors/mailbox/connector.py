"""Read a mailbox over IMAP: only with TLS, only to look (EXAMINE), from the last message on."""

from __future__ import annotations

import asyncio
import imaplib
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from ..addresses import FetchError
from ..contract import Answer, Ask, BadOption, Json, Kind, Mode, Option
from ..records import Record, Unreadable
from . import client as imap
from .reading import read_message

T = TypeVar("T")
#: Whole poll (seconds): fifty messages of a slow server take ten.
DEADLINE = 60.0
#: Messages of one poll; the others follow in the next.
MESSAGES_PER_POLL = 50
#: What IMAP listens on; any other port must be on the operator's list.
PORTS = (993, 143)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


class Mailbox:
    """An IMAP mailbox."""

    key = "mailbox"
    label: Mapping[str, str] = {"en": "mailbox (IMAP)", "zh-Hans": "邮箱（IMAP）"}
    mode = Mode.POLL
    options = (
        Option("user", {"en": "User name", "zh-Hans": "用户名"}, required=True),
        Option("password", {"en": "Password", "zh-Hans": "密码"}, required=True, secret=True),
        Option("folder", {"en": "Folder", "zh-Hans": "文件夹"}, default="INBOX"),
        Option(
            "days",
            {"en": "At first, go back (days)", "zh-Hans": "首次读取时回溯（天）"},
            kind=Kind.NUMBER,
            default=30,
            least=1,
            most=3650,
        ),
    )
    signals_deletions = False
    terms: Mapping[str, str] = {
        "en": "Only a mailbox of your own organisation made for this purpose; its address must tell writers what their mail is used for.",
        "zh-Hans": "只能使用本单位为此专门设立的邮箱，并须在公布邮箱地址处告知来信人邮件的用途。",
    }

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address that is no mail server's; raises BadOption."""
        _place(url)
        folder = str(options.get("folder") or "INBOX")
        if len(folder) > 200 or any(ord(sign) < 32 for sign in folder):
            raise BadOption("folder", folder[:80], "a name of at most 200 characters")

    async def poll(self, ask: Ask) -> Answer:
        """Read what arrived since the last time; raises FetchError."""
        host, port, is_tls = _place(ask.url)
        running: list[imap.Client] = []
        try:
            async with asyncio.timeout(DEADLINE):
                addresses = await ask.reach(host, port, ports=PORTS)
                place = imap.Place(host, port, is_tls, addresses)
                return await asyncio.to_thread(_told, lambda: _read(place, ask, running))
        except TimeoutError as error:
            raise FetchError("too_slow", f"{DEADLINE:.0f}") from error
        finally:
            for client in running:
                client.stop()


def _place(url: str) -> tuple[str, int, bool]:
    accepted = "imaps://HOST (TLS from the start), or imap://HOST (STARTTLS), without a user name in it"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadOption("url", url[:200], accepted) from error
    if parts.scheme not in ("imaps", "imap") or not host or parts.username or parts.password or parts.path.strip("/") or parts.query:
        raise BadOption("url", url[:200], accepted)
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", host):
        raise BadOption("url", url[:200], accepted)
    return host, port or (993 if parts.scheme == "imaps" else 143), parts.scheme == "imaps"


def _told(read: Callable[[], T]) -> T:
    """Run in a thread; whatever a server does wrong becomes a FetchError with a reason."""
    try:
        return read()
    except FetchError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise FetchError("bad_certificate", error.verify_message) from error
    except ssl.SSLError as error:
        raise FetchError("no_tls", str(error)[:200]) from error
    except imaplib.IMAP4.error as error:
        raise FetchError("bad_answer", str(error)[:200]) from error
    except OSError as error:
        raise FetchError("unreachable", str(error)[:200]) from error
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, AssertionError) as error:  # imaplib trusts what it parses
        raise FetchError("bad_answer", type(error).__name__) from error


def _read(place: imap.Place, ask: Ask, running: list[imap.Client]) -> Answer:
    try:
        return _new_messages(imap.Client(place, ssl.create_default_context(), running), ask)
    finally:
        for client in running:
            client.stop()


def _new_messages(client: imap.Client, ask: Ask) -> Answer:
    try:
        client.login(str(ask.options.get("user") or ""), str(ask.options.get("password") or ""))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise FetchError("login_refused", str(error)[:200]) from error
    validity = imap.look(client, str(ask.options.get("folder") or "INBOX"))
    last = ask.cursor.get("uid") if ask.cursor.get("validity") == validity else None
    last = last if isinstance(last, int) else 0
    found = [uid for uid in imap.uids(client, _criterion(last, ask)) if uid > last]
    records: list[Record | Unreadable] = []
    for uid in found[:MESSAGES_PER_POLL]:
        raw = imap.message(client, uid)
        if raw is not None:
            records.append(read_message(raw[0], place=f"message {uid}", arrived=_moment(raw[1]), now=ask.now))
        last = uid
    client.logout()
    return Answer(records, {"validity": validity, "uid": last}, more=len(found) > MESSAGES_PER_POLL)


def _criterion(last: int, ask: Ask) -> str:
    if last:
        return f"UID {last + 1}:*"
    days = ask.options.get("days")
    first = ask.now - timedelta(days=days if isinstance(days, int) else 30)
    return f"SINCE {first.day}-{_MONTHS.split()[first.month - 1]}-{first.year}"


def _moment(internal: str) -> datetime | None:
    try:
        return datetime.strptime(internal.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None
