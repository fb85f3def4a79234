"""Bring sentences together that say the same in other words: hashed n-grams, what they are about, one cosine."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

#: Hash space of the n-grams of one story's sentences: collisions are rare below some thousand sentences.
DIMENSIONS = 4_096
#: Sentences compared with each other at once: bounds time and memory (a matrix of 1,200 x 4,096 half-kilobyte rows, 20 MB).
SENTENCES_MOST = 1_200
#: Weights of what a sentence is about, of the kind of answer it wants, and of a word that no other sentence holds.
SLOT_WEIGHT, KIND_WEIGHT = 4.0, 1.5
#: Score from which a sentence joins a group: half its nearest member, half the group as a whole. Measured in evals/questions.py.
JOIN_AT = 0.45

_PIECES = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[.'][a-z0-9]+)*|\d+")
_WORDS_EN = """
a an the is are was were be been do does did to of in on at for and or it its this that there they we you i he she us our your their
my me have has had will would can could so just with from by as if not no please when what why how who where which about get got any
anyone know still yet now up out all
"""
_EMPTY_EN = frozenset(_WORDS_EN.split())
_EMPTY_ZH = frozenset("的了是在就都也还啊呀吧呢吗嘛么个这那有和与到底究竟请问一下我们你们他们")

Vectors = npt.NDArray[np.float32]


def terms_of(folded: str) -> list[str]:
    """Return the words and Han bigrams of a folded sentence that carry meaning.

    >>> terms_of("几点来水? when is the water back")
    ['几点', '点来', '来水', 'water', 'back']
    """
    found: list[str] = []
    for piece in _PIECES.findall(folded):
        if piece[0] >= "\u3400":
            pairs = [piece[at : at + 2] for at in range(len(piece) - 1)] or [piece]
            found += [pair for pair in pairs if not set(pair) <= _EMPTY_ZH]
        elif piece not in _EMPTY_EN:
            found.append(_stem(piece))
    return found


def _stem(word: str) -> str:
    """Return an English word without its commonest endings: enough to tell that two sentences share it."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def vectors(
    sentences: Sequence[str],
    kinds: Sequence[str],
    slots: Sequence[Sequence[str]],
    *,
    slot_weight: float = SLOT_WEIGHT,
    kind_weight: float = KIND_WEIGHT,
) -> Vectors:
    """Return a unit vector for each folded sentence, its kind and what it is about: n sentences x ``DIMENSIONS``.

    Words are weighed by how few of these sentences hold them, so that the matter itself, which all name, weighs little.
    """
    matrix: Vectors = np.zeros((len(sentences), DIMENSIONS), np.float32)
    for place, (sentence, about) in enumerate(zip(sentences, slots, strict=True)):
        matrix[place, [_place(term) for term in set(terms_of(sentence))]] = 1.0
        matrix[place, [_place(f"\x01{slot}") for slot in about]] = slot_weight
    held = np.count_nonzero(matrix, axis=0)
    matrix *= np.log1p(len(matrix) / np.maximum(held, 1), dtype=np.float32) / np.log1p(max(len(matrix), 1))
    for place, kind in enumerate(kinds):
        matrix[place, _place(f"\x00{kind}")] = kind_weight
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix /= np.where(norms > 0, norms, 1.0)
    return matrix


def _place(term: str) -> int:
    return zlib.crc32(term.encode("utf-8", "replace")) % DIMENSIONS


def grouped(matrix: Vectors, join_at: float = JOIN_AT) -> list[list[int]]:
    """Return the rows in groups, each row in the order given with the group it fits best; groups in order of their first row."""
    cosines = matrix @ matrix.T
    groups: list[list[int]] = []
    sums, nearest, sizes = np.zeros_like(cosines), np.zeros_like(cosines), np.zeros(len(matrix), np.float32)
    for row in range(len(matrix)):
        count = len(groups)
        fits = np.round(0.5 * nearest[:count, row] + 0.5 * sums[:count, row] / sizes[:count], 5)
        best = int(np.argmax(fits)) if count else 0
        if not count or fits[best] <= join_at:
            best = count
            groups.append([])
        groups[best].append(row)
        sizes[best] += 1
        sums[best] += cosines[row]
        np.maximum(nearest[best], cosines[row], out=nearest[best])
    return groups


def medoid(matrix: Vectors, members: Sequence[int]) -> int:
    """Return the row of a group that is nearest to all of it, the earliest of equals."""
    rows = matrix[list(members)]
    scores = np.round(rows @ rows.sum(axis=0), 4)
    return members[int(np.argmax(scores))]
