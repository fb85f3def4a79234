"""Read the same feeds with Huiying, plain feedparser and plain fastfeedparser, in one run and on the CPU clock.

    python benchmarks/feeds.py [--items 2000] [--rounds 3] [--json]

Prints items per CPU second (best of the rounds), and of the corpus of feeds in tests/ how many each reads as a careful
reader would (number and titles of the items, refusals). The two libraries do less: no text out of the HTML, no decoding
by plausibility, no reasons for what cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from html import escape
from pathlib import Path

import fastfeedparser
import feedparser

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from tests.core.collectors.feed.corpus import corpus  # noqa: E402 - found through the line above
from tests.core.collectors.feed.samples.model import ANY, NOW, STORIES, URL, Held, Sample, atom, atom_entry, rss, rss_item  # noqa: E402

from huiying.core.collectors.feed import feed_of  # noqa: E402
from huiying.core.collectors.records import Record  # noqa: E402

Read = Callable[[bytes, str], list[str]]
HELD = "\0"


def ours(body: bytes, content_type: str) -> list[str]:
    """Return the titles, a mark for each item that cannot be read."""
    items = feed_of(body, content_type=content_type, now=NOW, url=URL).items
    return [item.title if isinstance(item, Record) else HELD for item in items]


def fast(body: bytes, _content_type: str) -> list[str]:
    """Return the titles."""
    return [entry.get("title") or "" for entry in fastfeedparser.parse(body).entries]


def slow(body: bytes, content_type: str) -> list[str]:
    """Return the titles; feedparser's own cleaning is off, as it would be here."""
    headers = {"content-type": content_type} if content_type else None
    parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    return [entry.get("title") or "" for entry in parsed.entries]


READERS: dict[str, Read] = {"huiying": ours, "feedparser": slow, "fastfeedparser": fast}


def workloads(items: int) -> dict[str, bytes]:
    """Return feeds with so many items of about 300 characters."""
    story = STORIES["zh-CN"]
    html = escape(story.html, quote=False)
    plain = [rss_item(n, title=f"{story.title} {n}", description=escape(story.first) * 4) for n in range(items)]
    marked = [rss_item(n, title=f"{story.title} {n}", description=html) for n in range(items)]
    entries = [atom_entry(n, title=f"{story.title} {n}", content=f'<content type="html">{html}</content>') for n in range(items)]
    broken = [item.replace("</title>", " & </title>").replace("</guid>", "") for item in marked]
    return {
        "RSS, plain text": rss(plain).encode(),
        "RSS, HTML": rss(marked).encode(),
        "Atom, HTML": atom(entries).encode(),
        "RSS, GBK said to be UTF-8": rss(plain).encode("gb18030"),
        "RSS, broken XML": rss(broken).encode(),
    }


def rate(read: Read, body: bytes, rounds: int) -> tuple[float, int]:
    """Return items per CPU second, the best of some rounds, and how many items were found."""
    best, found = 0.0, 0
    for _round in range(rounds):
        start = time.process_time()
        found = len(read(body, ""))
        best = max(best, found / max(time.process_time() - start, 1e-9))
    return best, found


def agrees(read: Read, sample: Sample) -> bool:
    """Return whether a reader finds the items of a sample, by number and title, or refuses what is to be refused."""
    try:
        titles = read(sample.body, sample.content_type)
    except Exception:
        return bool(sample.refused)
    if sample.refused:
        return not titles
    wanted = [HELD if isinstance(want, Held) else want.title for want in sample.wants]
    return len(titles) == len(wanted) and all(want in (ANY, HELD, title.strip()) for want, title in zip(wanted, titles, strict=True))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    warnings.simplefilter("ignore")
    results: dict[str, dict[str, float]] = {}
    for name, body in workloads(given.items).items():
        rates = {reader: rate(read, body, given.rounds) for reader, read in READERS.items()}
        results[f"{name} (items/CPU s)"] = {reader: round(per_second) for reader, (per_second, _found) in rates.items()}
        results[f"{name} (items found of {given.items})"] = {reader: found for reader, (_rate, found) in rates.items()}
    samples = corpus()
    results[f"corpus read rightly, of {len(samples)}"] = {
        reader: sum(agrees(read, sample) for sample in samples) for reader, read in READERS.items()
    }
    if given.json:
        print(json.dumps(results))
        return
    for name, row in results.items():
        print(f"{name:48}" + "".join(f"{reader}: {value:>9,}   " for reader, value in row.items()))


if __name__ == "__main__":
    main()
