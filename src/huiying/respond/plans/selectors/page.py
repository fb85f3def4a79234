"""A plan laid out for its page: texts in the reader's language, limits in words, who does what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any  # a page's dictionaries hold texts, lists and numbers

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext

from huiying.core.grading.levels import ResponseLevel
from huiying.core.planning.model import Plan, Step
from huiying.core.planning.spoken import spoken

from ..rules import MOMENT_LABELS, PHASE_LABELS, RESOURCE_LABELS, SENTENCE_LABELS
from .library import here

HOUR, DAY = 60, 24 * 60
#: From two days on people say days, before that hours: "24 h" and "48 h" are how the rules are quoted.
FROM_DAYS = 3 * DAY


@dataclass(frozen=True)
class LimitLine:
    """A time limit in words: one for all levels or one a level, and what it counts from."""

    spans: tuple[tuple[str, str], ...]
    moment: str | Promise


@dataclass(frozen=True)
class MatrixRow:
    """One step of the responsibility matrix: for each group owner, support or nothing."""

    title: str
    cells: tuple[str, ...]


def plan_words(plan: Plan) -> dict[str, Any]:
    """Return the whole plan in the reader's language, with limits, owners and kinds in words."""
    words: dict[str, Any] = spoken(plan, get_language() or "zh-hans")  # type: ignore[assignment]  # a record becomes a dictionary
    resources = {resource["key"]: resource["name"] for resource in words["resources"]}
    groups = {group["key"]: group["name"] for group in words["groups"]}
    citations = {citation["key"]: citation for citation in words["citations"]}
    steps = {step["key"]: step["title"] for stage in words["stages"] for step in stage["steps"]}
    for stage, stage_words in zip(plan.stages, words["stages"], strict=True):
        stage_words["phase_label"] = PHASE_LABELS[stage.phase]
        for step, step_words in zip(stage.steps, stage_words["steps"], strict=True):
            step_words["limit"] = limit_line(step.counted_from.value, step.due_at_level, step.is_for)
            step_words["owner_words"] = _owner_words(plan, step)
            step_words["resources"] = [resources[key] for key in step.resources]
            step_words["support"] = [groups[key] for key in step.support]
    for clock, clock_words in zip(plan.clocks, words["clocks"], strict=True):
        clock_words["limit"] = limit_line(clock.starts.value, clock.minutes_at_level, clock.is_for)
        clock_words["citation"] = citations[clock.citation]
        clock_words["stops_with"] = steps[clock.stops_with_step]
    for resource_words in words["resources"]:
        resource_words["kind_label"] = RESOURCE_LABELS[resource_words["kind"]]
    for sentence_words in words["holding"]["sentences"] if words["holding"] else []:
        sentence_words["nature_label"] = SENTENCE_LABELS[sentence_words["nature"]]
    return words


def span_words(minutes: int) -> str:
    """Return a time limit as people quote it: minutes, hours, or days from three on."""
    if minutes >= FROM_DAYS and minutes % DAY == 0:
        return ngettext("%(n)d day", "%(n)d days", minutes // DAY) % {"n": minutes // DAY}
    if minutes >= HOUR and minutes % HOUR == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // HOUR) % {"n": minutes // HOUR}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def limit_line(moment: str, limit_at: Callable[[ResponseLevel], int | None], is_for: Callable[[ResponseLevel], bool]) -> LimitLine:
    """Return the limits of a step or clock, joined where all its levels agree."""
    pairs = [(level.value, minutes) for level in ResponseLevel if is_for(level) and (minutes := limit_at(level)) is not None]
    numbers = {minutes for _level, minutes in pairs}
    same = len(numbers) == 1 and len(pairs) == len(ResponseLevel)
    spans = [("", span_words(pairs[0][1]))] if same else [(level, span_words(minutes)) for level, minutes in pairs]
    return LimitLine(tuple(spans), MOMENT_LABELS[moment])


def _owner_words(plan: Plan, step: Step) -> str:
    post, group = (plan.post(step.owner), plan.group(step.owner.group)) if step.owner else (None, None)
    return f"{here(group.name)} · {here(post.title)}" if post and group else ""


def matrix(plan: Plan) -> list[MatrixRow]:
    """Return who owns and who supports each step, one column a group in the plan's order."""
    keys = [group.key for group in plan.groups]
    return [MatrixRow(here(step.title), tuple(_cell(step, key) for key in keys)) for _stage, step in plan.steps()]


def _cell(step: Step, group: str) -> str:
    if step.owner and step.owner.group == group:
        return "owner"
    return "support" if group in step.support else ""
