"""Feeds that are broken in the usual ways, each in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from .model import AT, ISO, RFC_822, STORIES, URL, Held, Sample, Story, Want, atom, atom_entry, rss, rss_item

Made = tuple[str, list[Want | Held]]


FAULTS: list[Callable[[Story], Made]] = []


def _fault(made: Callable[[Story], Made]) -> Callable[[Story], Made]:
    FAULTS.append(made)
    return made


def samples() -> Iterator[Sample]:
    """Yield every fault in two languages."""
    for tag in ("zh-CN", "en"):
        story = STORIES[tag]
        for fault in FAULTS:
            body, wants = fault(story)
            yield Sample(f"fault/{tag}/{fault.__name__}", body.encode("utf-8", "surrogatepass"), wants)


def _good(story: Story, number: int = 1) -> str:
    return rss_item(number, title=escape(story.title), description=escape(story.first, quote=False))


def _want(story: Story, number: int = 1, **fields: object) -> Want:
    stated = {"id": f"urn:post:{number}", "title": story.title, "text": story.first, "url": f"https://news.example/{number}", "at": AT}
    return Want(**(stated | fields))  # type: ignore[arg-type]  # names are those of Want


@_fault
def bare_ampersand(story: Story) -> Made:
    """An & that nobody escaped, in a title, a text and a link."""
    item = rss_item(1, title=f"{story.title} & Q&A", description=story.first, link="https://news.example/1?a=1&b=2&amp;c=3")
    return rss([item, _good(story, 2)]), [
        _want(story, title=f"{story.title} & Q&A", url="https://news.example/1?a=1&b=2&c=3"),
        _want(story, 2),
    ]


@_fault
def html_entities(story: Story) -> Made:
    """Entities that XML does not know."""
    item = rss_item(1, title=f"{story.title}&nbsp;&mdash;&hellip;", description=f"&ldquo;{story.last}&rdquo;&copy;")
    return rss([item, _good(story, 2)]), [_want(story, title=f"{story.title} —…", text=f"“{story.last}”©"), _want(story, 2)]


@_fault
def double_escaped(story: Story) -> Made:
    """Markup that was escaped twice on its way."""
    item = rss_item(1, title=escape(escape("R&D")), description=escape(escape(f"<p>{story.last}</p><p>{story.author}</p>")))
    return rss([item]), [_want(story, title="R&D", text=f"{story.last}\n{story.author}")]


@_fault
def double_escaped_entities(story: Story) -> Made:
    """Entities that were escaped twice, without any markup."""
    item = rss_item(1, title=f"{story.title} &amp;amp;quot;A&amp;amp;quot;", description=f"{story.last}&amp;amp;nbsp;&amp;amp;#8212; B")
    return rss([item]), [_want(story, title=f'{story.title} "A"', text=f"{story.last} — B")]


@_fault
def lone_less_than(story: Story) -> Made:
    """A < that begins no tag."""
    item = rss_item(1, title=f"{story.title} 1 < 2 <3", description=f"{story.last} a <= b")
    return rss([item, _good(story, 2)]), [_want(story, title=f"{story.title} 1 < 2 <3", text=f"{story.last} a <= b"), _want(story, 2)]


@_fault
def raw_markup(story: Story) -> Made:
    """HTML that was put into the description as it is, and happens to be XML."""
    item = rss_item(1, title=story.title, description=f"<p>{story.last}</p><p>{story.author}<br/>{story.picture}</p>")
    return rss([item]), [_want(story, text=f"{story.last}\n{story.author}\n{story.picture}")]


@_fault
def raw_markup_unclosed(story: Story) -> Made:
    """HTML that was put into the description as it is, and is no XML."""
    item = rss_item(1, title=story.title, description=f"<p>{story.last}<br>{story.author}<p><img src=a.jpg>{story.picture}")
    return rss([item, _good(story, 2)]), [_want(story, text=f"{story.last}\n{story.author}\n{story.picture}"), _want(story, 2)]


@_fault
def unclosed_title(story: Story) -> Made:
    """A title that never ends."""
    first = f"<item><title>{story.title}<link>https://news.example/1</link><guid>urn:post:1</guid><pubDate>{RFC_822}</pubDate></item>"
    return rss([first, _good(story, 2)]), [_want(story, text=""), _want(story, 2)]


@_fault
def unclosed_item(story: Story) -> Made:
    """An item that never ends."""
    first = _good(story).removesuffix("</item>")
    return rss([first, _good(story, 2), _good(story, 3).removesuffix("</item>")]), [_want(story, n) for n in (1, 2, 3)]


@_fault
def crossed_tags(story: Story) -> Made:
    """Tags that close in the wrong order."""
    item = _good(story).replace("</guid>", "").replace("</item>", "</guid></item>")
    return rss([item, _good(story, 2)]), [_want(story), _want(story, 2)]


@_fault
def cut_off(story: Story) -> Made:
    """A delivery that ends in the middle of its third item."""
    whole = rss([_good(story, n) for n in (1, 2, 3)])
    return whole[: whole.rindex(story.title) + 4], [_want(story), _want(story, 2), Held("ends inside")]


@_fault
def cut_off_in_tag(story: Story) -> Made:
    """A delivery that ends in the middle of a tag."""
    whole = rss([_good(story, n) for n in (1, 2, 3)])
    return whole[: whole.rindex("<description") + 6], [_want(story), _want(story, 2), Held("ends inside")]


@_fault
def cut_off_after_items(story: Story) -> Made:
    """A delivery that ends just after its items."""
    whole = rss([_good(story, n) for n in (1, 2)])
    return whole[: whole.rindex("</channel")], [_want(story), _want(story, 2)]


@_fault
def cut_off_in_cdata(story: Story) -> Made:
    """A delivery that ends inside CDATA."""
    item = rss_item(2, title=story.title, description=f"<![CDATA[{story.html}]]>")
    whole = rss([_good(story), item])
    return whole[: whole.index("<script>")], [_want(story), Held("ends inside")]


@_fault
def unclosed_cdata(story: Story) -> Made:
    """CDATA that ends with its item instead of by its mark."""
    item = f"<item><guid>urn:post:1</guid><link>https://news.example/1</link><pubDate>{RFC_822}</pubDate><title>{story.title}</title>"
    item += f"<description><![CDATA[<p>{story.last}</p></item>"
    return rss([item, _good(story, 2)]), [_want(story, text=story.last), _want(story, 2)]


@_fault
def nested_cdata(story: Story) -> Made:
    """CDATA inside CDATA, which does not exist."""
    item = rss_item(1, title=story.title, description=f"<![CDATA[{story.last} <![CDATA[{story.author}]]> {story.picture}]]>")
    return rss([item]), [_want(story, text=f"{story.last} {story.author} {story.picture}")]


@_fault
def cdata_with_spaces(story: Story) -> Made:
    """CDATA with blank lines around it, and a title in several lines."""
    item = rss_item(1, title=f"\n  <![CDATA[\n {story.title}\n ]]>\n", description=f"\n<![CDATA[\n\n{story.first}\n]]>\n")
    return rss([item]), [_want(story)]


@_fault
def zero_bytes(story: Story) -> Made:
    """NUL and other controls inside the words."""
    item = rss_item(1, title=f"{story.title[:3]}\0{story.title[3:]}", description=f"\x01\x0b{story.first}\x1f\x08")
    return rss([item, _good(story, 2)]), [_want(story), _want(story, 2)]


@_fault
def forbidden_references(story: Story) -> Made:
    """Numbers of characters that XML forbids, and Windows-1252 quotes by number."""
    item = rss_item(1, title=f"{story.title}&#0;&#x1F;&#147;A&#148;", description=f"{story.last}&#xFFFF;&#128512;")
    return rss([item]), [_want(story, title=f"{story.title}“A”", text=f"{story.last}😀")]


@_fault
def invisible(story: Story) -> Made:
    """Zero-width characters, soft hyphens, no-break and ideographic spaces."""
    item = rss_item(1, title=f"\ufeff{story.title}\u200b", description=f"{story.last}\u00a0\u3000A\u00ad\u2060B")
    return rss([item]), [_want(story, text=f"{story.last} AB")]


@_fault
def junk_before(story: Story) -> Made:
    """Blank lines and a warning of PHP before the declaration."""
    return "\n\n<br />\n<b>Warning</b>: date() in <b>/var/www/a.php</b><br />\n" + rss([_good(story)]), [_want(story)]


@_fault
def words_before(story: Story) -> Made:
    """Words before the declaration."""
    return "Notice: undefined index\n" + rss([_good(story)]), [_want(story)]


@_fault
def junk_after(story: Story) -> Made:
    """A page's script after the feed."""
    return rss([_good(story)]) + "\n<script>var a = 1 && 2;</script><!-- 0.2 s -->", [_want(story)]


