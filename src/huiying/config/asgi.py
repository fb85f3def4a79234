"""The front of the web server: static files, health, then a guard, then the pages in a thread pool.

A thread pool alone can be held by a few slow senders or readers. So static files and health answers
never take a thread, and a request body is complete before a page gets one.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import huiying.config  # noqa: F401  puts the wheel's SQLite in place

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiying.config.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings
from servestatic import ServeStaticASGI

from huiying.config.wsgi import application as pages  # isort: skip  (sets the rooms up before one of them is used)
from huiying.base.live.stream import Live

Scope = MutableMapping[str, Any]  # Any: the ASGI specification's own open mappings
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Pages answered at the same moment; each takes one thread and one database connection.
WORKERS = 8
#: Largest request body in bytes; files are limited to 20 MB, a form around one needs little more.
BODY_LIMIT = 25 * 1024 * 1024
#: All request bodies being received together, in bytes: bounds the memory that strangers can take.
BODIES_LIMIT = 200 * 1024 * 1024
#: Seconds from a request's head to its body's end, whatever the sender does.
BODY_SECONDS = 10.0
#: Readiness is asked for by many and costs a write: one answer serves this many seconds.
READY_SECONDS = 1.0


class TooMuch(Exception):
    """A body is larger than allowed."""


class Full(Exception):
    """All bodies together are larger than allowed."""


class BodyGuard:
    """Hold a request back until its body is here; slow and huge ones never reach the pages."""

    def __init__(self, app: App, *, limit: int = BODY_LIMIT, total: int = BODIES_LIMIT, seconds: float = BODY_SECONDS) -> None:
        self.app, self.limit, self.total, self.seconds = app, limit, total, seconds
        self.held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        body = bytearray()
        try:
            if length.isdigit() and int(length) > self.limit:
                raise TooMuch
            async with asyncio.timeout(self.seconds):
                if not await self._fill(body, receive):
                    return
            await self.app(scope, _replay(bytes(body), receive), send)
        except TooMuch:
            await answer(send, 413, f"Too large: at most {self.limit // 1024 // 1024} MB in one request.")
        except TimeoutError:
            await answer(send, 408, f"Too slow: a request must be complete within {self.seconds:.0f} seconds.")
        except Full:
            await answer(send, 503, "Too many uploads at this moment. Try again in a minute.")
        finally:
            self.held -= len(body)

    async def _fill(self, body: bytearray, receive: Receive) -> bool:
        """Read the whole body; False when the sender left."""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            chunk = message.get("body", b"")
            if len(body) + len(chunk) > self.limit:
                raise TooMuch
            if self.held + len(chunk) > self.total:
                raise Full
            body += chunk
            self.held += len(chunk)
            if not message.get("more_body"):
                return True


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives the whole body at once, then waits for the real end."""
    left = [body]

    async def again() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return again


async def answer(send: Send, status: int, text: str, content_type: bytes = b"text/plain; charset=utf-8") -> None:
    """Send one short answer."""
    body = text.encode()
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    if status in (408, 413, 503):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Health:
    """``/healthz`` says the process lives; ``/readyz`` says that work gets done."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.asked_at = float("-inf")
        self.last: tuple[int, str] = (503, "{}")
        self.lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path")
        if scope["type"] == "http" and path == "/healthz":
            await answer(send, 200, "ok\n")
        elif scope["type"] == "http" and path == "/readyz":
            async with self.lock:
                if time.monotonic() - self.asked_at > READY_SECONDS:
                    self.last, self.asked_at = await asyncio.to_thread(_readiness), time.monotonic()
            await answer(send, *self.last, b"application/json")
        else:
            await self.app(scope, receive, send)


def _readiness() -> tuple[int, str]:
    from huiying.config.checks import readiness

    parts = readiness()
    return (200 if all(parts.values()) else 503), json.dumps({"ready": all(parts.values()), **parts})


def _static(app: App) -> App:
    root = Path(str(settings.STATIC_ROOT))
    if not root.is_dir():
        return app
    served: App = ServeStaticASGI(app, root=root, prefix=settings.STATIC_URL, max_age=300)
    return served


#: a2wsgi names the same protocol by other types than ours.
_pages: Any = WSGIMiddleware(pages, workers=WORKERS)  # type: ignore[arg-type]  # Django's WSGI types are looser
application: App = Health(_static(Live(BodyGuard(_pages))))
