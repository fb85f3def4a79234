"""Fold texts to one spelling: NFKC, case, Traditional to Simplified, spaces; and to code points."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from opencc_pyo3 import OpenCC

#: Stands between two texts while many are folded at once; a text that holds it itself gets a space.
BREAK = "\x1e"
_NOISE = re.compile(r"https?://[^\s\x1e]+|@[\w\-]+")
_HAN_FIRST, _HAN_LAST = 0x3400, 0x9FFF
_PLANE = 1 << 16
#: Emoji: beyond the first plane, but the same in every spelling.
_PICTURES, _PICTURES_END = 0x1F300, 0x1FAFF

Codes = npt.NDArray[np.uint32]


@lru_cache(maxsize=1)
def _simplified() -> Codes:
    """Return, for every code point of the two main Han blocks, its Simplified one."""
    codes = np.arange(_HAN_FIRST, _HAN_LAST + 1, dtype=np.uint32)
    converted = OpenCC("t2s").convert("\n".join(map(chr, codes.tolist()))).split("\n")
    pairs = zip(codes.tolist(), converted, strict=True)
    return np.fromiter((ord(to) if len(to) == 1 else code for code, to in pairs), np.uint32, len(codes))


@lru_cache(maxsize=1)
def _spellings() -> tuple[Codes, npt.NDArray[np.bool_], re.Pattern[str]]:
    """Return the folded form of each code point, which of them need their context, and a pattern of those that become several."""
    table = np.arange(_PLANE, dtype=np.uint32)
    needs_context = np.zeros(_PLANE, np.bool_)
    several = []
    for code in (*range(0x80, _HAN_FIRST), *range(0xA000, 0xAC00), *range(0xF900, _PLANE)):  # Han, Hangul and private use stay as they are
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).casefold()
        if unicodedata.combining(character) or 0x1100 <= code <= 0x11FF or any(map(unicodedata.combining, folded)):
            needs_context[code] = True
        elif len(folded) == 1:
            table[code] = ord(folded)
        else:
            several.append(character)
    for code in range(ord("A"), ord("Z") + 1):
        table[code] = code + 32
    table[_HAN_FIRST : _HAN_LAST + 1] = _simplified()
    compatible = np.flatnonzero((table >= _HAN_FIRST) & (table <= _HAN_LAST))
    table[compatible] = _simplified()[table[compatible] - _HAN_FIRST]
    return table, needs_context, re.compile(f"[{''.join(map(re.escape, several))}]")


def join(texts: Sequence[str]) -> str:
    """Return the texts joined by ``BREAK``; links and handles are left out."""
    joined = BREAK.join(texts)
    if joined.count(BREAK) != max(len(texts) - 1, 0):
        joined = BREAK.join(text.replace(BREAK, " ") for text in texts)
    if "http" in joined or "@" in joined:
        joined = _NOISE.sub(" ", joined)
    return joined


def fold(texts: Sequence[str]) -> Codes:
    """Return the code points of the joined texts in one spelling: NFKC, case-folded, Simplified.

    Character by character through a table; only texts with combining marks or letters beyond the first plane take the long way.

    >>> bytes(fold(["Ａ自來水", "B"])).decode("utf-32-le").split(BREAK)
    ['a自来水', 'b']
    """
    return fold_joined(join(texts))


def fold_joined(joined: str) -> Codes:
    """Return the code points of texts that are joined by ``BREAK`` already, links and handles included."""
    table, needs_context, several = _spellings()
    joined = several.sub(lambda found: unicodedata.normalize("NFKC", found[0]).casefold(), joined)
    codes = _codes(joined)
    beyond = codes >= _PLANE
    pictures = (codes >= _PICTURES) & (codes <= _PICTURES_END)
    hard = (beyond & ~pictures) | needs_context[np.where(beyond, 0, codes)]
    if hard.any():
        rows = set(np.cumsum(codes == ord(BREAK))[hard].tolist())
        parts = joined.split(BREAK)
        joined = BREAK.join(unicodedata.normalize("NFKC", part).casefold() if row in rows else part for row, part in enumerate(parts))
        codes = _codes(joined)
        beyond = codes >= _PLANE
    return np.where(beyond, codes, table[np.where(beyond, 0, codes)])


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def as_one(title: str | None, text: str) -> str:
    """Return title and text as one; a title that the text begins with is not said twice.

    >>> as_one("停水", "停水了"), as_one("通知", "停水了"), as_one(None, "停水了")
    ('停水了', '通知\\n停水了', '停水了')
    """
    return text if not title or text.startswith(title) else f"{title}\n{text}"