@_fault
def second_declaration(story: Story) -> Made:
    """Two declarations."""
    return '<?xml version="1.0"?>\n' + rss([_good(story)]), [_want(story)]


@_fault
def comment_and_stylesheet(story: Story) -> Made:
    """A comment with an item inside, and a stylesheet."""
    body = rss([_good(story), f"<!-- {_good(story, 9)} -->"]).replace("<rss", '<?xml-stylesheet href="a.xsl"?><!-- made by <rss> --><rss')
    return body, [_want(story)]


@_fault
def html_doctype(story: Story) -> Made:
    """A document type that is none."""
    return rss([_good(story)]).replace("<rss", "<!DOCTYPE rss><rss"), [_want(story)]


@_fault
def unknown_prefix(story: Story) -> Made:
    """Prefixes that nobody declared."""
    item = rss_item(
        1, title=story.title, more=f"<dc:creator>{story.author}</dc:creator><content:encoded><![CDATA[{story.html}]]></content:encoded>"
    )
    return rss([item]), [_want(story, text=story.read, author=story.author)]


@_fault
def odd_prefix(story: Story) -> Made:
    """Well-known namespaces under prefixes of somebody's own, typed carelessly."""
    names = ' xmlns:q="HTTP://purl.org/dc/elements/1.1" xmlns:z="https://purl.org/rss/1.0/modules/content/"'
    item = rss_item(1, title=story.title, more=f"<q:creator>{story.author}</q:creator><z:encoded><![CDATA[{story.html}]]></z:encoded>")
    return rss([item], attributes=names), [_want(story, text=story.read, author=story.author)]


