"""Which column of a table is what: guessed from header names in Chinese and English, or said by a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..dateorder import Order
from ..records import BadFeed

#: More named columns than this is no table of posts.
COLUMN_LIMIT = 200
#: A title or an empty line may stand above the header; it is looked for in this many rows.
HEADER_ROWS = 20

#: Header names of each field of a post, the most telling first.
POST_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "item_id", "mid", "post_id", "编号", "序列号", "帖子id", "文章id", "微博id", "唯一标识"),
    "ts": (
        "ts",
        "time",
        "published_at",
        "pubdate",
        "publish_time",
        "created_at",
        "date",
        "datetime",
        "timestamp",
        "发布时间",
        "发表时间",
        "发布日期",
        "发帖时间",
        "评论时间",
        "发文时间",
        "时间",
        "日期",
    ),
    "title": ("title", "headline", "subject", "标题", "题目", "主题"),
    "text": ("text", "content", "body", "message", "description", "正文", "内容", "微博正文", "全文", "评论", "摘要"),
    "url": ("url", "link", "href", "permalink", "链接", "原文链接", "网址", "原文地址", "文章链接"),
    "author": (
        "author_hash",
        "author",
        "user",
        "user_name",
        "screen_name",
        "nickname",
        "作者",
        "用户",
        "用户昵称",
        "昵称",
        "发布者",
        "博主",
    ),
    "source": ("source", "channel", "platform", "site", "media", "来源", "平台", "媒体", "渠道", "站点", "来源平台", "媒体名称"),
    "lang": ("lang", "language", "语言"),
}
#: Columns that hold a person; they are never read, not even when somebody names them.
_PERSON_WORDS = """
    name real_name full_name phone mobile telephone tel address home_address id_card id_number email e_mail
    姓名 真实姓名 来电人 诉求人 联系人 市民姓名 客户姓名 户主 当事人 投诉人 反映人 报事人
    电话 手机 手机号 电话号码 手机号码 联系电话 联系方式 来电号码 主叫号码 回访电话 邮箱 电子邮箱 微信号 QQ
    地址 住址 家庭住址 联系地址 详细地址 诉求地址 事发地址 门牌号 身份证 身份证号 身份证号码 证件号码 户号 车牌号
"""
PERSON_NAMES = tuple(_PERSON_WORDS.split())
#: Times of somebody else's act: never taken for the time of a post by their ending alone.
_OTHER_ACT = re.compile(r"更新|修改|办结|采集|入库|抓取|回复|导出|截止|回访|到期|update|modif|crawl|export")
_FOLDED = re.compile(r"[\s_\-*:：#·]+|[(（\[【].{0,40}?[)）\]】]")
#: No column is called longer than this (characters).
_NAME_LIMIT = 100


@dataclass(frozen=True)
class Preset:
    """How a kind of table names its columns, and which of them a row cannot do without."""

    names: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...] = ()
    person: tuple[str, ...] = PERSON_NAMES
    #: Fields that make the title of a row without one.
    title_from: tuple[str, ...] = ()
    #: What stands in a person's columns is also taken out of the texts of that row.
    hides_persons: bool = False


POSTS = Preset(POST_NAMES)


@dataclass(frozen=True)
class Layout:
    """What is known of a table before it is read; empty means: find out."""

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    #: How dates such as 03/04/2026 are meant; None refuses the ambiguous ones.
    order: Order | None = None
    preset: Preset = POSTS


def folded(name: object) -> str:
    """Return a header name without case, width, spaces, signs and what stands in brackets.

    >>> folded(" Published_At* "), folded("发布时间（北京）")
    ('publishedat', '发布时间')
    """
    text = unicodedata.normalize("NFKC", str(name)[:_NAME_LIMIT]).strip().lower()
    return _FOLDED.sub("", text) or text


def is_person(name: str, preset: Preset = POSTS) -> bool:
    """Return whether a column of this name holds a person's data."""
    return folded(name) in _folded_all(preset.person)


@lru_cache(maxsize=64)
def _folded_all(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(folded(name) for name in names)


def guessed(header: Sequence[str], preset: Preset = POSTS) -> dict[str, int]:
    """Return ``field -> column`` as the header suggests; a person's column is never taken.

    >>> guessed(["序号", "发布时间", "帖子内容", "联系电话"])
    {'ts': 1, 'text': 2}
    """
    names = ["" if is_person(name, preset) else folded(name) for name in header]
    found: dict[str, int] = {}
    for fitting in (_same, _ends):
        for key, known in preset.names.items():
            if key not in found:
                place = _first(names, _folded_all(known), fitting, set(found.values()))
                if place is not None:
                    found[key] = place
    return {key: found[key] for key in preset.names if key in found}


def _first(names: list[str], known: tuple[str, ...], fitting: Callable[[str, str], bool], taken: set[int]) -> int | None:
    for wanted in known:
        for place, name in enumerate(names):
            if name and place not in taken and fitting(name, wanted):
                return place
    return None


def _same(name: str, wanted: str) -> bool:
    return name == wanted


def _ends(name: str, wanted: str) -> bool:
    """Only Chinese names: 帖子内容 is a content, but "context" is no "text"."""
    return not wanted.isascii() and len(wanted) > 1 and name.endswith(wanted) and not _OTHER_ACT.search(name)


def placed(header: Sequence[str], layout: Layout) -> dict[str, int]:
    """Return ``field -> column``: what a person said goes before the guess; raises BadFeed for a name that is not there."""
    found = guessed(header, layout.preset)
    places = {folded(name): place for place, name in reversed(list(enumerate(header)))}
    for key, name in layout.columns.items():
        found = {other: place for other, place in found.items() if other != key}
        if not name:
            continue
        if is_person(name, layout.preset):
            raise BadFeed(f"The column {name!r} holds a person's data: it is never read.")
        if folded(name) not in places:
            raise BadFeed(f"The table has no column {name!r} for {key}: it has {', '.join(map(repr, header))[:600]}.")
        found[key] = places[folded(name)]
    return found


def is_header(header: Sequence[str], layout: Layout) -> bool:
    """Return whether a row names a column of text."""
    if len(header) > COLUMN_LIMIT:
        return False
    try:
        found = placed(header, layout)
    except BadFeed:
        return False
    return ("text" in found or "title" in found) and all(key in found for key in layout.preset.needed)


def columns_of(text: str, preset: Preset = POSTS) -> dict[str, str]:
    """Return ``field -> column name`` from lines such as ``text: 诉求内容``; raises ValueError naming the line.

    >>> columns_of("text: 诉求内容\\nauthor:")
    {'text': '诉求内容', 'author': ''}
    """
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        key, sign, name = line.replace("：", ":").partition(":")
        if not sign or key.strip() not in preset.names:
            raise ValueError(f"{line.strip()[:80]!r} is not one of the fields {', '.join(preset.names)}, a colon and a column name")
        found[key.strip()] = name.strip()
    return found
