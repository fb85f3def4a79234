"""A small IMAP4rev1 server (RFC 3501) over TLS: what a reader needs, and every way to misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.core.collectors.mailbox.letters import letter

USER, PASSWORD = "complaints", 'se"cret\\1'
FAULTS = (
    *("garbage", "empty", "cut", "endless_line", "endless_answers", "huge_literal", "bye", "wrong_tag", "login", "folder"),
    *("search_no", "search_words", "fetch_no", "no_validity", "hang"),
)


#: Pieces after which what is called endless ends, should nobody hang up.
ENDLESS = 20_000


@dataclass
class Imap:
    """The mailbox behind the server, and what was asked of it."""

    url: str = ""
    messages: dict[int, bytes] = field(default_factory=lambda: {n: letter(n) for n in range(1, 4)})
    validity: int = 7
    fault: str = ""
    trapped: int = 0
    folder: str = "INBOX"
    offers_tls: bool = True
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    commands: list[str] = field(default_factory=list)

    def add(self) -> None:
        """Let one more message arrive."""
        number = max(self.messages, default=0) + 1
        self.messages[number] = letter(number)

    def misbehave(self, fault: str) -> None:
        """Answer from now on as the fault says."""
        self.fault = fault

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk with one client until it leaves."""
        self.asked.set()
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            await _Session(self, reader, writer).run()
        writer.close()


