"""Turn the list of words beside this script into models of the same shape as the trained ones.

The words were written for this project, so that the result may be passed on under its licence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from huiying.core.analysis.grams import grams_of
from huiying.core.analysis.linear import LinearModel, packed
from huiying.core.analysis.mood import EMOTIONS

WORDS = Path(__file__).with_name("words_zh.tsv")
LONGEST = 4
#: What turns a word round when it stands before it; the whole n-gram takes back twice what the word gave.
NEGATIONS = ("不", "没", "没有", "不太", "不够", "别")
#: Margin of one word alone; a guess that keeps chances between .2 and .8 for a single word, since nothing was fitted.
STRENGTH = 1.4
#: Margin of an emotion without any word for it, against neutral.
SILENCE = -1.6


def words_by_class() -> dict[str, list[str]]:
    """Return the words of each line."""
    lines = [line.split("\t") for line in WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: words.split() for name, words in lines}


def word_model(kind: str, card: Mapping[str, object]) -> LinearModel:
    """Return the model of ``polarity`` or ``emotion``."""
    words = words_by_class()
    classes = ("positive",) if kind == "polarity" else EMOTIONS
    signed = {("good", 0): 1.0, ("bad", 0): -1.0} if kind == "polarity" else {(name, place): 1.0 for place, name in enumerate(EMOTIONS)}
    weights: dict[int, np.ndarray] = {}
    for (name, column), sign in signed.items():
        for word in dict.fromkeys(words.get(name, [])):
            _add(weights, word, column, sign, len(classes))
            for negation in NEGATIONS:
                _add(weights, negation + word, column, -2.0 * sign, len(classes))
    places = np.array(sorted(weights), np.int64)
    bias = np.array([0.0]) if kind == "polarity" else np.array([0.0 if name == "neutral" else SILENCE for name in EMOTIONS])
    rows = np.array([weights[int(place)] for place in places]) * (STRENGTH if kind == "polarity" else 2 * STRENGTH)
    return packed(classes, LONGEST, places, rows, np.ones(len(places)), bias, card)


def _add(weights: dict[int, np.ndarray], word: str, column: int, value: float, classes: int) -> None:
    """Give the n-gram that is exactly this word its weight, unless it has more than ``LONGEST`` tokens."""
    _rows, all_places = grams_of([word], LONGEST + 1)
    _rows, inner = grams_of([word[:-1], word[1:]], LONGEST + 1)
    whole = set(all_places.tolist()) - set(inner.tolist())
    _rows, short = grams_of([word], LONGEST)
    whole &= set(short.tolist())
    if len(whole) == 1:
        weights.setdefault(whole.pop(), np.zeros(classes))[column] += value
