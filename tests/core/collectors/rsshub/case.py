"""An RSSHub instance with one route that asks for a key."""

from __future__ import annotations

import hashlib

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed
from tests.core.collectors.feed.case import atom

ROUTE = "/weibo/user/1195230310"
KEY = "open-sesame"


class RssHubCase(HttpCase):
    """Three entries behind a route; whoever brings no valid code is refused."""

    key = "rsshub"
    options = {"route": ROUTE, "key": KEY}
    handles = ("水边的人",)

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the route's feed."""
        code = hashlib.md5(f"{ROUTE}{KEY}".encode(), usedforsecurity=False).hexdigest()
        if request.path != ROUTE or request.rel_url.query.get("code") != code or KEY in str(request.rel_url):
            return web.Response(status=403)
        return web.Response(text=atom("https://weibo.example", served.count), content_type="application/xml")


CASE = RssHubCase()
