"""Hash the n-grams of many short texts at once: of Han characters, signs and emoji one by one, of other words whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from huiying.core.formats.folding import BREAK, fold

from .features import mix

#: Hash space of the n-grams. Two of the 10^5 that carry weight share a place in one case of ten, and mostly both carry little.
BITS = 20
#: Characters of one text that are read, so that a hostile megabyte costs no more than a long post.
READ_MOST = 1_500
#: Tokens of the longest n-gram; four hold an emoticon such as [允悲].
LONGEST = 4
#: Characters of one word that are told apart.
_WORD_MOST = 24
_OTHER, _WORD, _SPACE, _DIGIT = 0, 1, 2, 3

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]


@lru_cache(maxsize=1)
def _classes() -> npt.NDArray[np.uint8]:
    """Return for every code point of the first plane what it is: a token of its own, part of a word, nothing, a digit."""
    table = np.zeros(1 << 16, np.uint8)
    for code in range(1 << 16):
        character = chr(code)
        if character.isdecimal():
            table[code] = _DIGIT
        elif character.isspace() or not character.isprintable():
            table[code] = _SPACE
        elif character.isalpha() and not (0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3):
            table[code] = _WORD
    table[ord("'")] = _WORD
    table[0xFE0F] = _SPACE  # asks for the coloured form of an emoji
    return table


def tokens_of(texts: Sequence[str]) -> tuple[U64, I32]:
    """Return the hashed tokens of the texts in their order, and the row of each; digits are all alike, spaces are none."""
    codes = fold([text[:READ_MOST] for text in texts])
    is_break = codes == ord(BREAK)
    rows = np.cumsum(is_break, dtype=np.int32)
    kinds = _classes()[np.where(codes < (1 << 16), codes, 0)]
    values = np.where(kinds == _DIGIT, ord("0"), codes).astype(np.uint64)
    inside = (kinds == _WORD) | (kinds == _DIGIT)
    kept = (kinds != _SPACE) & ~is_break
    begins = kept & ~(inside & np.concatenate(([False], inside[:-1])))
    kept_places, starts = np.flatnonzero(kept), np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, np.uint64), np.empty(0, np.int32)
    token = np.cumsum(begins)[kept_places] - 1
    place = np.minimum(kept_places - starts[token], _WORD_MOST - 1).astype(np.uint64)
    parts = mix(values[kept_places] * np.uint64(_WORD_MOST) + place)
    sums = np.add.reduceat(parts, np.flatnonzero(begins[kept_places]))
    return sums, rows[starts]


def grams_of(texts: Sequence[str], longest: int = LONGEST) -> tuple[I32, I32]:
    """Return row and hashed place (0 .. 2^BITS - 1) of each n-gram of the texts, once a text, by row and place.

    >>> rows, places = grams_of(["停水", "水 停水", ""])
    >>> rows.tolist(), len(set(places.tolist()))
    ([0, 0, 0, 1, 1, 1, 1, 1], 5)
    """
    tokens, rows = tokens_of(texts)
    keys = []
    rolled = np.zeros(len(tokens), np.uint64)
    for length in range(1, longest + 1):
        count = len(tokens) - length + 1
        if count <= 0:
            break
        rolled = mix(rolled[:count] + tokens[length - 1 :] * np.uint64(2 * length + 1))
        whole = rows[:count] == rows[length - 1 :]
        places = (rolled[whole] >> np.uint64(64 - BITS)).astype(np.int64)
        keys.append((rows[:count][whole].astype(np.int64) << BITS) | places)
    if not keys:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    found = np.sort(np.concatenate(keys))
    found = found[np.concatenate(([True], found[1:] != found[:-1]))]
    return (found >> BITS).astype(np.int32), (found & ((1 << BITS) - 1)).astype(np.int32)
