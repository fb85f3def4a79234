from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware

from huiying.config.asgi import BodyGuard, Health


def echo(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Answer with the length of the body."""
    answer = f"{environ['REQUEST_METHOD']} {len(environ['wsgi.input'].read())}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]


@contextmanager
def serving(**guard: Any) -> Iterator[int]:
    """Serve ``echo`` behind the guard as the pages are served, on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    pages: Any = WSGIMiddleware(echo, workers=8)
    app: Any = Health(BodyGuard(pages, **guard))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error", timeout_graceful_shutdown=1, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def ask(port: int, head: str, body: bytes = b"", *, seconds: float = 5) -> str:
    """Send one request and return everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                answer += part
        return answer.decode()


GET = "GET / HTTP/1.1\nHost: x\nConnection: close"


def post(length: int) -> str:
    return f"POST / HTTP/1.1\nHost: x\nConnection: close\nContent-Length: {length}"


def test_pages_get_the_whole_body() -> None:
    with serving() as port:
        assert ask(port, GET).endswith("GET 0")
        assert ask(port, post(300_000), b"x" * 300_000).endswith("POST 300000")


def test_health_answers_without_a_page_thread_or_database() -> None:
    with serving() as port:
        assert ask(port, GET.replace("GET /", "GET /healthz", 1)).endswith("ok\n")


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_the_limit_is_refused(declared: bool) -> None:
    head = post(2_000) if declared else "POST / HTTP/1.1\nHost: x\nConnection: close\nTransfer-Encoding: chunked"
    body = b"x" * 2_000 if declared else b"7d0\r\n" + b"x" * 2_000 + b"\r\n0\r\n\r\n"
    with serving(limit=1_000) as port:
        assert " 413 " in ask(port, head, body).partition("\r\n")[0]
        assert ask(port, GET).endswith("GET 0")


def test_a_body_that_does_not_end_in_time_is_refused() -> None:
    with serving(seconds=0.3) as port:
        started = time.monotonic()
        assert " 408 " in ask(port, post(10), b"x").partition("\r\n")[0]
        assert time.monotonic() - started < 2


def test_all_bodies_together_are_limited_and_given_back() -> None:
    with serving(total=1_500, seconds=3) as port:
        with socket.create_connection(("127.0.0.1", port)) as first:
            first.sendall(post(1_001).replace("\n", "\r\n").encode() + b"\r\n\r\n" + b"x" * 1_000)
            time.sleep(0.2)
            assert " 503 " in ask(port, post(1_000), b"x" * 1_000).partition("\r\n")[0]
            first.sendall(b"x")
            assert b"POST 1001" in first.recv(65_536) + first.recv(65_536)
        end = time.monotonic() + 2  # the count is given back a moment after the answer
        while not (answer := ask(port, post(1_000), b"x" * 1_000)).endswith("POST 1000"):
            assert time.monotonic() < end, answer


def test_twelve_slow_senders_do_not_hold_up_a_page() -> None:
    """Hold more connections open than there are threads, each dripping a byte; ask for a page meanwhile."""
    with serving() as port, contextlib.ExitStack() as open_connections:
        slow = [open_connections.enter_context(socket.create_connection(("127.0.0.1", port))) for _sender in range(12)]
        for sender in slow:
            sender.sendall(post(1_000).replace("\n", "\r\n").encode() + b"\r\n\r\nx")
        waits = []
        for _page in range(5):
            for sender in slow:
                sender.sendall(b"x")
            started = time.monotonic()
            assert ask(port, GET).endswith("GET 0")
            waits.append(time.monotonic() - started)
        assert sorted(waits)[2] < 0.5


def test_a_sender_that_leaves_costs_nothing() -> None:
    with serving() as port:
        with socket.create_connection(("127.0.0.1", port)) as leaving:
            leaving.sendall(post(1_000).replace("\n", "\r\n").encode() + b"\r\n\r\nx")
        assert ask(port, GET).endswith("GET 0")
