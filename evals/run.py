"""Measure the analysis on labelled streams against pinned floors.

    python evals/run.py [--json] [--peers]
    DATA=DIR OUT=DIR python evals/run.py

``DATA`` is a folder with the file names of ../shared/data; ``OUT`` receives the raw predictions, one ``{id, story}`` a line.
Exits 1 when a score falls below its floor in floors.json (own data only); says so and exits 0 where the data are not at hand.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for place in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(place))
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import pyarrow as pa  # noqa: E402  threads are pinned first

from evals import measures  # noqa: E402
from evals.scores import Scores, scores_of  # noqa: E402
from huiying.core.analysis import stream as analysis  # noqa: E402
from huiying.core.analysis.fold import final_id  # noqa: E402

OWN_DATA = ROOT.parent / "shared" / "data"
FLOORS = Path(__file__).with_name("floors.json")
#: name -> (file, whether the text keeps its hashtags, file of the predictions)
STREAMS = {
    "weibo_topics": ("weibo_topics", False, "weibo_topics.stories.jsonl"),
    "weibo_topics_tags": ("weibo_topics", True, "weibo_topics.tags.stories.jsonl"),
    "uci_news": ("uci_news", False, "uci_news.stories.jsonl"),
}
TICK = 500


@dataclass(frozen=True)
class Stream:
    """The posts of a file in its order; seq counts from 1. ``events`` are the labels, None where a file has none."""

    ids: list[str]
    posts: pa.RecordBatch
    events: list[Hashable]

    def only(self, places: Sequence[int]) -> Stream:
        """Return these posts alone."""
        rows = self.posts.take(pa.array(places))
        rows = rows.set_column(0, POSTS_SEQ, pa.array(range(1, len(places) + 1), pa.int64()))
        return Stream([self.ids[place] for place in places], rows, [self.events[place] for place in places])


POSTS_SEQ = analysis.POSTS.field("seq")


def data_folder() -> Path:
    """Return the folder to measure on."""
    return Path(os.environ.get("DATA") or OWN_DATA)


def stream_of(name: str) -> Stream:
    """Read a stream."""
    file, with_tags, _out = STREAMS[name]
    ids, posts, events = [], [], []
    for id, post, event in _rows(file, with_tags):
        ids.append(id)
        posts.append({"seq": len(ids), **post})
        events.append(event)
    return Stream(ids, pa.RecordBatch.from_pylist(posts, schema=analysis.POSTS), events)


def _rows(file: str, with_tags: bool) -> Iterator[tuple[str, dict[str, object], Hashable]]:
    last = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    with gzip.open(data_folder() / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            last = datetime.fromisoformat(row["ts"]) if row["ts"] else last
            label = row.get("label") or {}
            text = (label.get("text_with_tags") if with_tags else None) or row["text"]
            post = {"ts": last, "received": last, "title": row["title"], "text": text, "lang": row["lang"], "channel": row["source"]}
            yield str(row["id"]), {**post, "source": 1, "media_tier": 0, "author": row["author_hash"]}, label.get("event")


def story_of_each(stream: Stream, resources: analysis.Resources = analysis.DEFAULT) -> list[int]:
    """Fold a stream in ticks; return the story of each post, minus its number where it has none."""
    return folded(stream, resources)[0]


def folded(stream: Stream, resources: analysis.Resources = analysis.DEFAULT) -> tuple[list[int], int, int]:
    """Fold a stream in ticks; return the story of each post by its last name, how many are copies, and how many stories merged."""
    state = analysis.new_state(resources)
    story_of: dict[int, int] = {}
    aliases: dict[int, int] = {}
    copies = 0
    for tick, start in enumerate(range(0, stream.posts.num_rows, TICK), 1):
        result = analysis.advance(state, tick, [analysis.features(stream.posts.slice(start, TICK), resources)])
        story_of.update(zip(result.assignments["seq"].to_pylist(), result.assignments["story"].to_pylist(), strict=True))
        aliases.update(zip(result.merges["story"].to_pylist(), result.merges["into"].to_pylist(), strict=True))
        copies += len(result.assignments) - result.assignments["copy_of"].null_count
    return [final_id(story_of.get(seq, -seq), aliases) for seq in range(1, stream.posts.num_rows + 1)], copies, len(aliases)


def measure(name: str) -> tuple[Scores | None, dict[str, int]]:
    """Fold one stream and write its predictions where they are wanted; return its scores and figures."""
    stream = stream_of(name)
    begun = time.process_time()
    found, copies, merges = folded(stream)
    seconds = time.process_time() - begun
    if os.environ.get("OUT"):
        folder = Path(os.environ["OUT"])
        folder.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps({"id": id, "story": story}, ensure_ascii=False) + "\n" for id, story in zip(stream.ids, found, strict=True))
        (folder / STREAMS[name][2]).write_text("".join(lines), encoding="utf-8")
    scores = None if None in stream.events else scores_of(found, stream.events)
    return scores, {"copies": copies, "merges": merges, "posts_per_cpu_second": round(len(found) / seconds)}


def main(arguments: list[str]) -> int:
    """Print the scores and compare them with the floors."""
    names = [name for name, (file, *_rest) in STREAMS.items() if (data_folder() / f"{file}.jsonl.gz").exists()]
    if not names:
        print(f"No labelled data in {data_folder()}: nothing was measured.")
        return 0
    analysis.prepare(analysis.DEFAULT)
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if data_folder() == OWN_DATA else {}
    report: dict[str, dict[str, float]] = {}
    for name in names:
        scores, figures = measure(name)
        report[name] = {**({key: round(value, 4) for key, value in asdict(scores).items()} if scores else {}), **figures}
    faults = [
        f"{name}: {key} is {report[name][key]}, floor {floor}"
        for name in names
        for key, floor in floors.get(name, {}).items()
        if report[name][key] < floor
    ]
    others = measures.measured(data_folder(), Path(os.environ["OUT"]) if os.environ.get("OUT") else None)
    faults += measures.faults(others, floors)
    report |= others
    if "--json" in arguments:
        print(json.dumps({"resources": analysis.DEFAULT.digest, "scores": report, "faults": faults}))
    else:
        for name, row in report.items():
            print(f"{name:18} " + "  ".join(f"{key} {value}" for key, value in row.items()))
        print("\n".join(faults) or "every score is at or above its floor")
    if "--peers" in arguments:
        from evals import peers

        peers.main(names)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
