"""Measure near-duplicates: real posts, then edits of some of them, each of which should be a copy of its original.

    python -m evals.duplicates [--peers]

Texts with markup are left out: intake strips it. The edits are those of which people make copies: words before or after,
characters left out, other punctuation, only the beginning, a remark in the middle. Weibo holds copies among the originals
too, so precision is a lower bound.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from evals.texts import OWN_DATA, rows_of
from huiying.core.analysis import stream as analysis

FILE = "weibo_topics"
ORIGINALS, EDITS, SHORTEST, SEED = 8_000, 3_000, 20, 5
TICK = 500
BEGIN = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
BEFORE = ("转发：", "求扩散！", "刚刚看到的，", "大家注意了 ", "FYI ")
AFTER = (" 太可怕了", "（转自朋友圈）", " 求证实！", " 有人知道怎么回事吗？", " 转给家人")
REMARKS = ("（图片来自网络）", "——看到这里我惊了——", " 大家怎么看？ ", "[笑哭]")
Words = random.Random
PUNCTUATION = str.maketrans("，。！？：", ",.!?:")


def _deleted(text: str, choose: Words) -> str:
    return "".join(character for character in text if choose.random() >= 0.08)


def _inserted(text: str, choose: Words) -> str:
    place = choose.randrange(len(text) // 4, 3 * len(text) // 4)
    return text[:place] + choose.choice(REMARKS) + text[place:]


EDIT: dict[str, Callable[[str, Words], str]] = {
    "prefix": lambda text, choose: choose.choice(BEFORE) + text,
    "suffix": lambda text, choose: text + choose.choice(AFTER),
    "deletion": _deleted,
    "punctuation": lambda text, _choose: text.translate(PUNCTUATION),
    "truncation": lambda text, _choose: text[: max(SHORTEST // 2, 7 * len(text) // 10)],
    "insertion": _inserted,
}


def corpus(data: Path) -> tuple[list[str], dict[int, tuple[int, str]]]:
    """Return the texts, and for the place of each edit the place of its original and the kind of edit."""
    texts = [row["text"] for row in rows_of(data, FILE) if len(row["text"]) >= SHORTEST and "<" not in row["text"]][:ORIGINALS]
    choose = random.Random(SEED)  # noqa: S311 - a repeatable choice, no secret
    chosen = choose.sample(range(len(texts)), min(EDITS, len(texts)))
    kinds = list(EDIT)
    truth = {}
    for number, place in enumerate(chosen):
        kind = kinds[number % len(kinds)]
        truth[len(texts)] = (place, kind)
        texts.append(EDIT[kind](texts[place], choose))
    return texts, truth


def ours(texts: Sequence[str]) -> list[int]:
    """Return for each text the place of the text it is a copy of, or its own."""
    state = analysis.new_state(analysis.DEFAULT)
    found = list(range(len(texts)))
    for tick, start in enumerate(range(0, len(texts), TICK), 1):
        rows = [_post(place, texts[place]) for place in range(start, min(start + TICK, len(texts)))]
        batch = pa.RecordBatch.from_pylist(rows, schema=analysis.POSTS)
        result = analysis.advance(state, tick, [analysis.features(batch, analysis.DEFAULT)])
        for seq, copy_of in zip(*(result.assignments[name].to_pylist() for name in ("seq", "copy_of")), strict=True):
            found[seq - 1] = seq - 1 if copy_of is None else copy_of - 1
    return found


def _post(place: int, text: str) -> dict[str, object]:
    at = BEGIN + timedelta(seconds=place)
    post = {"seq": place + 1, "ts": at, "received": at, "title": None, "text": text, "lang": None, "channel": "weibo"}
    return {**post, "source": 1, "media_tier": 0, "author": None}


def minhash(texts: Sequence[str]) -> list[int]:
    """Do the same with datasketch: 128 permutations of character trigrams, its index at Jaccard .6, the most similar candidate."""
    datasketch: Any = import_module("datasketch")
    index = datasketch.MinHashLSH(threshold=0.6, num_perm=128)
    hashes, found = [], []
    for place, text in enumerate(texts):
        sketch = datasketch.MinHash(num_perm=128)
        sketch.update_batch([text[at : at + 3].encode() for at in range(max(len(text) - 2, 1))])
        near = index.query(sketch)
        found.append(max(near, key=lambda other: (hashes[other].jaccard(sketch), -other)) if near else place)
        index.insert(place, sketch)
        hashes.append(sketch)
    return found


def roots_of(found: Sequence[int]) -> list[int]:
    """Follow each copy to its first original.

    >>> roots_of([0, 0, 1, 3])
    [0, 0, 0, 3]
    """
    roots: list[int] = []
    for place, original in enumerate(found):
        roots.append(place if original == place else roots[original])
    return roots


def figures_of(found: Sequence[int], truth: dict[int, tuple[int, str]]) -> dict[str, float]:
    """Return precision (of all texts called copies), recall (of the edits) and F1, and the recall of each kind of edit."""
    roots = roots_of(found)
    right = {place for place, (original, _kind) in truth.items() if roots[place] == roots[original]}
    called = sum(root != place for place, root in enumerate(roots))
    precision, recall = len(right) / max(called, 1), len(right) / len(truth)
    figures = {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(precision + recall, 1e-9)}
    for name in EDIT:
        places = [place for place, (_original, kind) in truth.items() if kind == name]
        figures[f"recall_{name}"] = sum(place in right for place in places) / len(places)
    return {key: round(value, 4) for key, value in figures.items()}


def measure(data: Path, _out: Path | None = None) -> dict[str, float]:
    """Return our figures, and texts a CPU-second with everything else that the stories need."""
    texts, truth = corpus(data)
    analysis.prepare(analysis.DEFAULT)
    begun = time.process_time()
    found = ours(texts)
    return {**figures_of(found, truth), "texts_per_cpu_second": round(len(texts) / (time.process_time() - begun))}


def _lines(data: Path) -> Iterator[str]:
    yield f"ours      {measure(data)}"
    texts, truth = corpus(data)
    begun = time.process_time()
    found = minhash(texts)
    yield f"datasketch {figures_of(found, truth)} {len(texts) / (time.process_time() - begun):.0f} texts a CPU-second"


if __name__ == "__main__":
    for line in _lines(OWN_DATA):
        sys.stdout.write(line + "\n")
