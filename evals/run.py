"""Measure the analysis on the labelled streams of ../shared/data against pinned floors.

    python evals/run.py [--json]

Exits 1 when a score falls below its floor in floors.json; says so and exits 0 where the data are not at hand.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from collections.abc import Hashable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for place in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(place))
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pyarrow as pa  # noqa: E402  threads are pinned first

from evals.scores import Scores, scores_of  # noqa: E402
from huiying.core import analysis  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
FLOORS = Path(__file__).with_name("floors.json")
#: name -> (file, whether the text keeps its hashtags)
STREAMS = {"weibo_topics": ("weibo_topics", False), "weibo_topics_tags": ("weibo_topics", True), "uci_news": ("uci_news", False)}
TICK = 500


def rows_of(name: str, with_tags: bool) -> Iterator[tuple[dict[str, object], str]]:
    """Yield the posts of a file in its order, each with the event it is labelled with."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            row = json.loads(line)
            at = datetime.fromisoformat(row["ts"])
            text = (row["label"].get("text_with_tags") if with_tags else None) or row["text"]
            post = {
                "seq": number,
                "ts": at,
                "received": at,
                "title": row["title"],
                "text": text,
                "lang": row["lang"],
                "channel": row["source"],
            }
            yield {**post, "source": 1, "media_tier": 0, "author": row["author_hash"]}, row["label"]["event"]


def measure(name: str, with_tags: bool) -> tuple[Scores, float, int]:
    """Fold one stream; return its scores, posts per CPU-second of features and step, and the copies folded."""
    posts, events = zip(*rows_of(name, with_tags), strict=True)
    batch = pa.RecordBatch.from_pylist(list(posts), schema=analysis.POSTS)
    analysis.features(batch.slice(0, 1), analysis.DEFAULT)
    state = analysis.new_state(analysis.DEFAULT)
    story_of: dict[int, Hashable] = {}
    copies, begun = 0, time.process_time()
    for tick, start in enumerate(range(0, batch.num_rows, TICK), 1):
        result = analysis.advance(state, tick, [analysis.features(batch.slice(start, TICK), analysis.DEFAULT)])
        story_of.update(zip(result.assignments["seq"].to_pylist(), result.assignments["story"].to_pylist(), strict=True))
        copies += len(result.assignments) - result.assignments["copy_of"].null_count
    seconds = time.process_time() - begun
    found = [story_of.get(seq, -seq) for seq in range(1, batch.num_rows + 1)]
    return scores_of(found, events), batch.num_rows / seconds, copies


def main(arguments: list[str]) -> int:
    """Print the scores and compare them with the floors."""
    if not (DATA / "weibo_topics.jsonl.gz").exists():
        print(f"No labelled data in {DATA}: nothing was measured.")
        return 0
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    report: dict[str, dict[str, float]] = {}
    faults = []
    for name, (file, with_tags) in STREAMS.items():
        scores, speed, copies = measure(file, with_tags)
        report[name] = {
            **{key: round(value, 4) for key, value in asdict(scores).items()},
            "copies": copies,
            "posts_per_cpu_second": round(speed),
        }
        faults += [
            f"{name}: {key} is {report[name][key]}, floor {floor}" for key, floor in floors[name].items() if report[name][key] < floor
        ]
    if "--json" in arguments:
        print(json.dumps({"resources": analysis.DEFAULT.digest, "scores": report, "faults": faults}))
    else:
        for name, row in report.items():
            print(f"{name:18} " + "  ".join(f"{key} {value}" for key, value in row.items()))
        print("\n".join(faults) or "every score is at or above its floor")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
