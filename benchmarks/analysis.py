"""How fast the analysis reads, on one thread: posts per CPU-second of features and step, memory, and whether it stays so.

    python benchmarks/analysis.py [POSTS]

The stream repeats real texts (../shared/data, else made ones) with one character in eight changed, so that it never comes to an end and is
no list of copies. Prints the first and the last tenth, where the time goes, and the size and cost of a snapshot.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for place in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(place))
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import pyarrow as pa  # noqa: E402  threads are pinned first

from huiying.core.analysis import stream as analysis  # noqa: E402
from huiying.core.analysis.kernel import IS_PLAIN  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "weibo_topics.jsonl.gz"
START = datetime(2026, 11, 1, tzinfo=UTC)
TICK = 500
SPACING = timedelta(milliseconds=1_200)


def texts() -> list[str]:
    """Return real posts where they are at hand, else made ones of the same length."""
    if DATA.exists():
        with gzip.open(DATA, "rt", encoding="utf-8") as lines:
            return [json.loads(line)["text"] for line in lines]
    rng = random.Random(1)
    return ["".join(chr(0x4E00 + min(int(rng.expovariate(1 / 400)), 5_000)) for _ in range(131)) for _ in range(18_000)]


def ticks(count: int) -> Iterator[pa.RecordBatch]:
    """Yield ticks of posts; each round over the texts changes other characters."""
    known, rng = texts(), random.Random(2)
    for start in range(0, count, TICK):
        rows = []
        for seq in range(start, min(start + TICK, count)):
            text = known[seq % len(known)]
            if seq >= len(known):
                text = "".join(chr(0x4E00 + rng.randrange(3_000)) if rng.random() < 0.125 else letter for letter in text)
            at = START + SPACING * seq
            row = {"seq": seq + 1, "ts": at, "received": at, "title": None, "text": text, "lang": "zh", "channel": "weibo", "source": 1}
            rows.append({**row, "media_tier": 0, "author": f"a{rng.randrange(count)}"})
        yield pa.RecordBatch.from_pylist(rows, schema=analysis.POSTS)


def main(arguments: list[str]) -> int:
    """Run and print."""
    count = int(arguments[0]) if arguments else 60_000
    analysis.prepare(analysis.DEFAULT)
    state = analysis.new_state(analysis.DEFAULT)
    spent: Counter[str] = Counter()
    per_tick = []
    for tick, posts in enumerate(ticks(count), 1):
        begun = time.process_time()
        rows = analysis.features(posts, analysis.DEFAULT)
        read = time.process_time()
        analysis.advance(state, tick, [rows])
        spent["features"] += read - begun
        spent["step"] += time.process_time() - read
        per_tick.append(time.process_time() - begun)
    report(state, count, spent, per_tick)
    return 0


def report(state: analysis.State, count: int, spent: Counter[str], per_tick: list[float]) -> None:
    """Print rates, the first and last tenth, memory and the snapshot."""
    total, tenth = sum(spent.values()), max(len(per_tick) // 10, 1)
    for name, seconds in spent.items():
        print(f"{name:9} {count / seconds:>9,.0f} posts per CPU-second  {seconds / count * 1e6:5.1f} us a post")
    print(f"{'together':9} {count / total:>9,.0f} posts per CPU-second  kernel: {'plain' if IS_PLAIN else 'compiled'}  n = {count}")
    print(f"last tenth against the first: {sum(per_tick[:tenth]) / sum(per_tick[-tenth:]):.2f}")
    begun = time.process_time()
    data = state.to_bytes()
    written = time.process_time()
    analysis.State.from_bytes(data, analysis.DEFAULT)
    back = time.process_time() - written
    print(f"snapshot {len(data) / 1e6:.1f} MB, written in {written - begun:.2f} s, read in {back:.2f} s; {len(state.figures)} open stories")
    print(f"memory at its peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
