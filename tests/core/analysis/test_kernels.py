"""Compiled or plain, in any cut, restarted at any tick: the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis import stream as analysis
from huiying.core.analysis.kernel import IS_PLAIN

from .builders import MATCH, SMALL, TRAIN, WATER, posts, stream

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from tests.core.analysis.test_kernels import digest_of
from tests.core.analysis.builders import stream
from huiying.core.analysis.kernel import IS_PLAIN
assert IS_PLAIN
print(digest_of(stream(int(sys.argv[1]), seed=int(sys.argv[2]))))
"""


def digest_of(batch: pa.RecordBatch, tick: int = 40) -> str:
    """Fold a batch and return one hash of all results and of the state's bytes."""
    state = analysis.new_state(SMALL)
    digest = xxhash.xxh3_128()
    for number, start in enumerate(range(0, batch.num_rows, tick), 1):
        results = analysis.advance(state, number, [analysis.features(batch.slice(start, tick), SMALL)])
        for each in (results.assignments, results.stories, results.series, results.merges):
            digest.update(repr(each.to_pydict()).encode())
    digest.update(state.to_bytes())
    return digest.hexdigest()


@pytest.mark.skipif(IS_PLAIN, reason="Numba is not here")
@pytest.mark.parametrize("seed", [3, 4])
def test_the_plain_kernel_gives_the_same_bytes(seed: int) -> None:
    environment = {**os.environ, "HUIYING_KERNEL": "plain", "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, "400", str(seed)], env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == digest_of(stream(400, seed=seed))


@st.composite
def streams(draw: st.DrawFn) -> pa.RecordBatch:
    """Return a few dozen short posts with repetitions, at times that do not come in order."""
    words = st.lists(st.sampled_from([*WATER, *MATCH, *TRAIN]), min_size=0, max_size=6)
    texts = draw(st.lists(words.map(" ".join), min_size=1, max_size=60))
    again = draw(st.lists(st.integers(0, len(texts) - 1), max_size=20))
    texts += [texts[place] for place in again]
    return posts([{"text": text, "author": f"a{place % 7}", "source": place % 3} for place, text in enumerate(texts)])


@settings(max_examples=40, deadline=None)
@given(streams(), st.data())
def test_any_cut_order_and_restart_gives_the_same(batch: pa.RecordBatch, data: st.DataObject) -> None:
    size = data.draw(st.integers(5, 30))
    kept, stored = analysis.new_state(SMALL), None
    for number, start in enumerate(range(0, batch.num_rows, size), 1):
        rows = analysis.features(batch.slice(start, size), SMALL)
        whole = analysis.advance(kept, number, [rows])
        mixed = rows.take(pa.array(data.draw(st.permutations(range(rows.num_rows)))))
        cut = data.draw(st.integers(0, rows.num_rows))
        stored, again = analysis.step(stored, 0, number, [mixed.slice(0, cut), mixed.slice(cut)], SMALL)
        assert again == whole
        assert stored == kept.to_bytes()


@settings(max_examples=40, deadline=None)
@given(streams())
def test_nothing_is_lost_and_nothing_counted_twice(batch: pa.RecordBatch) -> None:
    state = analysis.new_state(SMALL)
    assigned: dict[int, int] = {}
    totals: dict[int, int] = {}
    series: dict[tuple[int, object], int] = {}
    for number, start in enumerate(range(0, batch.num_rows, 15), 1):
        results = analysis.advance(state, number, [analysis.features(batch.slice(start, 15), SMALL)])
        for merge in results.merges.to_pylist():
            totals.pop(merge["story"])
            series = {key: value for key, value in series.items() if key[0] != merge["story"]}
            assigned = {seq: merge["into"] if story == merge["story"] else story for seq, story in assigned.items()}
        assigned |= dict(zip(results.assignments["seq"].to_pylist(), results.assignments["story"].to_pylist(), strict=True))
        totals |= dict(zip(results.stories["story"].to_pylist(), results.stories["posts"].to_pylist(), strict=True))
        series |= {(row["story"], row["bucket_ts"]): row["posts"] for row in results.series.to_pylist()}
    readable = sum(bool(terms) for terms in analysis.features(batch, SMALL)["terms"].to_pylist())
    assert sum(totals.values()) == sum(series.values()) == len(assigned) == readable
    assert {story: list(assigned.values()).count(story) for story in totals} == totals
