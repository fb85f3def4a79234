"""Modules: podcasts, media, Dublin Core, syndication, FeedBurner, Atom inside RSS, tombstones."""

from __future__ import annotations

from collections.abc import Iterator

from .model import AT, ISO, NOW, STORIES, Held, Sample, Want, atom, atom_entry, rss, rss_item

_ALL = (
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    ' xmlns:a10="http://www.w3.org/2005/Atom" xmlns:x="https://unknown.example/ns" xmlns:geo="http://www.georss.org/georss"'
)
S = STORIES["zh-CN"]


def _one(name: str, want: Want | Held, *, more: str = "", **parts: str) -> Sample:
    item = rss_item(1, more=more, **({"title": S.title} | parts))
    return Sample(f"module/{name}", rss([item], attributes=_ALL).encode(), [want])


def samples() -> Iterator[Sample]:
    """Yield one feed a module."""
    yield from _texts()
    yield from _people()
    yield from _media()
    yield from _times_and_links()
    yield from _atoms()


def _texts() -> Iterator[Sample]:
    yield _one(
        "content is fuller than description",
        Want(text=S.read),
        description=S.last,
        more=f"<content:encoded><![CDATA[{S.html}]]></content:encoded>",
    )
    yield _one(
        "description is fuller than content",
        Want(text=S.read),
        description=f"<![CDATA[{S.html}]]>",
        more="<content:encoded>…</content:encoded>",
    )
    yield _one("itunes summary", Want(text=S.last), more=f"<itunes:summary>{S.last}</itunes:summary>")
    yield _one("itunes subtitle only", Want(text=S.last), more=f"<itunes:subtitle>{S.last}</itunes:subtitle>")
    yield _one(
        "media description",
        Want(text=S.last),
        more=f'<media:group><media:title>no</media:title><media:description type="plain">{S.last}</media:description></media:group>',
    )
    yield _one(
        "title only in media", Want(title=S.title), title="", more=f"<media:content><media:title>{S.title}</media:title></media:content>"
    )
    yield _one("an itunes title does not replace the title", Want(title=S.title), more="<itunes:title>no</itunes:title>")
    yield _one("unknown module ignored", Want(title=S.title, text=""), more="<x:title>no</x:title><x:description>no</x:description>")
    yield _one("source has a title of its own", Want(title=S.title), more='<source url="https://b.example/feed">B</source>')
    yield _one(
        "emoji pictures stay, later pictures do not",
        Want(text="好[笑]\n一\n坏"),
        description="<![CDATA[好<img alt='[笑]'><img alt='一'>坏<img alt='二'>]]>",
    )
    yield _one(
        "table",
        Want(text="甲 1\n乙 2"),
        description="<![CDATA[<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>]]>",
    )
    yield _one("ordered list", Want(text="1. 甲\n2. 乙"), description="<![CDATA[<ol><li>甲<li>乙</ol>]]>")
    yield _one("preformatted", Want(text="a\nb"), description="<![CDATA[<pre>a\nb</pre>]]>")
    yield _one("lines of HTML are no lines", Want(text="Hello world"), description="<![CDATA[<p>Hello\nworld</p>]]>")
    yield _one("hidden words", Want(text="seen"), description='<![CDATA[<p style="display: none">x</p><p>seen</p><template>y</template>]]>')


def _people() -> Iterator[Sample]:
    yield _one("author with mail", Want(author="李雷"), more="<author>lilei@news.example (李雷)</author>")
    yield _one("author with mail first", Want(author="李雷"), more="<author>李雷 &lt;lilei@news.example&gt;</author>")
    yield _one("author is a mail", Want(author="lilei@news.example"), more="<author>lilei@news.example</author>")
    yield _one("creator", Want(author="韩梅梅"), more="<dc:creator><![CDATA[ 韩梅梅 ]]></dc:creator>")
    yield _one("author of atom inside rss", Want(author="韩梅梅"), more="<a10:author><a10:name>韩梅梅</a10:name></a10:author>")
    yield _one("itunes author", Want(author="电台"), more="<itunes:author>电台</itunes:author>")
    yield _one("nobody", Want(author=None))
    yield _one("language of the item", Want(language="zh-HK"), more="<dc:language>zh_HK</dc:language>")
    yield _one("no language", Want(language=None), more="<dc:language>Chinese, mostly</dc:language>")


