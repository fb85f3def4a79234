"""A post of our own through the whole way: fetched, read, taken in, found again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from ..services.canary import canary_ended, canary_found, canary_source
from .asking import Call, poll
from .network import Network


async def sing(*, call: Call, network: Network, clock: Callable[[], datetime]) -> None:
    """Offer one item at a real address of this machine, and measure until a search finds it."""
    sent_at, word = clock(), f"canary{secrets.token_hex(8)}"
    runner = web.AppRunner(_offering(word, sent_at), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    try:
        await site.start()
        host, port = runner.addresses[0][:2]
        source = await call(lambda: canary_source(url=f"http://{host}:{port}/feed.json", now=sent_at))
        polled = await poll(source, call=call, network=network, clock=clock)
        stored_at = clock()
        error = f"{polled.fault.code} {polled.fault.detail}".strip() if polled.fault else "" if polled.outcome.stored == 1 else "not_stored"
        is_found = not error and await call(lambda: canary_found(word=word))
        await call(
            lambda: canary_ended(
                word=word,
                sent_at=sent_at,
                stored_at=stored_at,
                now=clock(),
                error=error or ("" if is_found else "not_found"),
            )
        )
    finally:
        await runner.cleanup()


def _offering(word: str, at: datetime) -> web.Application:
    async def feed(_request: web.Request) -> web.Response:
        item = {"id": word, "content_text": word, "date_published": at.isoformat()}
        return web.json_response({"version": "https://jsonfeed.org/version/1.1", "title": "canary", "items": [item]})

    offering = web.Application()
    offering.router.add_get("/feed.json", feed)
    return offering
