"""Every format in every language, its HTML carried in every way that the format allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

from .model import AT, ISO, LANGUAGES, RFC_822, STORIES, Sample, Story, Want, atom, atom_entry, rss

_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
)
_NUMBERS = (1, 2)


def samples() -> Iterator[Sample]:
    """Yield 7 formats x 4 languages x the carriages of each."""
    for tag in LANGUAGES:
        story = STORIES[tag]
        for carriage in ("escaped", "cdata", "text", "both"):
            yield _rss_20(story, carriage)
        for carriage in ("escaped", "cdata", "text"):
            yield _rss_091(story, carriage)
            yield _rdf_10(story, carriage)
            yield _rdf_090(story, carriage)
        for carriage in ("escaped", "cdata", "text", "xhtml", "xhtml_prefixed"):
            yield _atom_10(story, carriage)
        for carriage in ("escaped", "xml", "text"):
            yield _atom_03(story, carriage)
        for carriage in ("html", "text", "both"):
            yield _json(story, carriage)


def _carried(story: Story, carriage: str) -> str:
    if carriage == "text":
        return escape(story.first, quote=False)
    return f"<![CDATA[{story.html}]]>" if carriage == "cdata" else escape(story.html, quote=False)


def _expected(story: Story, carriage: str) -> str:
    return story.first if carriage == "text" else story.read


def _wants(story: Story, carriage: str, **fields: object) -> list[Want]:
    common = {"title": story.title, "text": _expected(story, carriage), "at": AT} | fields
    return [
        Want(**{"id": f"urn:post:{n}", "url": f"https://news.example/{n}", **common})  # type: ignore[arg-type]  # names are those of Want
        for n in _NUMBERS
    ]


def _rss_20(story: Story, carriage: str) -> Sample:
    if carriage == "both":  # a teaser in the description, the whole in content:encoded
        text = f"<description>{escape(story.last)}</description><content:encoded><![CDATA[{story.html}]]></content:encoded>"
    else:
        text = f"<description>{_carried(story, carriage)}</description>"
    items = [
        f"<item><title>{story.title}</title>{text}<link>https://news.example/{n}</link><dc:creator>{story.author}</dc:creator>"
        f'<guid isPermaLink="false">urn:post:{n}</guid><pubDate>{RFC_822}</pubDate><category>A &amp; B</category></item>'
        for n in _NUMBERS
    ]
    names = ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    body = rss(items, head=f"<language>{story.tag}</language>", attributes=names)
    wants = _wants(story, carriage, author=story.author, language=story.tag, tags=("A & B",))
    return Sample(f"rss20/{story.tag}/{carriage}", body.encode(), wants)


def _rss_091(story: Story, carriage: str) -> Sample:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    items = "".join(
        f"<item><title>{story.title}</title><link>https://news.example/{n}</link>"
        f"<description>{_carried(story, carriage)}</description></item>"
        for n in _NUMBERS
    )
    channel = f"<channel><title>t</title><language>{story.tag}</language>{items}</channel>"
    body = f'<?xml version="1.0"?>\n{doctype}<rss version="0.91">{channel}</rss>'
    wants = [
        Want(id=f"https://news.example/{n}", title=story.title, text=_expected(story, carriage), at=None, language=story.tag, author=None)
        for n in _NUMBERS
    ]
    return Sample(f"rss091/{story.tag}/{carriage}", body.encode(), wants)


def _rdf_10(story: Story, carriage: str) -> Sample:
    text = f"<description>{_carried(story, carriage)}</description>"
    if carriage == "cdata":
        text = f"<description>{escape(story.last)}</description><content:encoded>{_carried(story, carriage)}</content:encoded>"
    items = "".join(
        f'<item rdf:about="https://news.example/{n}"><title>{story.title}</title><link>https://news.example/{n}</link>{text}'
        f"<dc:date>{ISO}</dc:date><dc:creator>{story.author}</dc:creator><dc:subject>水</dc:subject></item>"
        for n in _NUMBERS
    )
    sequence = "".join(f'<rdf:li rdf:resource="https://news.example/{n}"/>' for n in _NUMBERS)
    channel = (
        f'<channel rdf:about="https://news.example/"><title>t</title><link>https://news.example/</link><dc:language>{story.tag}</dc:language>'
        f"<items><rdf:Seq>{sequence}</rdf:Seq></items></channel>"
    )
    wants = [
        Want(
            id=f"https://news.example/{n}",
            url=f"https://news.example/{n}",
            title=story.title,
            text=_expected(story, carriage),
            at=AT,
            author=story.author,
            language=story.tag,
            tags=("水",),
        )
        for n in _NUMBERS
    ]
    return Sample(f"rdf10/{story.tag}/{carriage}", f'<?xml version="1.0"?>{_RDF}{channel}{items}</rdf:RDF>'.encode(), wants)


def _rdf_090(story: Story, carriage: str) -> Sample:
    root = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
    items = "".join(
        f"<item><title>{story.title}</title><link>https://news.example/{n}</link>"
        f"<description>{_carried(story, carriage)}</description></item>"
        for n in _NUMBERS
    )
    wants = [Want(id=f"https://news.example/{n}", title=story.title, text=_expected(story, carriage), at=None) for n in _NUMBERS]
    return Sample(f"rdf090/{story.tag}/{carriage}", f"{root}<channel><title>t</title></channel>{items}</rdf:RDF>".encode(), wants)


def _atom_10(story: Story, carriage: str) -> Sample:
    xhtml = story.html.replace('alt="' + story.picture + '">', 'alt="' + story.picture + '"/>')
    xhtml = xhtml.replace("var a = '<p>no</p>';", "var a = 1;")
    content = {
        "escaped": f'<summary>{escape(story.last)}</summary><content type="html">{_carried(story, carriage)}</content>',
        "cdata": f'<content type="html">{_carried(story, carriage)}</content>',
        "text": f'<content type="text">{_carried(story, carriage)}</content>',
        "xhtml": f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{xhtml}</div></content>',
        "xhtml_prefixed": '<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml">'
        + xhtml.replace("<", "<h:").replace("<h:/", "</h:")
        + "</h:div></content>",
    }[carriage]
    author = f"<author><name>{story.author}</name><email>a@news.example</email></author>"
    entries = [
        atom_entry(n, title=story.title, content=content, date=f"<published>{ISO}</published><updated>2026-11-23T11:00:00Z</updated>")
        for n in _NUMBERS
    ]
    body = atom(entries, attributes=f' xml:lang="{story.tag}"', head=author)
    return Sample(f"atom10/{story.tag}/{carriage}", body.encode(), _wants(story, carriage, author=story.author, language=story.tag))


def _atom_03(story: Story, carriage: str) -> Sample:
    xml = story.html.replace('alt="' + story.picture + '">', 'alt="' + story.picture + '"/>').replace("var a = '<p>no</p>';", "")
    content = {
        "escaped": f'<content type="text/html" mode="escaped">{_carried(story, carriage)}</content>',
        "xml": f'<content type="application/xhtml+xml" mode="xml"><div xmlns="http://www.w3.org/1999/xhtml">{xml}</div></content>',
        "text": f'<content type="text/plain" mode="escaped">{_carried(story, carriage)}</content>',
    }[carriage]
    entries = "".join(
        f'<entry><id>urn:post:{n}</id><title>{story.title}</title><link rel="alternate" type="text/html" href="https://news.example/{n}"/>'
        f"<issued>{ISO}</issued><modified>2026-11-23T11:00:00Z</modified><author><name>{story.author}</name></author>{content}</entry>"
        for n in _NUMBERS
    )
    body = f'<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{story.tag}"><title>t</title>{entries}</feed>'
    return Sample(f"atom03/{story.tag}/{carriage}", body.encode(), _wants(story, carriage, author=story.author, language=story.tag))


def _json(story: Story, carriage: str) -> Sample:
    content = {
        "html": {"content_html": story.html},
        "text": {"content_text": story.first},
        "both": {"content_html": story.html, "summary": story.last},
    }[carriage]
    items = [
        {
            "id": f"urn:post:{n}",
            "url": f"/{n}",
            "title": story.title,
            "date_published": ISO,
            "authors": [{"name": story.author}],
            "tags": ["水"],
            "attachments": [{"url": "https://news.example/a.mp3", "mime_type": "audio/mpeg"}],
            **content,
        }
        for n in _NUMBERS
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "home_page_url": "https://news.example/",
        "language": story.tag,
        "items": items,
    }
    body = json.dumps(feed, ensure_ascii=carriage == "html").encode()
    wants = _wants(story, carriage, author=story.author, language=story.tag, tags=("水",), media=("https://news.example/a.mp3",))
    return Sample(f"json/{story.tag}/{carriage}", body, wants)
