"""Take the readable text out of HTML: paragraphs and lists stay, scripts go, the first picture speaks by its alt text."""

from __future__ import annotations

import html
import re

from lxml import etree

#: Elements whose content nobody reads.
_DROPPED = frozenset(
    [
        "script", "style", "template", "head", "title", "iframe", "object", "embed", "applet", "svg", "math", "canvas",
        "audio", "video", "select", "button", "textarea", "noembed", "noframes",
    ]
)  # fmt: skip
#: Elements that begin and end a line.
_BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
        "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
    ]
)  # fmt: skip
_TAG = re.compile(r"<[A-Za-z!/?]")
_UNFINISHED = re.compile(r"<(?:/?[A-Za-z][^<>]*)?$")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n\s*")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
#: Not for the eye: zero-width, byte order mark, controls. The joiner U+200D stays, emoji are made with it.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u200b\u2060\ufeff\u00ad]")
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
_HAS_C1 = re.compile("[\x80-\x9f]")
#: Markup or entities that are still there after one reading were escaped twice.
_STILL_MARKUP = re.compile(
    r"</(?:p|div|a|span|b|i|em|strong|li|ul|ol|td|tr|table|h[1-6]|font|blockquote)\s*>|<br\s*/?>|<img\s[^<>]*>"
    r"|&(?:nbsp|quot|amp|apos|[lr][sd]quo|mdash|ndash|hellip|middot|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
#: Markup longer than this may be nested deeper than the parser goes, which then returns nothing (characters).
_DEEP = 2_000
_PARSER = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True)


def plain(markup: str) -> str:
    """Return the text of a piece of HTML, one line a paragraph; what was escaped twice is read twice.

    >>> plain("<p>水&amp;电</p><script>x</script>好<ul><li>一</li><li>二</li></ul>")
    '水&电\\n好\\n- 一\\n- 二'
    """
    if "<![CDATA[" in markup or "]]>" in markup:
        markup = _CDATA.sub("", markup)
    if _TAG.search(markup):
        return _tidy(_from_markup(_UNFINISHED.sub("", markup)))
    if "&" not in markup:
        return _tidy(markup)
    text = html.unescape(markup)
    if _STILL_MARKUP.search(text):
        text = _from_markup(text) if _TAG.search(text) else html.unescape(text)
    return _tidy(text)


def one_line(text: str) -> str:
    """Return a text without line breaks, as a title is written."""
    return " ".join(text.split())


def literal(text: str) -> str:
    """Return text that is said to be no markup; it is read as markup only if it plainly is."""
    return plain(text) if _STILL_MARKUP.search(text) else _tidy(text)


def _tidy(text: str) -> str:
    if _HAS_C1.search(text):
        text = text.translate(_C1)
    return _LINES.sub("\n", _SPACES.sub(" ", _UNSEEN.sub("", text))).strip()


def _from_markup(markup: str) -> str:
    try:
        root = etree.fromstring(_UNSEEN.sub("", markup).encode("utf-8", "replace"), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    text = "".join(_Reader().read(root)) if root is not None else ""
    return text if text.strip() or len(markup) < _DEEP else _ANY_TAG.sub(" ", markup)


class _Reader:
    """Walk through a document without recursion, for nesting is the other side's choice, and keep what is seen."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._numbers: list[int] = []
        self._pictured = False
        self._kept_lines = 0

    def read(self, root: etree._Element) -> list[str]:
        """Return the pieces of text in order."""
        self._start(root)
        open_elements = [(root, iter(root))]
        while open_elements:
            element, children = open_elements[-1]
            child = next(children, None)
            if child is None:
                open_elements.pop()
                self._end(element.tag)
                self._text(element.tail)
            elif child.tag in _DROPPED or _is_hidden(child):
                self._text(child.tail)
            else:
                self._start(child)
                open_elements.append((child, iter(child)))
        return self._pieces

    def _start(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._pieces.append("\n")
            if tag == "li":
                self._pieces.append(self._bullet())
            elif tag in ("ol", "ul"):
                self._numbers.append(1 if tag == "ol" else 0)
            elif tag == "pre":
                self._kept_lines += 1
        elif tag == "img":
            self._picture(element.get("alt"))
        self._text(element.text)

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._pieces.append("\n")
            if tag in ("ol", "ul"):
                self._numbers.pop()
            elif tag == "pre":
                self._kept_lines -= 1
        elif tag in ("td", "th"):
            self._pieces.append(" ")

    def _text(self, text: str | None) -> None:
        """Keep text; its line breaks only count inside <pre>."""
        if text:
            self._pieces.append(text if self._kept_lines else text.replace("\n", " "))

    def _bullet(self) -> str:
        if not self._numbers or not self._numbers[-1]:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1] - 1}. "

    def _picture(self, alt: str | None) -> None:
        """Keep what a picture says: emoji wherever they stand, the first real picture on a line of its own."""
        words = one_line(alt or "")
        if (words.startswith("[") and words.endswith("]")) or not any(character.isalnum() for character in words):
            self._pieces.append(words)
        elif not self._pictured:
            self._pictured = True
            self._pieces.append(f"\n{words}\n")


def _is_hidden(element: etree._Element) -> bool:
    if not element.attrib:
        return False
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN_STYLE.search(style) is not None)
