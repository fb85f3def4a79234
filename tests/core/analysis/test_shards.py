"""Several shards give joint stories; the same whatever worker folds them, in bytes that can be read back."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from huiying.core.analysis import stream as analysis

from .builders import SMALL, WATER, posts, said, stream

TWO = replace(SMALL, shards=2, stories_max=256)


def joined(batch: pa.RecordBatch, resources: analysis.Resources, tick: int = 40) -> tuple[list[analysis.Results], bytes | None]:
    """Fold a batch over all shards, each from its bytes, as workers that share nothing would."""
    states: dict[int, bytes] = {}
    joint: bytes | None = None
    results = []
    for number, start in enumerate(range(0, batch.num_rows, tick), 1):
        deltas = {}
        for shard, rows in analysis.route(analysis.features(batch.slice(start, tick), resources), resources).items():
            states[shard], deltas[shard] = analysis.step(states.get(shard), shard, number, [rows], resources)
        joint, result = analysis.merge(joint, number, deltas, resources)
        results.append(result)
    return results, joint


def final(results: list[analysis.Results]) -> dict[int, int]:
    aliases = {row["story"]: row["into"] for result in results for row in result.merges.to_pylist()}
    found = {}
    for result in results:
        for row in result.assignments.to_pylist():
            story = row["story"]
            while story in aliases:
                story = aliases[story]
            found[row["seq"]] = story
    return found


def test_every_post_goes_to_one_shard_and_copies_go_together() -> None:
    rows = analysis.features(stream(200), TWO)
    parts = analysis.route(rows, TWO)
    assert set(parts) == {0, 1}
    assert sum(part.num_rows for part in parts.values()) == rows.num_rows
    keys = [set(part["key"].to_pylist()) for part in parts.values()]
    assert not keys[0] & keys[1]


def test_one_matter_in_two_shards_is_one_story() -> None:
    texts = ["".join(WATER[place % 5 : place % 5 + 7]) + str(place) * 2 for place in range(30)]
    batch = said(*texts)
    assert len(analysis.route(analysis.features(batch, TWO), TWO)) == 2
    found = final(joined(batch, TWO)[0])
    assert len(found) == 30
    assert max(list(found.values()).count(story) for story in found.values()) >= 28


def test_joint_totals_count_every_post_once() -> None:
    batch = stream(300)
    results, _state = joined(batch, TWO)
    totals: dict[int, int] = {}
    for result in results:
        for merge in result.merges.to_pylist():
            totals.pop(merge["story"], None)
        totals |= dict(zip(result.stories["story"].to_pylist(), result.stories["posts"].to_pylist(), strict=True))
    assert sum(totals.values()) == 300
    found = final(results)
    assert {story: list(found.values()).count(story) for story in totals} == totals


def test_series_of_joint_stories_add_up() -> None:
    results, _state = joined(stream(300), TWO)
    series: dict[tuple[int, object], int] = {}
    for result in results:
        for merge in result.merges.to_pylist():
            series = {key: value for key, value in series.items() if key[0] != merge["story"]}
        series |= {(row["story"], row["bucket_ts"]): row["posts"] for row in result.series.to_pylist()}
    assert sum(series.values()) == 300


def test_results_do_not_depend_on_which_worker_folds() -> None:
    assert joined(stream(200), TWO) == joined(stream(200), TWO)


def test_merges_between_shards_say_so() -> None:
    results, _state = joined(stream(300), TWO)
    reasons = {row["reason"] for result in results for row in result.merges.to_pylist()}
    assert "between shards" in reasons


def test_a_tick_without_posts_is_joined_too() -> None:
    _state, result = analysis.merge(None, 1, {}, TWO)
    assert (result.stories.num_rows, result.merges.num_rows) == (0, 0)
    assert analysis.route(analysis.features(posts([]), TWO), TWO) == {}