@_fault
def capitals(story: Story) -> Made:
    """Element names in capitals."""
    item = f"<Item><Title>{story.title}</Title><GUID>urn:post:1</GUID><Link>https://news.example/1</Link><PUBDATE>{RFC_822}</PUBDATE>"
    item += f"<Description>{escape(story.first, quote=False)}</Description></Item>"
    return rss([item]), [_want(story)]


@_fault
def unquoted_attributes(story: Story) -> Made:
    """Attributes without quotes."""
    return rss([_good(story).replace('isPermaLink="false"', "isPermaLink=false")]), [_want(story)]


@_fault
def no_guid(story: Story) -> Made:
    """No id: the link stands for it."""
    return rss([rss_item(1, title=story.title, guid="")]), [_want(story, id="https://news.example/1", text="")]


@_fault
def no_guid_no_link(story: Story) -> Made:
    """Neither id nor link."""
    return rss([rss_item(1, title=story.title, guid="", link="")]), [_want(story, id=None, url="", text="")]


@_fault
def no_date(story: Story) -> Made:
    """No date."""
    return rss([rss_item(1, title=story.title, date="")]), [_want(story, at=None, text="")]


@_fault
def no_title(story: Story) -> Made:
    """No title."""
    return rss([rss_item(1, description=escape(story.first, quote=False))]), [_want(story, title="")]


@_fault
def nothing_said(story: Story) -> Made:
    """Neither title nor text."""
    return rss([rss_item(1), rss_item(2, title="<b></b>", description=" "), _good(story, 3)]), [
        Held("neither title nor text"),
        Held("neither title nor text"),
        _want(story, 3),
    ]


@_fault
def same_item_twice(story: Story) -> Made:
    """One item, twice."""
    return rss([_good(story), _good(story), _good(story, 2)]), [_want(story), _want(story, 2)]


@_fault
def same_item_revised(story: Story) -> Made:
    """One item in two versions: the later one counts."""
    later = rss_item(1, title=story.title, description=story.last, date="Mon, 23 Nov 2026 12:00:00 +0800")
    return rss([_good(story), later]), [_want(story, text=story.last, at=AT.replace(hour=4))]


@_fault
def one_guid_for_all(story: Story) -> Made:
    """The same id for different items: it is no id."""
    items = [_good(story, n).replace(f"urn:post:{n}", "https://news.example/") for n in (1, 2)]
    return rss(items), [_want(story, id=None), _want(story, 2, id=None)]


