"""The short first text: which template is offered, and how its gaps are filled (pure but for reading one file)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from huiying.base.ui.errors import BadInput
from huiying.core.planning.model import Holding, HoldingSentence, SentenceNature, Slot

from .rules import Nature, SentenceText

#: Template fields that speak to the reader; every other action is our own.
ADVICE_FIELDS = frozenset({"advice", "where_to_get_help"})
BUILT_IN = "builtin:holding@1"
_GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Filled:
    """A template whose gaps are filled."""

    title_zh: str
    title_en: str
    sentences: tuple[SentenceText, ...]


@cache
def built_in() -> Holding:
    """Return the template for incidents that no plan covers yet."""
    raw = yaml.safe_load((Path(__file__).parent / "data" / "holding.yaml").read_text(encoding="utf-8"))
    return Holding(
        title=raw["title"],
        slots=tuple(Slot(slot["key"], slot["label"], slot.get("required", True)) for slot in raw["slots"]),
        sentences=tuple(HoldingSentence(line["field"], SentenceNature(line["nature"]), line["text"]) for line in raw["sentences"]),
    )


def gaps_in(sentence: HoldingSentence) -> set[str]:
    """Return the slot keys a sentence uses."""
    return {key for text in sentence.text.values() for key in _GAP.findall(text)}


def fill(
    template: Holding,
    values_zh: Mapping[str, str],
    values_en: Mapping[str, str],
    *,
    fact_ids: tuple[int, ...] = (),
    next_update_at: datetime | None = None,
) -> Filled:
    """Fill the gaps; a sentence whose optional gap is empty is left out; raises BadInput naming an empty needed gap."""
    for slot in template.slots:
        if slot.is_required and not (values_zh.get(slot.key, "").strip() and values_en.get(slot.key, "").strip()):
            raise BadInput(_("Fill in “%(slot)s” in both languages.") % {"slot": _shown(slot.label)})
    sentences = []
    for line in template.sentences:
        empty = {key for key in gaps_in(line) if not (values_zh.get(key, "").strip() and values_en.get(key, "").strip())}
        if empty:
            continue
        nature = Nature.ADVICE if line.field in ADVICE_FIELDS and line.nature is SentenceNature.ACTION else Nature(line.nature.value)
        sentences.append(
            SentenceText(
                nature,
                _filled(_zh(line.text), values_zh),
                _filled(line.text.get("en", ""), values_en),
                fact_ids if nature is Nature.FACT else (),
                next_update_at if nature is Nature.COMMITMENT else None,
            )
        )
    return Filled(_filled(_zh(template.title), values_zh), _filled(template.title.get("en", ""), values_en), tuple(sentences))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _GAP.sub(lambda match: values.get(match.group(1), "").strip().rstrip("。."), text)


def _zh(text: Mapping[str, str]) -> str:
    return text.get("zh-Hans", "")


def _shown(label: Mapping[str, str]) -> str:
    from django.utils.translation import get_language

    from huiying.core.formats.localised import localise

    return localise(label, get_language() or "zh-hans")
