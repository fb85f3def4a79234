"""What is measured, on what it may be, and how the data are split: no text on both sides, nothing later than what it is judged by."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from evals.texts import HELD_PART, Text, labelled, rows_of

from evals import measures, questions


def write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_mood_rumour_and_questions_are_measured_and_have_floors() -> None:
    floors = json.loads(measures.FLOORS.read_text(encoding="utf-8"))
    for name in ("mood", "rumour", "questions"):
        assert name in measures.MEASURES
        assert floors[name]


def test_a_measure_whose_data_are_missing_is_left_out(tmp_path: Path) -> None:
    assert measures.measured(tmp_path, None, ["mood", "rumour"]) == {}


def test_the_sentences_of_questions_are_part_of_the_project() -> None:
    assert all((questions.FOLDER / name).exists() for pair in questions.SETS.values() for name in pair)


def test_what_needs_a_missing_package_gives_no_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "find_spec", lambda _name: None)
    assert measures.trained_by("mood")(tmp_path, None) == {}


def test_copies_of_a_text_fall_on_one_side() -> None:
    texts = [Text(str(place), f"text {place % 40}", "1", "f") for place in range(400)]
    sides: dict[str, set[bool]] = {}
    for text in texts:
        sides.setdefault(text.text, set()).add(text.is_held)
    assert all(len(side) == 1 for side in sides.values())
    assert 0 < sum(side == {True} for side in sides.values()) < 40 * 2 // HELD_PART * 2


def test_a_file_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    assert list(rows_of(tmp_path, "nothing")) == []
    assert labelled(tmp_path, "nothing", "emotion") == []


def test_rumours_are_read_in_the_order_of_time_with_replies_of_a_day(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    from evals.train.rumour import chinese

    posts = [("late", "2013-02-01T00:00:00+08:00", 1), ("early", "2012-02-01T00:00:00+08:00", 0)]
    write(tmp_path, "ced_rumor", [{"id": id, "ts": ts, "text": id, "label": {"rumour": rumour}} for id, ts, rumour in posts])
    said = [("2012-02-01T00:10:00+08:00", "a"), ("2012-02-03T00:00:00+08:00", "b"), ("2012-01-31T23:59:59+08:00", "c"), (None, "d")]
    write(tmp_path, "ced_reposts", [{"ts": ts, "text": who, "author_hash": who, "label": {"parent": "early"}} for ts, who in said])
    first, second = chinese(tmp_path)
    assert (first.id, second.id) == ("early", "late")
    assert first.replies is not None
    assert [reply.after for reply in first.replies] == [600.0]
    assert first.people == 1
    assert second.replies is None


def test_english_words_of_one_event_alone_are_not_learned() -> None:
    pytest.importorskip("sklearn")
    import numpy as np
    from evals.train.mood import counts_of
    from evals.train.rumour import shared_by_events

    counts = counts_of(["shots fired", "shots heard", "fired again"], 1)
    kept = shared_by_events(counts, np.array(["one", "one", "two"]))
    assert int(kept.sum()) == 1