@_fault
def permalink_guid(story: Story) -> Made:
    """The id is the address, and there is no link."""
    item = f"<item><title>{story.title}</title><guid>https://news.example/1</guid><pubDate>{RFC_822}</pubDate></item>"
    return rss([item]), [_want(story, id="https://news.example/1", text="")]


@_fault
def relative_link(story: Story) -> Made:
    """A link that starts from the site."""
    return rss([rss_item(1, title=story.title, link="/a/../b?x=1")]), [_want(story, url="https://news.example/b?x=1", text="")]


@_fault
def relative_link_with_base(story: Story) -> Made:
    """Links that start from xml:base, of the feed and of the entry."""
    entries = [
        atom_entry(1, title=story.title).replace("https://news.example/1", "one"),
        atom_entry(2, title=story.title).replace("https://news.example/2", "two").replace("<entry>", '<entry xml:base="sub/">'),
    ]
    return atom(entries, attributes=' xml:base="https://city.example/a/"'), [
        _want(story, url="https://city.example/a/one", text=""),
        _want(story, 2, url="https://city.example/a/sub/two", text=""),
    ]


@_fault
def relative_link_of_atom(story: Story) -> Made:
    """A link that starts from where the feed was fetched."""
    entry = atom_entry(1, title=story.title).replace("https://news.example/1", "../one")
    return atom([entry]), [_want(story, url=URL.replace("/city/feed.xml", "/one"), text="")]


@_fault
def hostile_link(story: Story) -> Made:
    """Links that are no web address."""
    items = [
        rss_item(n, title=story.title, link=link)
        for n, link in ((1, "javascript:alert(1)"), (2, "http://[bad"), (3, "https://a.example/\n  b"))
    ]
    return rss(items), [
        _want(story, url="", text=""),
        _want(story, 2, url="", text=""),
        _want(story, 3, url="https://a.example/b", text=""),
    ]


@_fault
def bad_date_among_good(story: Story) -> Made:
    """One date that is none: only its item is held."""
    items = [_good(story), _good(story, 2).replace(RFC_822, "once upon a time"), _good(story, 3)]
    return rss(items), [_want(story), Held("once upon a time"), _want(story, 3)]


@_fault
def text_type_with_markup(story: Story) -> Made:
    """Atom text that says it is plain, and plainly is not; and one that only speaks about markup."""
    entries = [
        atom_entry(1, title=f"&lt;b&gt;{story.title}&lt;/b&gt;", content=f'<summary type="text">&lt;p&gt;{story.last}&lt;/p&gt;</summary>'),
        atom_entry(2, title="Why &lt;b&gt; is not enough: 1 &lt; 2", content=f"<summary>{story.last}</summary>"),
    ]
    return atom(entries), [_want(story, text=story.last), _want(story, 2, title="Why <b> is not enough: 1 < 2", text=story.last)]


@_fault
def atom_without_namespace(story: Story) -> Made:
    """Atom that does not say so."""
    body = atom([atom_entry(1, title=story.title)]).replace(' xmlns="http://www.w3.org/2005/Atom"', "")
    return body, [_want(story, text="")]


@_fault
def atom_cut_off(story: Story) -> Made:
    """Atom that ends in its second entry."""
    whole = atom([atom_entry(n, title=story.title, content=f"<summary>{story.last}</summary>") for n in (1, 2)])
    return whole[: whole.rindex("</summary")], [_want(story, text=story.last), Held("ends inside")]


@_fault
def json_cut_off(story: Story) -> Made:
    """JSON that ends in its second item."""
    item = '{"id": "urn:post:%d", "url": "https://news.example/%d", "title": "%s", "content_text": "x", "date_published": "%s"}'
    items = ", ".join(item % (n, n, story.title, ISO) for n in (1, 2))
    return '{"version": "https://jsonfeed.org/version/1", "items": [' + items[:-30], [_want(story, text="x"), Held("ends or breaks")]


@_fault
def json_with_controls(story: Story) -> Made:
    """JSON with raw line breaks inside its texts and words after its end."""
    item = '{"id": "urn:post:1", "url": "https://news.example/1", "title": "水", "content_text": "x\ny", "date_published": "'
    item = item.replace("水", story.title) + ISO + '"}'
    return '{"version": "https://jsonfeed.org/version/1", "items": [' + item + "]}\n<!-- cached -->", [_want(story, text="x\ny")]
