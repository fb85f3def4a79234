"""Text that data files carry in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from opencc_pyo3 import OpenCC


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2tw")


@lru_cache(maxsize=4096)
def to_traditional(text: str) -> str:
    """Return the text in Traditional script.

    >>> to_traditional("自来水发黄")
    '自來水發黃'
    """
    return _converter().convert(text)


def localise(value: Mapping[str, str] | str, language: str) -> str:
    """Return the text for a language code (``zh-hans``, ``zh-hant``, ``en``).

    Traditional is derived from Simplified when it is not given; any other gap falls back to what
    there is, because a missing translation must not hide a fact.
    """
    if isinstance(value, str):
        return value
    wanted = language.lower()
    texts = {key.lower(): text for key, text in value.items()}
    if texts.get(wanted):
        return texts[wanted]
    if wanted == "zh-hant" and texts.get("zh-hans"):
        return to_traditional(texts["zh-hans"])
    return texts.get("zh-hans") or texts.get("en") or next(iter(texts.values()), "")