@dataclass
class _Session:
    box: Imap
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_in: bool = False

    async def run(self) -> None:
        if self.box.fault == "hang":
            await self.reader.read()
            return
        if self.box.fault in ("garbage", "empty"):
            self.writer.write(bytes(range(256)) * 50 + b"\r\n" if self.box.fault == "garbage" else b"")
            return
        self.writer.write(b"* OK [CAPABILITY IMAP4rev1" + self._tls() + b"] ready\r\n")
        while line := await self.reader.readline():
            tag, _space, command = line.decode("utf-8", "replace").strip().partition(" ")
            words = command.upper().split(" ")
            self.box.commands.append(" ".join(words[: 2 if words[0] == "UID" else 1]))
            if self.box.fault == "wrong_tag":
                tag = "Z99"
            if not await self.answer(tag, command):
                return
            await self.writer.drain()

    def _tls(self) -> bytes:
        return b" STARTTLS" if self.box.offers_tls else b""

    def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape"))

    async def answer(self, tag: str, command: str) -> bool:
        name = command.split(" ")[0].upper()
        if name == "LOGOUT":
            self.say("* BYE see you", f"{tag} OK done")
            return False
        if name == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1" + self._tls().decode(), f"{tag} OK done")
        elif name == "STARTTLS":
            self.say(f"{tag} OK begin")
            await self.writer.drain()
            await self.writer.start_tls(_context())
        elif name == "LOGIN":
            self.login(tag, command)
        elif not self.is_in:
            self.say(f"{tag} NO log in first")
        elif name == "EXAMINE":
            self.examine(tag, command)
        elif command.upper().startswith("UID SEARCH"):
            self.search(tag, command)
        elif command.upper().startswith("UID FETCH"):
            return await self.fetch(tag, command)
        else:
            self.say(f"{tag} BAD {name} is not for readers")
        return self.box.fault != "bye" or name != "EXAMINE"

    def login(self, tag: str, command: str) -> None:
        expected = f'LOGIN {USER} "' + PASSWORD.replace("\\", "\\\\").replace('"', '\\"') + '"'
        self.is_in = command == expected and self.box.fault != "login"
        self.say(f"{tag} OK welcome" if self.is_in else f"{tag} NO [AUTHENTICATIONFAILED] wrong name or password")

    def examine(self, tag: str, command: str) -> None:
        if self.box.fault == "bye":
            self.say("* BYE the house is closing")
        elif command != f'EXAMINE "{self.box.folder}"' or self.box.fault == "folder":
            self.say(f"{tag} NO [NONEXISTENT] no such mailbox")
        else:
            validity = () if self.box.fault == "no_validity" else (f"* OK [UIDVALIDITY {self.box.validity}] valid",)
            self.say(f"* {len(self.box.messages)} EXISTS", "* 0 RECENT", "* FLAGS (\\Seen)", *validity, f"{tag} OK [READ-ONLY] done")

    def search(self, tag: str, command: str) -> None:
        found = sorted(self.box.messages)
        if match := re.search(r"UID (\d+):\*", command.removeprefix("UID SEARCH ")):
            later = [uid for uid in found if uid >= int(match[1])]
            found = later or found[-1:]  # "n:*" always holds the last message (RFC 3501, section 9)
        elif not re.search(r"SINCE \d{1,2}-[A-Z][a-z]{2}-\d{4}$", command):
            self.say(f"{tag} BAD criterion")
            return
        if self.box.fault == "search_no":
            self.say(f"{tag} NO not today")
        elif self.box.fault == "search_words":
            self.say("* SEARCH one two 3x", f"{tag} OK done")
        else:
            self.say("* SEARCH " + " ".join(map(str, found)), f"{tag} OK done")

    async def fetch(self, tag: str, command: str) -> bool:
        match = re.fullmatch(r"UID FETCH (\d+) \(UID INTERNALDATE BODY\.PEEK\[\]<0\.(\d+)>\)", command)
        if match is None or self.box.fault == "fetch_no":
            self.say(f"{tag} NO only looking is allowed")
            return True
        uid, size = int(match[1]), int(match[2])
        body = self.box.messages.get(uid)
        if body is None:
            self.say(f"{tag} OK nothing there")
            return True
        return await self.send(tag, uid, body[:size])

    async def send(self, tag: str, uid: int, body: bytes) -> bool:
        head = f'* {uid} FETCH (UID {uid} INTERNALDATE "23-Nov-2026 10:00:05 +0800" BODY[]<0> '
        if self.box.fault == "huge_literal":
            self.say(head + "{999999999999}")
            return True
        if self.box.fault == "cut":
            self.writer.write(f"{head}{{{len(body)}}}\r\n".encode() + body[: len(body) // 2])
            return False
        if self.box.fault in ("endless_line", "endless_answers"):
            piece = b"x" * 65_536 if self.box.fault == "endless_line" else b"* 1 EXISTS\r\n" * 5_000
            for _piece in range(ENDLESS):
                self.writer.write(piece)
                await self.writer.drain()
                await asyncio.sleep(0)  # a lost connection shows only when the loop turns
                if self.writer.is_closing():
                    break
            return False
        self.writer.write(f"{head}{{{len(body)}}}\r\n".encode() + body + f")\r\n{tag} OK done\r\n".encode())
        return True


_made: dict[str, str] = {}


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate())
    return context


def certificate() -> str:
    """Return the path of a key and a certificate for 127.0.0.1, made once a run."""
    if "path" not in _made:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = datetime.now(UTC)
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
        days = (now - timedelta(days=1), now + timedelta(days=30))
        unsigned = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), *days)
        unsigned = unsigned.add_extension(names, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        made = unsigned.sign(key, hashes.SHA256())
        path = Path(tempfile.mkdtemp(prefix="huiying-imap-")) / "server.pem"
        pem = serialization.Encoding.PEM
        secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(secret + made.public_bytes(pem))
        _made["path"] = str(path)
    return _made["path"]


@asynccontextmanager
async def trusting() -> AsyncIterator[None]:
    """Let this process trust the server's certificate, as an operator would: by SSL_CERT_FILE."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = certificate()
    try:
        yield
    finally:
        os.environ.pop("SSL_CERT_FILE", None) if before is None else os.environ.update(SSL_CERT_FILE=before)


@asynccontextmanager
async def serving(box: Imap | None = None, *, tls: bool = True) -> AsyncIterator[Imap]:
    """Serve a mailbox on a free port of 127.0.0.1."""
    box = box or Imap()
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0, ssl=_context() if tls else None)
    port = server.sockets[0].getsockname()[1]
    box.url = f"{'imaps' if tls else 'imap'}://127.0.0.1:{port}"
    async with trusting():
        try:
            yield box
        finally:
            server.close()
