from __future__ import annotations

import contextlib
import http.server
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.conf import settings as django_settings
from django.utils import translation

collect_ignore = ["crash_sender.py"]  # a program of its own, started by test_kills


@dataclass
class Sink:
    """A receiver on loopback: what it got, and how it is to answer."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    refuse: str = ""
    status: int = 204
    paths: list[str] = field(default_factory=list)
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_off: bool = False
    held: threading.Event | None = None
    seconds: float = 0.0

    def url(self, path: str) -> str:
        """Return an address of this receiver."""
        return f"http://127.0.0.1:{self.port}{path}"


class SmtpHandler(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 to take a letter."""

    def handle(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]  # hung there by the fixture
        self.say("220 sink")
        while line := self.rfile.readline().strip().decode():
            verb = line.upper()[:4]
            if verb == "RCPT" and sink.refuse:
                self.say(sink.refuse)
            elif verb == "DATA":
                self.say("354 go on")
                sink.letters.append(self.letter())
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        return letter

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class HttpHandler(http.server.BaseHTTPRequestHandler):
    """Take POSTs and answer as told."""

    def do_POST(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]  # hung there by the fixture
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sink.paths.append(self.path)
        sink.posts.append((dict(self.headers.items()), body))
        time.sleep(sink.seconds)
        if sink.held is not None:
            sink.held.wait(10)
        if sink.cut_off:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            self.close_connection = True
            return
        self.send_response(sink.status)
        for name, value in ({"Location": "http://127.0.0.1:9/elsewhere"} | sink.headers).items():
            self.send_header(name, value)
        with contextlib.suppress(BrokenPipeError):  # whoever waited too long has gone
            self.end_headers()
            self.wfile.write(sink.body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class Server(socketserver.ThreadingTCPServer):
    """One sink's listener."""

    allow_reuse_address = True
    daemon_threads = True
    sink: Sink


def _serve(handler: type[socketserver.BaseRequestHandler]) -> Iterator[Sink]:
    sink = Sink()
    with Server(("127.0.0.1", 0), handler) as server:
        sink.port = server.server_address[1]
        server.sink = sink
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield sink
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _read_in_english() -> None:
    """Read sentences in English, whatever the installation speaks."""
    translation.activate("en")


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Run a mail server that keeps what it gets, and point the settings at it."""
    for sink in _serve(SmtpHandler):
        monkeypatch.setitem(django_settings.ENV, "HUIYING_SMTP_URL", f"smtp://127.0.0.1:{sink.port}")
        yield sink


@pytest.fixture
def web(settings: object) -> Iterator[Sink]:
    """Run a web server that keeps what it gets, on a network the operator has allowed."""
    settings.FETCH_ALLOW = ("127.0.0.0/8",)  # type: ignore[attr-defined]  # pytest-django's wrapper has no such type
    yield from _serve(HttpHandler)


@pytest.fixture
def robot(web: Sink) -> Sink:
    """Let the web server answer as a group robot does that took the message."""
    web.status, web.body = 200, b'{"errcode":0,"errmsg":"ok"}'
    return web
