"""Serve an exercise as real feeds over HTTP on loopback, one address a channel.

What happened before ``start_minute`` is history, dated in real minutes before the start; what
follows of the matter arrives ``speed`` times faster than the scenario says, dated when it arrives.
Everyday chatter keeps its real pace, or it would look like a surge of its own.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from aiohttp import web

from .scenario import Scenario, ScenarioPost

CHANNEL_FORMATS = {"microblog": "json", "forum": "rss", "news": "atom", "hotline": "rss"}
ITEMS_SHOWN = 400
"""Items a feed shows, newest first; more than arrive between two polls."""


class ExerciseFeed:
    """The exercise as of now, in the format of each channel."""

    def __init__(self, scenario: Scenario, *, started_at: datetime, start_minute: float, speed: float) -> None:
        self.scenario, self.started_at, self.start_minute, self.speed = scenario, started_at, start_minute, speed

    def at(self, post: ScenarioPost) -> datetime:
        """Return when a post appears."""
        ahead = post.minute - self.start_minute
        is_fast = ahead > 0 and not post.is_chatter
        return self.started_at + timedelta(minutes=ahead / self.speed if is_fast else ahead)

    def items(self, channel: str, now: datetime) -> list[ScenarioPost]:
        """Return the newest posts of a channel that have appeared."""
        seen = [post for post in self.scenario.posts if post.channel == channel and self.at(post) <= now]
        return sorted(seen, key=self.at)[-ITEMS_SHOWN:][::-1]

    def render(self, channel: str, now: datetime) -> tuple[str, str]:
        """Return content type and body of a channel's feed."""
        writers = {"json": self._json, "rss": self._rss, "atom": self._atom}
        return writers[CHANNEL_FORMATS[channel]](channel, self.items(channel, now))

    def _id(self, post: ScenarioPost) -> str:
        return f"urn:huiying:exercise:{self.scenario.key}:{self.started_at:%Y%m%d%H%M%S}:{post.number}"

    def _json(self, channel: str, posts: list[ScenarioPost]) -> tuple[str, str]:
        items = [
            {
                "id": self._id(post),
                "content_text": post.text,
                "date_published": self.at(post).isoformat(),
                "authors": [{"name": post.author}],
            }
            for post in posts
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": f"EXERCISE {channel}", "items": items}
        return "application/feed+json", json.dumps(feed, ensure_ascii=False)

    def _rss(self, channel: str, posts: list[ScenarioPost]) -> tuple[str, str]:
        rows = "".join(
            f'<item><guid isPermaLink="false">{self._id(post)}</guid><pubDate>{self.at(post):%a, %d %b %Y %H:%M:%S} +0000</pubDate>'
            f"<author>{post.author}@exercise.invalid ({post.author})</author><description>{escape(post.text)}</description></item>"
            for post in posts
        )
        return (
            "application/rss+xml",
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>EXERCISE {channel}</title>{rows}</channel></rss>',
        )

    def _atom(self, channel: str, posts: list[ScenarioPost]) -> tuple[str, str]:
        rows = "".join(
            f"<entry><id>{self._id(post)}</id><updated>{self.at(post).isoformat()}</updated><published>{self.at(post).isoformat()}</published>"
            f"<author><name>{post.author}</name></author><title>{escape(post.text)}</title></entry>"
            for post in posts
        )
        updated = (self.at(posts[0]) if posts else self.started_at).isoformat()
        head = f"<id>urn:huiying:exercise:{self.scenario.key}:{channel}</id><title>EXERCISE {channel}</title><updated>{updated}</updated>"
        return (
            "application/atom+xml",
            f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">{head}{rows}</feed>',
        )


def application(feed: ExerciseFeed) -> web.Application:
    """Return the small web application that serves the feeds."""

    async def show(request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        if channel not in CHANNEL_FORMATS:
            raise web.HTTPNotFound(text=f"No channel {channel}: use one of {', '.join(CHANNEL_FORMATS)}.")
        content_type, body = feed.render(channel, datetime.now(UTC))
        return web.Response(text=body, content_type=content_type, charset="utf-8")

    app = web.Application()
    app.router.add_get("/{channel}", show)
    return app


async def serve(feed: ExerciseFeed, port: int, *, ready: asyncio.Event | None = None) -> None:
    """Serve on loopback until cancelled."""
    runner = web.AppRunner(application(feed), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        if ready is not None:
            ready.set()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
