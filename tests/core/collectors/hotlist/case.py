"""A hot list in JSON, as many sites offer one."""

from __future__ import annotations

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed

MAPPING = """
version: 1
items: data.list
fields:
  title: word
  id: key
  url: {template: "https://hot.example/s?q={title}"}
  heat: num
  rank: place
  published_at: {path: at, format: seconds}
  author: by
  language: {value: zh}
"""


class HotListCase(HttpCase):
    """Three places of a hot list."""

    key = "hotlist"
    path = "/api/hot"
    options = {"mapping": MAPPING}
    handles = ("小王七号",)

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the list."""
        items = [
            {"word": f"自来水发黄 {n}", "key": f"k{n}", "num": f"{n}万", "place": n, "at": 1795506000 + n, "by": "小王七号"}
            for n in range(1, served.count + 1)
        ]
        return web.json_response({"data": {"list": items}})


CASE = HotListCase()
