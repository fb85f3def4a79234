"""What a sample is, and the stories that the samples tell in four languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

#: When the samples are received: Tuesday, 24 November 2026, 16:00 in Beijing.
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
#: Where they were fetched.
URL = "https://feeds.example/city/feed.xml"
#: The time that most samples carry, and the ways to write it.
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RFC_822 = "Mon, 23 Nov 2026 10:00:00 +0800"
ISO = "2026-11-23T10:00:00+08:00"
ANY = "(any)"


@dataclass(frozen=True)
class Want:
    """One record as it should be read; ANY means that the sample is not about this field."""

    title: str = ANY
    text: str = ANY
    id: str | None = ANY
    url: str = ANY
    at: datetime | str | None = ANY
    author: str | None = ANY
    language: str | None = ANY
    tags: tuple[str, ...] | str = ANY
    media: tuple[str, ...] | str = ANY


@dataclass(frozen=True)
class Held:
    """One item that cannot be read: words that its reason must have."""

    reason: str


@dataclass(frozen=True)
class Sample:
    """A delivery, and what is in it: items in order, or the code with which the whole is refused."""

    name: str
    body: bytes
    wants: Sequence[Want | Held] = ()
    refused: str = ""
    content_type: str = ""
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """What one item says, in one language."""

    tag: str
    title: str
    first: str
    points: tuple[str, str]
    last: str
    picture: str
    author: str

    @property
    def html(self) -> str:
        """Return the story as a web page's author writes it."""
        points = "".join(f"<li>{escape(point)}</li>" for point in self.points)
        return (
            f"<p>{escape(self.first, quote=False)}</p>\n<ul>\n{points}\n</ul><script>var a = '<p>no</p>';</script>"
            f'<p><b>{escape(self.last)}</b></p><img src="a.jpg" alt="{self.picture}"><style>p {{}}</style>'
        )

    @property
    def read(self) -> str:
        """Return the story as it reads without markup."""
        return "\n".join([self.first, f"- {self.points[0]}", f"- {self.points[1]}", self.last, self.picture])


STORIES = {
    "zh-CN": Story(
        "zh-CN",
        "三个小区自来水发黄，居民拨打热线",
        "从昨天开始，水 & 电都不正常，已有 300 多户受影响。",
        ("物业称管道正在检修", "水务部门已经取样检测"),
        "大家什么时候能用上干净的水？",
        "发黄的自来水照片",
        "晨报记者",
    ),
    "zh-TW": Story(
        "zh-TW",
        "三個社區自來水發黃，居民撥打熱線",
        "從昨天開始，水 & 電都不正常，已有 300 多戶受影響。",
        ("物業稱管道正在檢修", "水務部門已經取樣檢測"),
        "大家什麼時候能用上乾淨的水？",
        "發黃的自來水照片",
        "晨報記者",
    ),
    "ja": Story(
        "ja",
        "水道水が黄色く濁る、市民から相談が相次ぐ",
        "きのうから水 & 電気が使えず、300世帯以上に影響が出ている。",
        ("管理会社は点検中と説明", "水道局が水質を検査している"),
        "いつになったら元に戻るのでしょうか。",
        "黄色い水道水の写真",
        "朝の新聞",
    ),
    "en": Story(
        "en",
        "Tap water turns yellow in three districts",
        "Since yesterday water & power have failed for more than 300 homes.",
        ("The landlord says pipes are being repaired", "The water board has taken samples"),
        "When will it be safe to drink again?",
        "A glass of yellow water",
        "Morning Post",
    ),
}
LANGUAGES = tuple(STORIES)


def rss_item(
    number: int,
    *,
    title: str = "",
    description: str = "",
    date: str = RFC_822,
    guid: str | None = None,
    link: str | None = None,
    more: str = "",
) -> str:
    """Return an item; title and description are put in as they stand."""
    guid = f"urn:post:{number}" if guid is None else guid
    link = f"https://news.example/{number}" if link is None else link
    parts = [f"<title>{title}</title>" if title else "", f"<link>{link}</link>" if link else ""]
    parts += [
        f"<description>{description}</description>" if description else "",
        f'<guid isPermaLink="false">{guid}</guid>' if guid else "",
    ]
    parts += [f"<pubDate>{date}</pubDate>" if date else "", more]
    return f"<item>{''.join(parts)}</item>"


def rss(items: Sequence[str], *, encoding: str | None = "utf-8", head: str = "", attributes: str = "") -> str:
    """Return an RSS 2.0 document."""
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n' if encoding else ""
    channel = f"<title>t</title><link>https://news.example/</link><description>d</description>{head}{''.join(items)}"
    return f'{declaration}<rss version="2.0"{attributes}><channel>{channel}</channel></rss>'


def atom(entries: Sequence[str], *, encoding: str | None = "utf-8", head: str = "", attributes: str = "") -> str:
    """Return an Atom 1.0 document."""
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n' if encoding else ""
    return (
        f'{declaration}<feed xmlns="http://www.w3.org/2005/Atom"{attributes}><title>t</title><id>urn:feed</id>'
        f"<updated>{ISO}</updated>{head}{''.join(entries)}</feed>"
    )


def atom_entry(number: int, *, title: str = "", content: str = "", date: str = f"<updated>{ISO}</updated>", more: str = "") -> str:
    """Return an entry; ``content`` is the whole element."""
    return (
        f"<entry><id>urn:post:{number}</id><title>{title}</title>{content}{date}"
        f'<link rel="alternate" href="https://news.example/{number}"/>{more}</entry>'
    )
