"""What putting a plan into force means at one response level: posts, steps and clocks with times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.core.grading.levels import ResponseLevel

from .model import Group, Moment, Phase, Plan, PlanClock, Post, Stage, Step

#: People are reminded when four fifths of the time are gone: late enough to matter, early enough to act.
WARN_SHARE = 4 / 5


@dataclass(frozen=True)
class PostToFill:
    """One place of one group; ``standing`` says head, deputy or member."""

    group: Group
    post: Post
    standing: str


@dataclass(frozen=True)
class StepToTake:
    """One step with its time; ``due_at`` is None while its moment has not come or it has no limit."""

    stage: Stage
    step: Step
    due_at: datetime | None


@dataclass(frozen=True)
class ClockToStart:
    """One clock with the moment it counts from; ``warn_seconds`` counts from the start too."""

    clock: PlanClock
    started_at: datetime
    seconds: int
    warn_seconds: int


@dataclass(frozen=True)
class Unfolding:
    """Everything one activation makes."""

    posts: tuple[PostToFill, ...]
    before: tuple[StepToTake, ...]
    steps: tuple[StepToTake, ...]
    later: tuple[StepToTake, ...]
    clocks: tuple[ClockToStart, ...]


def unfold(plan: Plan, level: ResponseLevel, moments: Mapping[Moment, datetime]) -> Unfolding:
    """Return what the plan asks at this level, given the moments that are known.

    ``before`` are the steps of the warning phase, which the incident's record already covers when
    a plan is activated; ``later`` are the steps of the aftermath, taken once it is resolved.
    """
    taken = [StepToTake(stage, step, _due(step, level, moments)) for stage, step in plan.steps() if step.is_for(level)]
    return Unfolding(
        posts=posts_of(plan),
        before=tuple(entry for entry in taken if entry.stage.phase == Phase.WARNING),
        steps=tuple(entry for entry in taken if entry.stage.phase == Phase.RESPONSE),
        later=tuple(entry for entry in taken if entry.stage.phase == Phase.AFTERMATH),
        clocks=clocks_of(plan, level, moments),
    )


def posts_of(plan: Plan) -> tuple[PostToFill, ...]:
    """Return every post of every group, heads first within a group."""
    posts: list[PostToFill] = []
    for group in plan.groups:
        named = ((group.head, "head"), (group.deputy, "deputy"), *((member, "member") for member in group.members))
        posts += [PostToFill(group, post, standing) for post, standing in named if post]
    return tuple(posts)


def clocks_of(plan: Plan, level: ResponseLevel, moments: Mapping[Moment, datetime]) -> tuple[ClockToStart, ...]:
    """Return the clocks that run at this level and whose moment is known."""
    clocks: list[ClockToStart] = []
    for clock in plan.clocks:
        if clock.is_for(level) and clock.starts in moments:
            seconds = clock.minutes_at_level(level) * 60
            clocks.append(ClockToStart(clock, moments[clock.starts], seconds, int(seconds * WARN_SHARE)))
    return tuple(clocks)


def _due(step: Step, level: ResponseLevel, moments: Mapping[Moment, datetime]) -> datetime | None:
    minutes = step.due_at_level(level)
    start = moments.get(step.counted_from)
    return start + timedelta(minutes=minutes) if minutes is not None and start else None
