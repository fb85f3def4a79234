"""The gate: a few small trees over the evidence that say whether a text belongs to a story."""

from __future__ import annotations

import json
import math

import numpy as np

from .matching import DECAY_STEPS, EVIDENCE, LOG_BITS, LOG_STEPS
from .resources import Resources
from .window import F64, I64, Rules

#: The idf table reaches 18 doublings: one text in 260,000.
_DOUBLINGS = 18
_WEIGHT_STEPS = 16


class BadGate(ValueError):
    """The gate is no list of trees over known evidence: train it again with evals/train/gate.py."""


def read_gate(text: str) -> F64:
    """Return the trees of a gate as one array: trees x nodes x (feature, threshold, below, above, value).

    A node is ``[evidence, threshold, below, above]``, a leaf a whole number of millionths of log-odds.

    >>> read_gate(threshold_gate("score", 0.5)).shape
    (1, 3, 5)
    """
    try:
        trees = json.loads(text)["trees"]
        table = np.full((len(trees), max(map(len, trees)), 5), -1.0)
        for number, tree in enumerate(trees):
            for place, node in enumerate(tree):
                table[number, place] = (-1, 0, 0, 0, int(node)) if isinstance(node, int) else (EVIDENCE.index(node[0]), *node[1:], 0)
    except (ValueError, KeyError, TypeError) as error:
        raise BadGate(f"Unreadable gate: {error}.") from error
    return table


def threshold_gate(evidence: str, threshold: float) -> str:
    """Return a gate that lets a text join above a fixed value of one piece of evidence."""
    return json.dumps({"trees": [[[evidence, threshold, 1, 2], -1_000_000, 1_000_000]]})


def rules_of(resources: Resources) -> Rules:
    """Return the numbers and tables of the loops; what is computed by a library function is rounded, so that all machines agree."""
    return Rules(
        quiet=resources.quiet_us,
        half_life=resources.half_life_us,
        share=resources.centroid_share,
        copy_at=resources.copy_at,
        copy_short_at=resources.copy_short_at,
        copy_terms=resources.copy_terms,
        contained_at=resources.contained_at,
        contained_terms=resources.contained_terms,
        tag_base=1 << resources.term_bits,
        tag_weight=resources.tag_weight,
        prior=resources.prior_posts,
        merge_at=resources.merge_at,
        look_after=resources.look_after,
        look_texts=resources.look_texts,
        join_at=resources.join_at,
        learn_texts=resources.learn_texts,
        join_sure_at=resources.join_sure_at,
        join_large_texts=resources.join_large_texts,
        weight_at=_weights(resources),
        logarithm=np.rint(np.log2(np.maximum(np.arange(1 << LOG_BITS), 1)) * LOG_STEPS).astype(np.int64),
        decay=np.rint(2.0 ** (-np.arange(resources.quiet_us * DECAY_STEPS // resources.half_life_us + 1) / DECAY_STEPS) * 2**30) / 2**30,
        gate=read_gate(resources.gate),
    )


def _weights(resources: Resources) -> I64:
    idf = np.arange(_DOUBLINGS * LOG_STEPS) / LOG_STEPS * math.log(2)
    weights: I64 = np.where(idf < resources.idf_min, 0, np.rint(idf**resources.weight_power * _WEIGHT_STEPS)).astype(np.int64)
    return weights
