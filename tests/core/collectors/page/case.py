"""A list page of notices and the pages behind it."""

from __future__ import annotations

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed

PAGE = """<!doctype html><html lang="zh-CN"><head><title>{title} - 水务公司</title><meta charset="utf-8"></head><body>
<nav><a href="/">首页</a> <a href="/about">关于我们</a></nav>
<div class="article"><h1>{title}</h1><div class="info">发布时间：{date} 来源：水务公司</div>
<div class="text"><p>{text}</p><p>因管道抢修，给您带来不便，敬请谅解。恢复供水时间另行通知。</p></div></div>
<footer>版权所有 水务公司 备案号 12345</footer></body></html>"""


def page(title: str, text: str, date: str = "2026-11-24 09:30") -> web.Response:
    """Return one notice."""
    return web.Response(text=PAGE.format(title=title, text=text, date=date), content_type="text/html")


class PageCase(HttpCase):
    """Three notices of a list."""

    key = "page"
    path = "/notices/"
    options = {"shape": "list", "links": "ul.news a"}

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the list or one of its pages."""
        if request.path != self.path:
            number = request.path.rpartition("/")[2]
            return page(f"停水通知 {number}", f"北区 {number} 号片区明天上午八点到十二点停水，请提前储水。")
        rows = "".join(f'<li><a href="/notices/{n}">停水通知 {n}</a> <span>{n}小时前</span></li>' for n in range(served.count, 0, -1))
        return web.Response(text=f'<html><body><a href="/">首页</a><ul class="news">{rows}</ul></body></html>', content_type="text/html")


CASE = PageCase()
