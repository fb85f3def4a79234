"""Time the full-text index and compare its answers with a brute-force scan.

    python benchmarks/search.py [--posts 1000000] [--queries 200] [--checked 200] [--data DIR] [--json]

Makes posts from real ones where ``../shared/data`` is there (sentences of Weibo posts, headlines and tweets put together
anew), else from a list of words; indexes them on SQLite; asks mixed queries as the search page does (newest 50 and a count
up to 1,000). The scan knows nothing of the index: it folds each text by itself and looks for substrings and whole words.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import resource
import statistics
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
FILES = ("weibo_topics", "ced_reposts", "weibo_hot_lxw", "online_shopping_10_cats", "crisislex_t6", "uci_news")
#: For want of real posts.
WORDS = [
    *("停水", "自来水", "发黄", "投诉", "小区", "今天", "北京", "地铁", "基站", "5G", "PM2.5", "iPhone16", "物业", "回应", "什么时候"),
    *("恢复", "leaking", "pipes", "water", "outage", "我们", "没有", "的", "了"),
]
START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES, CHANNELS = 40, ("weibo", "forum", "news", "hotline")
Query = tuple[str, dict[str, Any], Callable[[str, dict[str, Any]], bool]]


def real_pieces(folder: Path) -> list[str]:
    """Return sentences of real posts."""
    pieces: list[str] = []
    for name in FILES:
        path = folder / f"{name}.jsonl.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line, _count in zip(lines, range(30_000), strict=False):
                    row = json.loads(line)
                    text = f"{row.get('title') or ''} {row.get('text') or ''}".strip()
                    pieces += [piece for piece in re.split(r"(?<=[。！？!?\n])", text) if 4 < len(piece) < 200]
    return pieces


def posts(pieces: list[str], count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield posts of one to three sentences, half a minute apart."""
    for seq in range(1, count + 1):
        if pieces:
            text = "".join(rng.choice(pieces) for _ in range(rng.choice((1, 1, 2, 3))))
        else:
            text = "".join(rng.choice(WORDS) + rng.choice(("", " ", "，")) for _ in range(rng.randint(5, 25)))
        yield {
            "seq": seq,
            "text": text,
            "source_id": min(int(rng.paretovariate(0.7)), SOURCES),
            "channel": rng.choice(CHANNELS),
            "published_at": START + timedelta(seconds=30 * seq),
        }


class Scan:
    """The brute force: its own folding, substrings for Chinese and whole words for the rest."""

    def __init__(self) -> None:
        from opencc_pyo3 import OpenCC

        converted = OpenCC("t2s")
        self._simplified = {code: converted.convert(chr(code)) for code in range(0x3400, 0xA000)}
        self._simplified = {code: to for code, to in self._simplified.items() if len(to) == 1 and to != chr(code)}

    def fold(self, text: str) -> str:
        """Return a text in one spelling."""
        return unicodedata.normalize("NFKC", text).casefold().translate(self._simplified)

    def han(self, word: str) -> Callable[[str], bool]:
        """Return whether a text holds a Chinese word."""
        wanted = self.fold(word)
        return lambda text: wanted in text

    def words(self, *words: str) -> Callable[[str], bool]:
        """Return whether a text holds words of letters or digits one after another, nothing but signs between them."""
        letters = [self.fold(word) for word in words]
        pattern = r"[\W_]*".join(_bounded(word) for word in letters)
        found = re.compile(pattern)
        return lambda text: letters[0] in text and found.search(text) is not None

    def stemmed(self, word: str) -> Callable[[str], bool]:
        """Return whether a text holds an English word or another of its stem."""
        import Stemmer

        stemmer = Stemmer.Stemmer("english")
        root, known = stemmer.stemWord(word.lower()), dict[str, bool]()

        def fits(each: str) -> bool:
            if each not in known:
                known[each] = each == root or (each.isascii() and 3 <= len(each) <= 40 and stemmer.stemWord(each) == root)
            return known[each]

        begin = root[:3]
        return lambda text: begin in text and any(fits(each) for each in re.findall(f"{_LETTER}+", text))


