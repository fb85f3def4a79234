"""The settings of a page source, read once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from ..contract import BadOption, Json, Kind, Option

#: Where a date without a zone was written, unless the source says otherwise.
CHINA = ZoneInfo("Asia/Shanghai")
SHAPES = ("page", "list")
#: Settings that are CSS selectors.
SELECTORS = ("links", "title", "text", "date")

OPTIONS = (
    Option("shape", {"en": "What the address shows", "zh-Hans": "网址的内容"}, default="page", choices=SHAPES),
    Option(
        "links",
        {"en": "Links to the items (CSS)", "zh-Hans": "条目链接（CSS 选择器）"},
        {"en": "For a list: for example ul.news a", "zh-Hans": "用于列表页，例如 ul.news a"},
    ),
    Option("title", {"en": "Title (CSS)", "zh-Hans": "标题（CSS 选择器）"}),
    Option(
        "text",
        {"en": "Text (CSS)", "zh-Hans": "正文（CSS 选择器）"},
        {"en": "Left empty, the main text is found by itself", "zh-Hans": "留空则自动识别正文"},
    ),
    Option("date", {"en": "Date (CSS)", "zh-Hans": "日期（CSS 选择器）"}),
    Option("drop", {"en": "Parts to leave out (CSS)", "zh-Hans": "要去掉的部分（CSS 选择器）"}, kind=Kind.WORDS, default=(), most=20),
    Option("pages", {"en": "Item pages per poll, at most", "zh-Hans": "每次最多读取的条目页数"}, kind=Kind.NUMBER, default=10, most=50),
    Option(
        "recheck_hours",
        {"en": "Read a listed page again after (hours)", "zh-Hans": "多少小时后重读仍在列表中的页面"},
        {"en": "0: never", "zh-Hans": "0 表示不重读"},
        kind=Kind.NUMBER,
        default=24,
        most=720,
    ),
    Option("other_hosts", {"en": "Follow links to other hosts", "zh-Hans": "跟随指向其他网站的链接"}, kind=Kind.FLAG, default=False),
    Option("zone", {"en": "Time zone of dates without one", "zh-Hans": "无时区日期所用的时区"}, default="Asia/Shanghai"),
)


@dataclass(frozen=True)
class Settings:
    """How pages are read."""

    is_list: bool = False
    links: str = ""
    title: str = ""
    text: str = ""
    date: str = ""
    drop: tuple[str, ...] = ()
    pages: int = 10
    recheck_hours: int = 24
    other_hosts: bool = False
    zone: ZoneInfo = CHINA

    @classmethod
    def of(cls, options: Mapping[str, Json]) -> Settings:
        """Return the settings of a source; raises BadOption."""
        for key in SELECTORS:
            _require_selector(key, str(options.get(key) or ""))
        drop = tuple(str(word) for word in cast("list[str]", options.get("drop") or ()))
        for selector in drop:
            _require_selector("drop", selector)
        is_list = options.get("shape") == "list"
        if is_list and not options.get("links"):
            raise BadOption("links", "", "a list needs the CSS selector of its links, such as ul.news a", code="missing_option")
        return cls(
            is_list=is_list,
            links=str(options.get("links") or ""),
            title=str(options.get("title") or ""),
            text=str(options.get("text") or ""),
            date=str(options.get("date") or ""),
            drop=drop,
            pages=int(cast(int, options.get("pages") or 10)),
            recheck_hours=int(cast(int, options.get("recheck_hours", 24) or 0)),
            other_hosts=options.get("other_hosts") is True,
            zone=zone_of(options),
        )


def zone_of(options: Mapping[str, Json]) -> ZoneInfo:
    """Return the time zone that a source names; raises BadOption."""
    name = str(options.get("zone") or "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadOption("zone", name, "a name such as Asia/Shanghai or Europe/London") from error


def _require_selector(key: str, selector: str) -> None:
    if not selector:
        return
    try:
        LexborHTMLParser("<p>").css(selector)
    except SelectolaxError as error:
        raise BadOption(key, selector, "a CSS selector, such as div.article p") from error
