"""A news sitemap."""

from __future__ import annotations

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed

NEWS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def news(base: str, count: int) -> str:
    """Return a news sitemap with so many articles."""
    urls = "".join(
        f"<url><loc>{base}/news/{n}</loc><news:news><news:publication><news:name>晨报</news:name><news:language>zh-cn</news:language>"
        f"</news:publication><news:publication_date>2026-11-24T0{n % 8}:30:00+08:00</news:publication_date>"
        f"<news:title>自来水发黄 {n}</news:title></news:news></url>"
        for n in range(1, count + 1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NEWS}>{urls}</urlset>'


class SitemapCase(HttpCase):
    """Three articles of a news sitemap."""

    key = "sitemap"
    path = "/news-sitemap.xml"

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the sitemap."""
        return web.Response(text=news(f"http://{request.host}", served.count), content_type="application/xml")


CASE = SitemapCase()
