"""The columns of hotline tables, and what of an order becomes a post.

The number of the order is the stable id: an order exported again with another state is the same post.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..table import Preset, TableConnector

#: What the exports of city hotlines call their columns, the most telling first.
NAMES = {
    "id": (
        "工单编号",
        "工单号",
        "受理编号",
        "受理单号",
        "诉求编号",
        "案件编号",
        "流水号",
        "编号",
        "order_no",
        "order_id",
        "case_id",
        "ticket_id",
    ),
    "ts": ("来电时间", "受理时间", "诉求时间", "登记时间", "创建时间", "提交时间", "工单时间", "call_time", "received_at", "created_at"),
    "title": ("工单标题", "诉求标题", "标题", "主题", "title", "subject"),
    "text": ("诉求内容", "工单内容", "来电内容", "问题描述", "反映内容", "诉求描述", "内容", "content", "description", "text"),
    "topic": ("诉求类型", "诉求类别", "诉求分类", "工单类型", "问题类型", "问题分类", "一级分类", "事项分类", "类型", "category", "topic"),
    "region": ("区县", "所属区县", "行政区划", "所属区域", "事发区县", "区域", "街道", "district", "region"),
    "handler": ("承办单位", "主办单位", "责任单位", "办理单位", "处置单位", "department", "handler"),
    "status": ("办理状态", "工单状态", "处理状态", "当前状态", "状态", "status", "state"),
    "source": ("诉求来源", "受理渠道", "来源渠道", "渠道", "来源", "channel", "source"),
    "lang": (),
    "url": (),
}
PRESET = Preset(NAMES, needed=("id", "text"), title_from=("topic", "region"), hides_persons=True)


class Hotline(TableConnector):
    """Orders of a public service hotline."""

    key = "hotline"
    label: Mapping[str, str] = {"zh-Hans": "热线工单表（12345）", "en": "hotline orders (12345)"}
    terms: Mapping[str, str] = {
        "zh-Hans": "确认与热线主管部门有数据共享约定；姓名、电话、地址等列即使存在也不会被读入。",
        "en": "Check that there is an agreement with the hotline's authority; columns of names, phones and addresses are never taken in.",
    }
    preset = PRESET