def _media() -> Iterator[Sample]:
    yield _one(
        "podcast",
        Want(media=("https://cdn.example/1.mp3", "https://cdn.example/1.jpg")),
        more='<enclosure url="https://cdn.example/1.mp3" length="1" type="audio/mpeg"/><itunes:image href="https://cdn.example/1.jpg"/>',
    )
    yield _one(
        "media group",
        Want(media=("https://cdn.example/1.mp4", "https://cdn.example/t.jpg")),
        more='<media:group><media:content url="https://cdn.example/1.mp4"/><media:thumbnail url="https://cdn.example/t.jpg"/></media:group>',
    )
    yield _one(
        "media twice",
        Want(media=("https://cdn.example/1.mp4",)),
        more='<media:content url="https://cdn.example/1.mp4"/><media:content url="https://cdn.example/1.mp4"/>',
    )
    yield _one("media is no address", Want(media=()), more='<enclosure url="data:image/png;base64,xx"/>')
    yield _one(
        "tags",
        Want(tags=("水", "R&D")),
        more="<category>水</category><category domain='x'><![CDATA[R&D]]></category><dc:subject>水</dc:subject>",
    )


def _times_and_links() -> Iterator[Sample]:
    yield _one("dc date", Want(at=AT), date="", more=f"<dc:date>{ISO}</dc:date>")
    yield _one(
        "dcterms",
        Want(at=AT),
        date="",
        more=f"<dcterms:modified>2026-11-24T00:00:00Z</dcterms:modified><dcterms:issued>{ISO}</dcterms:issued>",
    )
    yield _one("atom updated inside rss", Want(at=AT), date="", more=f"<a10:updated>{ISO}</a10:updated>")
    yield _one(
        "feedburner",
        Want(url="https://real.example/1"),
        link="https://feeds.feedburner.example/~r/1",
        more="<feedburner:origLink>https://real.example/1</feedburner:origLink>",
    )
    yield _one(
        "atom link inside rss",
        Want(url="https://real.example/1"),
        link="",
        more='<atom:link rel="alternate" href="https://real.example/1"/>',
    )
    yield _one(
        "reply link is not the link", Want(url="https://news.example/1"), more='<atom:link rel="replies" href="https://real.example/1"/>'
    )


def _atoms() -> Iterator[Sample]:
    prefixed = (
        f'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id><a:title>{S.title}</a:title>'
        f"<a:updated>{ISO}</a:updated></a:entry></a:feed>"
    )
    yield Sample("module/atom with a prefix", prefixed.encode(), [Want(id="1", title=S.title, at=AT)])
    source = "<source><id>urn:other</id><title>no</title><updated>2020-01-01T00:00:00Z</updated></source>"
    entry = atom_entry(1, title=S.title).replace("<entry>", f"<entry>{source}")
    yield Sample("module/entry with a source", atom([entry]).encode(), [Want(id="urn:post:1", title=S.title, at=AT)])
    html_title = atom_entry(1, title="").replace("<title>", '<title type="html">&lt;i&gt;水&lt;/i&gt;&amp;amp;电')
    yield Sample("module/title is html", atom([html_title]).encode(), [Want(title="水&电")])
    xhtml = atom_entry(1).replace("<title>", '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">水<b>&amp;</b>电</div>')
    yield Sample("module/title is xhtml", atom([xhtml]).encode(), [Want(title="水&电")])
    linked = atom_entry(1, title=S.title, content='<content type="image/png" src="https://cdn.example/1.png"/>')
    yield Sample("module/content is elsewhere", atom([linked]).encode(), [Want(title=S.title, text="")])
    binary = atom_entry(1, title=S.title, content='<content type="image/png">iVBORw0KGgo=</content>')
    yield Sample("module/content is a picture", atom([binary]).encode(), [Want(title=S.title, text="")])
    coded = '<feed version="0.3" xmlns="http://purl.org/atom/ns#">'
    coded += f'<entry><id>1</id><title mode="base64">5rC0</title><issued>{ISO}</issued></entry></feed>'
    yield Sample("module/title in base64", coded.encode(), [Want(title="水", at=AT)])
    languages = atom_entry(1, title=S.title).replace("<entry>", '<entry xml:lang="ja">')
    yield Sample("module/language of an entry", atom([languages], attributes=' xml:lang="zh"').encode(), [Want(language="ja")])
    grave = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:post:7" when="2026-11-24T00:00:00Z"/>'
    yield Sample(
        "module/tombstone", atom([atom_entry(1, title=S.title)], head=grave).encode(), [Want(id="urn:post:1")], deleted=("urn:post:7",)
    )
    broken = atom([atom_entry(1, title=f"{S.title} <b>")], head=grave)
    yield Sample("module/tombstone in a broken feed", broken.encode(), [Want(id="urn:post:1", title=S.title)], deleted=("urn:post:7",))
    ahead = rss([rss_item(1, title=S.title, date="Mon, 23 Nov 2099 10:00:00 +0800")])
    yield Sample("module/a date far ahead is what it says", ahead.encode(), [Want(at=NOW.replace(year=2099, day=23, hour=2))])
