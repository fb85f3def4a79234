"""Small streams for the tests of the analysis."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from huiying.core.analysis import stream as analysis

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
#: A small window, so that tests reach its end quickly.
SMALL = replace(
    analysis.DEFAULT,
    window_posts=64,
    stories_max=48,
    postings_max=16,
    story_postings_max=8,
    keys_max=64,
    look_after=20,
    term_bits=12,
    tag_bits=8,
)

WATER = ["自来水", "发黄", "城东", "水管", "铁锈", "停水", "自来水公司", "水质", "检测", "居民", "小区", "浑浊"]
MATCH = ["足球", "决赛", "点球", "门将", "球队", "夺冠", "比分", "加时", "球迷", "主场", "教练", "射门"]
TRAIN = [
    "train",
    "delayed",
    "platform",
    "passengers",
    "signal",
    "failure",
    "station",
    "commuters",
    "railway",
    "timetable",
    "stranded",
    "refund",
]


def posts(rows: Sequence[dict[str, object]]) -> pa.RecordBatch:
    """Return a POSTS batch; each row needs only what matters to the test."""
    full = []
    for place, row in enumerate(rows):
        at = START + timedelta(seconds=10 * place)
        base = {
            "seq": place + 1,
            "ts": at,
            "received": at,
            "title": None,
            "text": "",
            "lang": None,
            "channel": "forum",
            "source": 1,
            "media_tier": 0,
        }
        full.append({**base, "author": f"a{place}", **row})
    return pa.RecordBatch.from_pylist(full, schema=analysis.POSTS)


def said(*texts: str, **common: object) -> pa.RecordBatch:
    """Return a POSTS batch of these texts, ten seconds apart."""
    return posts([{"text": text, **common} for text in texts])


def stream(count: int, seed: int = 7) -> pa.RecordBatch:
    """Return a mixed stream of three matters with copies and questions."""
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    texts: list[str] = []
    for _place in range(count):
        words, gap = rng.choice([(WATER, ""), (MATCH, ""), (TRAIN, " ")])
        if texts and rng.random() < 0.2:
            text = rng.choice(texts)
        else:
            text = gap.join(rng.sample(words, 7)) + rng.choice(["", "?", "！"])
        texts.append(text)
        rows.append({"text": text, "author": f"a{rng.randrange(40)}", "source": rng.randrange(1, 5), "media_tier": rng.randrange(3)})
    return posts(rows)


def fold(batch: pa.RecordBatch, resources: analysis.Resources = SMALL, tick: int = 50) -> tuple[bytes | None, list[analysis.Results]]:
    """Fold a batch in ticks of ``tick`` rows through the byte interface."""
    state: bytes | None = None
    results = []
    for number, start in enumerate(range(0, batch.num_rows, tick), 1):
        rows = analysis.features(batch.slice(start, tick), resources)
        state, result = analysis.step(state, 0, number, [rows], resources)
        results.append(result)
    return state, results


def stories_by_seq(results: Sequence[analysis.Results]) -> dict[int, int]:
    """Return seq -> story over all ticks."""
    return {
        seq: story for result in results for seq, story in zip(*(result.assignments.column(i).to_pylist() for i in (0, 1)), strict=True)
    }


def copies_by_seq(results: Sequence[analysis.Results]) -> dict[int, int]:
    """Return seq -> copied seq over all ticks, copies only."""
    pairs = (zip(*(result.assignments.column(i).to_pylist() for i in (0, 2)), strict=True) for result in results)
    return {seq: copied for each in pairs for seq, copied in each if copied is not None}
