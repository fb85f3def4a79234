"""The gate is read from JSON and refuses what it does not know."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from huiying.core.analysis import stream as analysis
from huiying.core.analysis.gate import BadGate, read_gate, rules_of, threshold_gate
from huiying.core.analysis.matching import EVIDENCE, judge
from huiying.core.analysis.resources import shipped_gate
from huiying.core.analysis.window import EVIDENCE_SIZE


def evidence(**values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    table = np.zeros(EVIDENCE_SIZE)
    for name, value in values.items():
        table[EVIDENCE.index(name.replace("runner_up", "runner-up").replace("_", " "))] = value
    return table


def test_every_piece_of_evidence_has_a_place() -> None:
    assert len(EVIDENCE) == len(set(EVIDENCE)) == EVIDENCE_SIZE


def test_a_threshold_gate_decides_by_its_threshold() -> None:
    gate = read_gate(threshold_gate("score", 0.5))
    assert [judge(evidence(score=value), gate) > 0 for value in (0.4, 0.5, 0.6)] == [False, False, True]


def test_the_values_of_all_trees_are_added() -> None:
    gate = read_gate(json.dumps({"trees": [[7], [["terms", 3.0, 1, 2], -5, 20]]}))
    assert [judge(evidence(terms=value), gate) for value in (3, 4)] == [2, 27]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"trees": []}', '{"trees": [[["weather", 1, 1, 2], 1, 2]]}', '{"trees": [[null]]}'])
def test_a_gate_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadGate, match="Unreadable gate"):
        read_gate(text)


def test_the_shipped_gate_tells_near_from_far() -> None:
    gate = read_gate(shipped_gate())
    near = evidence(
        centroid_cosine=0.7, nearest_cosine=0.7, second_nearest_cosine=0.6, score=0.7, terms=40, rarity=90_000, rarity_a_term=2_250
    )
    far = evidence(
        centroid_cosine=0.01, nearest_cosine=0.01, score=0.01, score_of_the_runner_up=0.01, terms=40, rarity=90_000, rarity_a_term=2_250
    )
    assert judge(near, gate) > 0 > judge(far, gate)


def test_the_gate_is_part_of_the_name_of_the_resources() -> None:
    assert replace(analysis.DEFAULT, gate=threshold_gate("score", 0.1)).digest != analysis.DEFAULT.digest


def test_rarer_terms_weigh_more_and_the_commonest_nothing() -> None:
    weights = rules_of(analysis.DEFAULT).weight_at
    assert weights[0] == 0
    assert (np.diff(weights) >= 0).all()
