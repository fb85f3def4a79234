"""A plan in one language, as plain dictionaries and lists for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from huiying.core.formats.localised import localise

_LANGUAGES = {"zh-Hans", "zh-Hant", "en"}


def spoken(value: object, language: str) -> object:
    """Return the value with every text in the language; records become dictionaries.

    >>> spoken({"zh-Hans": "预案", "en": "plan"}, "en")
    'plan'
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: spoken(getattr(value, field.name), language) for field in fields(value)}
    if isinstance(value, Mapping):
        if value and set(value) <= _LANGUAGES:
            return localise(value, language)
        return {key: spoken(part, language) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [spoken(part, language) for part in value]
    return value
