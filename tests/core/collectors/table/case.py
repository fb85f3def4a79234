"""A table of posts at an address."""

from __future__ import annotations

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed


class TableCase(HttpCase):
    """A CSV file of three posts."""

    key = "table"
    path = "/export/posts.csv"
    handles = ("小王同学",)

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the file."""
        rows = "".join(f'{n},2026-11-23 10:0{n}:00,小王同学,"自来水 发黄 {n}"\n' for n in range(1, served.count + 1))
        return web.Response(text=f"编号,发布时间,作者,内容\n{rows}", content_type="text/csv")


CASE = TableCase()
