"""A real local server whose paths misbehave in the ways feeds do."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ITEM = "<item><guid>{n}</guid><title>自来水发黄 {n}</title><description>小区停水</description>"
ITEM += "<pubDate>Mon, 23 Nov 2026 10:00:00 +0800</pubDate></item>"


def rss(items: int, *, encoding: str = "utf-8", declared: str | None = None) -> bytes:
    """Return an RSS feed in one encoding that may declare another."""
    body = "".join(ITEM.format(n=n) for n in range(1, items + 1))
    text = f'<?xml version="1.0" encoding="{declared or encoding}"?><rss version="2.0"><channel><title>t</title>{body}</channel></rss>'
    return text.encode(encoding)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<rss version="2.0"><channel><title>&c;</title><item><title>&c;</title></item></channel></rss>"""


class _Hostile(BaseHTTPRequestHandler):
    """One path, one misbehaviour."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Answer as the path asks."""
        self.server.seen.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        getattr(self, "_" + self.path.strip("/").split("?")[0].replace("-", "_"), self._missing)()

    def _send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _missing(self) -> None:
        self._send(b"", 404)

    def _good(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"':
            self._send(b"", 304)
            return
        self._send(rss(3), ETag='"v1"', Last_Modified="Mon, 23 Nov 2026 02:00:00 GMT")

    def _empty(self) -> None:
        self._send(b"")

    def _huge(self) -> None:
        self._send(b"<rss>" + b" " * (6 * 1024 * 1024))

    def _bomb(self) -> None:
        self._send(BOMB)

    def _gzip_bomb(self) -> None:
        self._send(gzip.compress(b"0" * 50_000_000, 1), Content_Encoding="gzip")

    def _broken(self) -> None:
        self._send(rss(3)[:-40] + b"<item><title>unclosed & wrong</item>")

    def _wrong(self) -> None:
        self._send(rss(3, encoding="gb18030", declared="utf-8"))

    def _html(self) -> None:
        self._send(b"<!doctype html><html><body>moved</body></html>")

    def _loop(self) -> None:
        self._send(b"", 302, Location="/loop")

    def _once(self) -> None:
        self._send(b"", 301, Location="/good")

    def _away(self) -> None:
        self._send(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def _later(self) -> None:
        self._send(b"", 429, Retry_After="120")

    def _error(self) -> None:
        self._send(b"", 500)

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self._pour(b"<rss>" + b"x" * 65_536, 0)

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        self._pour(b"<", 0.05)

    def _pour(self, piece: bytes, pause: float) -> None:
        self.close_connection = True
        try:
            while not self.server.closing.is_set():  # type: ignore[attr-defined]
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            return


class HostileServer:
    """Where the server listens and what it was asked."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.base = f"http://127.0.0.1:{server.server_address[1]}"
        self.seen: list[tuple[str, dict[str, str]]] = server.seen  # type: ignore[attr-defined]


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    """Serve until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    server.daemon_threads = True
    server.seen, server.closing = [], threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield HostileServer(server)
    finally:
        server.closing.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
