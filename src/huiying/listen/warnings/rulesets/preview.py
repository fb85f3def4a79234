"""What a text would make of the stories of today, beside the rules in force; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiying.core.grading.conditions import level_of
from huiying.core.grading.levels import WarningLevel
from huiying.core.grading.warning_rules import WarningRules
from huiying.listen.stories import selectors as stories
from huiying.listen.stories.matters.figures import factors_of_matters
from huiying.listen.stories.matters.selectors import stories_of_matters

from ..rules import as_known

#: matters looked at, those with most posts of the day first: below them hardly any rule would warn.
MATTERS_MOST = 500


@dataclass(frozen=True)
class Changed:
    """A matter that the two rules judge differently."""

    story: int
    title: str
    old: WarningLevel | None
    new: WarningLevel | None


@dataclass(frozen=True)
class Preview:
    """How many matters each of the rules warns about now, and which differ."""

    matters: int
    old: int
    new: int
    changed: list[Changed]


def preview(old: WarningRules, new: WarningRules, now: datetime) -> Preview:
    """Judge the matters of the last day by both rules."""
    found = list(stories.stories_list(now=now, with_sides=False).filter(exercise=False)[:MATTERS_MOST])
    titles = {story.pk: story.title for story in found}
    tables = factors_of_matters(stories_of_matters(titles), now)
    levels = {id: tuple(level_of(as_known(table), each.ladder) for each in (old, new)) for id, table in tables.items()}
    changed = [Changed(id, titles[id], was, would) for id, (was, would) in levels.items() if was is not would]
    counts = [sum(pair[side] is not None for pair in levels.values()) for side in (0, 1)]
    order = sorted(changed, key=lambda each: (-max(level.rank for level in (each.old, each.new) if level), each.story))
    return Preview(len(levels), counts[0], counts[1], order)
