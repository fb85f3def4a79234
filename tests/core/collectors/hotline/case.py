"""A table of hotline orders at an address."""

from __future__ import annotations

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed


class HotlineCase(HttpCase):
    """A CSV file of three orders with their callers."""

    key = "hotline"
    path = "/export/orders.csv"
    handles = ("王小明", "13800138000")

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the file."""
        rows = "".join(
            f'DH{n},2026-11-23 10:0{n}:00,王小明,13800138000,"王小明 反映：自来水 发黄",供水,城东区,水务集团,办理中\n'
            for n in range(1, served.count + 1)
        )
        return web.Response(
            text=f"工单编号,来电时间,姓名,联系电话,诉求内容,诉求类型,区县,承办单位,办理状态\n{rows}", content_type="text/csv"
        )


CASE = HotlineCase()
