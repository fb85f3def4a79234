"""An Atom feed on a web server."""

from __future__ import annotations

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed


def atom(base: str, count: int) -> str:
    """Return an Atom feed with so many entries, the newest first."""
    entries = "".join(
        f"<entry><id>tag:a.example,2026:{n}</id><title>自来水发黄 {n}</title>"
        f"<updated>2026-11-24T0{n % 8}:30:00+08:00</updated>"
        f'<link href="{base}/post/{n}"/><author><name>水边的人</name></author>'
        '<content type="html">&lt;p&gt;小区停水&lt;/p&gt;</content></entry>'
        for n in range(count, 0, -1)
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh"><title>t</title>{entries}</feed>'


class FeedCase(HttpCase):
    """Three entries of an Atom feed."""

    key = "feed"
    path = "/feed.xml"
    handles = ("水边的人",)

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the feed."""
        return web.Response(text=atom(f"http://{request.host}", served.count), content_type="application/atom+xml")


CASE = FeedCase()