#: Letters that are no Han, Kana or Hangul.
_LETTER = r"[^\W\d_\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]"


def _bounded(word: str) -> str:
    kind = r"\d" if word.isdigit() else _LETTER
    return rf"(?<!{kind}){word}(?!{kind})"


def _text(fits: Callable[[str], bool]) -> Callable[[str, dict[str, Any]], bool]:
    return lambda text, _post: fits(text)


def queries(sample: list[str], scan: Scan, count: int, rng: random.Random) -> list[Query]:
    """Return mixed queries: one, two and more characters, mixed scripts, English stems and phrases, or, not, filters."""
    runs = [run for text in sample for run in re.findall(r"[\u4e00-\u9fff]{8,}", text)]
    latin = [word for text in sample for word in re.findall(r"(?<![A-Za-z'’])[A-Za-z]{4,12}(?![A-Za-z'’])", text)] or ["leaking"]
    runs = runs or ["今天小区停水自来水发黄"]

    def piece(length: int) -> str:
        run: str = rng.choice(runs)
        at = rng.randrange(max(1, len(run) - length))
        return run[at : at + length]

    def make(kind: int) -> Query:
        one, a, b, c, long = piece(1), piece(2), piece(rng.choice((2, 3))), piece(2), piece(rng.choice((4, 5, 6)))
        is_a, is_b, is_c = scan.han(a), scan.han(b), scan.han(c)
        source, word = rng.randint(1, SOURCES), rng.choice(latin)
        since = START + timedelta(days=rng.randint(0, 60), hours=rng.randint(0, 23))
        until = since + timedelta(days=3)
        near = re.compile(f"{scan.fold(b[0])}.{{0,3}}{scan.fold(b[-1])}")
        kinds: list[Query] = [
            (one, {}, _text(scan.han(one))),
            (a, {}, _text(is_a)),
            (long, {}, _text(scan.han(long))),
            (f"{a} {c}", {}, _text(lambda text: is_a(text) and is_c(text))),
            (f"({a}|{c}) -{b}", {}, _text(lambda text: (is_a(text) or is_c(text)) and not is_b(text))),
            (f"{a} -{one}", {}, _text(lambda text: is_a(text) and scan.fold(one) not in text)),
            (word, {}, _text(scan.stemmed(word))),
            (f'"{word}"', {}, _text(scan.words(word))),
            (a, {"source_ids": [source]}, lambda text, post: post["source_id"] == source and is_a(text)),
            (one, {"source_ids": [source]}, lambda text, post: post["source_id"] == source and scan.fold(one) in text),
            (a, {"since": since, "until": until}, lambda text, post: since <= post["published_at"] < until and is_a(text)),
            (b, {"channel": "hotline"}, lambda text, post: post["channel"] == "hotline" and is_b(text)),
            ("PM2.5", {}, _text(scan.words("pm", "2", "5"))),
            ("5G", {}, _text(scan.words("5", "g"))),
            (f"{a} /{b[0]}.{{0,3}}{b[-1]}/", {}, _text(lambda text: is_a(text) and near.search(text) is not None)),
        ]
        return kinds[kind]

    return [make(number % 15) for number in range(count)]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--checked", type=int, default=200, help="queries compared with the scan")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-search-") as state:
        os.environ.update(HUIYING_STATE=state, DJANGO_SETTINGS_MODULE="huiying.config.settings")
        os.environ.pop("DATABASE_URL", None)
        outcome = measure(given)
    print(json.dumps(outcome) if given.json else "\n".join(f"{name}: {value}" for name, value in outcome.items()))
    if outcome["wrong"]:
        sys.exit(1)


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Index, ask and compare."""
    import django

    import huiying.config  # noqa: F401  the wheel's SQLite must be in place before Django is imported

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    rng = random.Random(7)
    pieces = real_pieces(given.data)
    index = build(pieces, given.posts, rng)
    kept = index.pop("kept")
    scan = Scan()
    asked = queries([post["text"] for post in rng.sample(kept, min(2000, len(kept)))], scan, given.queries, rng)
    times, answers = ask(asked)
    wrong = compare(asked[: given.checked], answers, kept, scan)
    ordered = sorted(times)
    slowest = max(range(len(times)), key=times.__getitem__)
    return {
        **index,
        "queries": len(times),
        "median_ms": round(statistics.median(times) * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "slowest_ms": round(ordered[-1] * 1000, 1),
        "slowest": asked[slowest][0],
        "checked": min(given.checked, len(asked)),
        "wrong": wrong,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def build(pieces: list[str], count: int, rng: random.Random) -> dict[str, Any]:
    """Store and index posts as the intake does, 500 in a transaction; times are of the index alone."""
    from django.db import connection, transaction

    from huiying.listen.sources.models import Post, Source
    from huiying.listen.sources.words import index_posts, rows_of

    Source.objects.bulk_create(
        Source(pk=number, name=f"s{number}", connector="replay", channel="x", created_at=START) for number in range(1, SOURCES + 1)
    )
    kept: list[dict[str, Any]] = []
    indexing = wording = cores = 0.0
    stream = posts(pieces, count, rng)
    while part := [post for post, _number in zip(stream, range(500), strict=False)]:
        rows = [Post(item_key=str(post["seq"]), received_at=post["published_at"], **post) for post in part]
        with transaction.atomic():
            Post.objects.bulk_create(rows)
            begun, used = time.perf_counter(), time.process_time()
            index_posts(rows)
            between = time.perf_counter()
        indexing, cores = indexing + time.perf_counter() - begun, cores + time.process_time() - used
        if len(kept) % 50_000 == 0:
            rows_of(rows, lambda seq, words, stems, signs: (seq, words))
            wording += time.perf_counter() - between
        kept += part
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "kept": kept,
        "posts": count,
        "real": bool(pieces),
        "characters_per_post": round(statistics.fmean(len(post["text"]) for post in kept), 1),
        "index_posts_per_second": round(count / indexing),
        "index_posts_per_cpu_second": round(count / cores),
    }


def ask(asked: list[Query]) -> tuple[list[float], list[tuple[list[int], bool, int | None]]]:
    """Ask each query once, as the first page of a search does; the file is in the system's cache, ours is cold."""
    from django.db import connection

    from huiying.core.formats.keywords import read_query
    from huiying.listen.sources.selectors.search import Filters, find

    times, answers = [], []
    for query, filters, _fits in asked:
        connection.close()
        connection.ensure_connection()
        begun = time.perf_counter()
        found = find(read_query(query), Filters(**filters))
        times.append(time.perf_counter() - begun)
        answers.append((found.seqs, found.is_more, found.read))
    return times, answers


def compare(asked: list[Query], answers: list[tuple[list[int], bool, int | None]], kept: list[dict[str, Any]], scan: Scan) -> int:
    """Return how many answers differ from what a scan of every post finds."""
    wanted: list[list[int]] = [[] for _query in asked]
    for post in reversed(kept):
        text = scan.fold(post["text"])
        for found, (_query, _filters, fits) in zip(wanted, asked, strict=True):
            if len(found) <= 1000 and fits(text, post):
                found.append(post["seq"])
    wrong = 0
    for found, (query, filters, _fits), (seqs, is_more, read) in zip(wanted, asked, answers, strict=False):
        right = found[: len(seqs)] == seqs if read else (found[:1000] == seqs and is_more == (len(found) > 1000))
        if not right:
            wrong += 1
            lost, extra = sorted(set(found) - set(seqs))[:3], sorted(set(seqs) - set(found))[:3]
            print(f"differs: {query!r} {filters} scan {len(found)} index {len(seqs)} lost {lost} extra {extra}", file=sys.stderr)
    return wrong


if __name__ == "__main__":
    main()
