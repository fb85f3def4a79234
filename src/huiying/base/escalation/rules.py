"""Chains: who is told after whom, when, by what ways, until somebody answers (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.base.accounts.rules import GroupKind, Role
from huiying.base.rosters.rotation import parse_slots
from huiying.core.grading.levels import WarningLevel

#: minutes; a step further away than a day is no escalation.
LONGEST_WAIT = 24 * 60
MOST_REPEATS = 20
#: The job that looks ahead again because something changed.
PREFLIGHT_JOB = "escalation.preflight"
#: Ways a step may name besides the message inside Huiying, which is always left.
WAYS = ("personal", "email")


class RunState(StrEnum):
    """Where an escalation stands."""

    RUNNING = "running"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    ENDED = "ended"


#: Who answers an exhausted chain answers late, but answers.
MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.RUNNING: frozenset({RunState.ACKNOWLEDGED, RunState.EXHAUSTED, RunState.ENDED}),
    RunState.EXHAUSTED: frozenset({RunState.ACKNOWLEDGED, RunState.ENDED}),
    RunState.ACKNOWLEDGED: frozenset(),
    RunState.ENDED: frozenset(),
}
STATE_LABELS = {
    RunState.RUNNING: pgettext_lazy("escalation", "nobody has answered yet"),
    RunState.ACKNOWLEDGED: pgettext_lazy("escalation", "answered"),
    RunState.EXHAUSTED: pgettext_lazy("escalation", "everybody was told, nobody answered"),
    RunState.ENDED: pgettext_lazy("escalation", "no longer needed"),
}
STATE_TONES = {RunState.RUNNING: "orange", RunState.ACKNOWLEDGED: "ok", RunState.EXHAUSTED: "red", RunState.ENDED: "plain"}


class Target(StrEnum):
    """Whom a step tells."""

    ROLE = "role"
    DEPUTY = "deputy"
    PERSON = "person"
    HEAD = "head"
    GROUP = "group"
    CHANNEL = "channel"


class Outside(StrEnum):
    """What a step does outside its hours."""

    WAIT = "wait"
    SKIP = "skip"
    ON_SHIFT = "on_shift"


OUTSIDE_LABELS = {
    Outside.WAIT: _("wait until the hours begin"),
    Outside.SKIP: _("go on to the next step at once"),
    Outside.ON_SHIFT: _("tell only who is on shift, else wait"),
}


@dataclass(frozen=True)
class Step:
    """One step: after ``wait`` minutes tell ``to`` (such as ``role:analyst``), ``repeat`` times every ``every`` minutes."""

    to: str
    wait: int = 0
    ways: tuple[str, ...] = ("personal",)
    hours: str = ""
    outside: Outside = Outside.WAIT
    repeat: int = 1
    every: int = 0

    @cached_property
    def target(self) -> Target:
        """The kind of addressee."""
        return Target(self.to.partition(":")[0])

    @cached_property
    def value(self) -> str:
        """The role, group or person; empty for the organisation's channel."""
        return self.to.partition(":")[2]

    def as_dict(self) -> dict[str, object]:
        """Return it as it is stored."""
        return {**asdict(self), "ways": list(self.ways), "outside": self.outside.value}


def step_of(values: Mapping[str, object]) -> Step:
    """Read a stored step; raises ValueError or TypeError for what is none."""
    known = {name: values[name] for name in Step.__dataclass_fields__ if name in values}
    if unknown := set(values) - set(known):
        raise ValueError(f"{sorted(unknown)}: a step has {sorted(Step.__dataclass_fields__)}")
    ways, outside = values.get("ways", ("personal",)), values.get("outside", Outside.WAIT)
    return Step(**{**known, "ways": tuple(ways), "outside": Outside(str(outside))})  # type: ignore[arg-type]  # checked by ``step_fault``


@dataclass(frozen=True)
class Chain:
    """The steps for one kind of subject at one level; ``hands_to`` names the level whose chain goes on when it ends."""

    subject_kind: str
    level: str
    steps: tuple[Step, ...]
    last_resort: Step | None = None
    hands_to: str = ""
    answer_minutes: int = 15
    is_default: bool = field(default=False, compare=False)


class Fault(StrEnum):
    """What makes a chain unfit to be saved."""

    EMPTY = "empty"
    LOOP = "loop"
    TARGET = "target"
    HOURS = "hours"
    WAIT = "wait"
    REPEAT = "repeat"
    WAYS = "ways"
    NO_CHAIN = "no_chain"
    NO_HUMAN = "no_human"


@dataclass(frozen=True)
class ChainFault:
    """A fault, in which step (from 1; 0 is the chain itself), and the value that is wrong."""

    kind: Fault
    step: int = 0
    value: str = ""


def chain_faults(chain: Chain, others: Mapping[str, Chain]) -> list[ChainFault]:
    """Return what is wrong with a chain; ``others`` are the chains of its kind by level."""
    found = [fault for number, step in enumerate(chain.steps, 1) if (fault := step_fault(step, number))]
    if chain.last_resort and (fault := step_fault(chain.last_resort, len(chain.steps) + 1)):
        found.append(fault)
    if not chain.steps:
        found.append(ChainFault(Fault.EMPTY))
    elif all(step.to.startswith("channel") for step in (*chain.steps, *([chain.last_resort] if chain.last_resort else []))):
        found.append(ChainFault(Fault.NO_HUMAN))
    if not 1 <= chain.answer_minutes <= LONGEST_WAIT:
        found.append(ChainFault(Fault.WAIT, value=str(chain.answer_minutes)))
    if chain.hands_to and chain.hands_to != chain.level and chain.hands_to not in others:
        found.append(ChainFault(Fault.NO_CHAIN, value=chain.hands_to))
    if loop := loop_of(chain, others):
        found.append(ChainFault(Fault.LOOP, value=" → ".join(loop)))
    return found


def loop_of(chain: Chain, others: Mapping[str, Chain]) -> list[str]:
    """Return the levels through which a chain comes back to one it went through, or nothing."""
    seen, at = [chain.level], chain.hands_to
    while at:
        if at in seen:
            return [*seen[seen.index(at) :], at]
        seen.append(at)
        at = others[at].hands_to if at in others else ""
    return []


def step_fault(step: Step, number: int) -> ChainFault | None:
    """Return the first thing wrong with a step."""
    checks = (
        (Fault.TARGET, _is_somebody(step.to), step.to),
        (Fault.HOURS, not step.hours or _are_hours(step.hours), step.hours),
        (Fault.WAIT, 0 <= step.wait <= LONGEST_WAIT, str(step.wait)),
        (Fault.REPEAT, 1 <= step.repeat <= MOST_REPEATS and (step.repeat == 1 or 1 <= step.every <= LONGEST_WAIT), str(step.every)),
        (Fault.WAYS, set(step.ways) <= set(WAYS), ", ".join(step.ways)),
    )
    return next((ChainFault(kind, number, value) for kind, is_fine, value in checks if not is_fine), None)


def _is_somebody(to: str) -> bool:
    kind, _colon, value = to.partition(":")
    if kind in (Target.ROLE, Target.DEPUTY):
        return value in [role.value for role in Role]
    if kind in (Target.HEAD, Target.GROUP):
        return value in [group.value for group in GroupKind]
    return value.isdecimal() if kind == Target.PERSON else to == "channel:"


def _are_hours(text: str) -> bool:
    try:
        return len(parse_slots(text)) == 1
    except ValueError:
        return False


def whole(chain: Chain, others: Mapping[str, Chain]) -> tuple[Step, ...]:
    """Return all steps of a chain and of those it hands to, the last resort at the very end; a loop is cut where it closes."""
    steps, seen = list(chain.steps), {chain.level}
    last = chain
    while last.hands_to and last.hands_to in others and last.hands_to not in seen:
        last = others[last.hands_to]
        seen.add(last.level)
        steps += last.steps
    resort = last.last_resort or chain.last_resort
    return (*steps, *([resort] if resort else []))


def opens_at(hours: str, zone: str, at: datetime) -> datetime:
    """Return the moment from which a step may tell: now when the hours run, else when they begin next.

    >>> opens_at("07-22", "Asia/Shanghai", datetime(2026, 11, 24, 15, 0, tzinfo=UTC)).isoformat()
    '2026-11-24T23:00:00+00:00'
    """
    if not hours:
        return at
    ((begins, ends),) = parse_slots(hours)
    local = at.astimezone(ZoneInfo(zone))
    if is_within(local.time(), begins, ends):
        return at
    day = local.date() if local.time() < begins else local.date() + timedelta(days=1)
    opening = datetime.combine(day, begins, ZoneInfo(zone)).astimezone(UTC)
    return max(opening, at)


def is_within(moment: time, begins: time, ends: time) -> bool:
    """Return whether a time of day lies in a span that may run over midnight.

    >>> is_within(time(23), time(22), time(7)), is_within(time(12), time(22), time(7))
    (True, False)
    """
    if begins == ends:
        return True
    return begins <= moment < ends if begins < ends else moment >= begins or moment < ends


@dataclass(frozen=True)
class Place:
    """Where a run stands: the step, which telling of it, and when it is due. ``step`` behind the last is the end."""

    step: int
    turn: int
    due_at: datetime


def after(steps: Sequence[Step], place: Place, told_at: datetime, answer_minutes: int, *, heard: bool = True) -> Place:
    """Return what comes after a telling. Nobody there to hear: the next step at once, for a wait would only lose time."""
    step = steps[place.step]
    if heard and place.turn + 1 < step.repeat:
        return Place(place.step, place.turn + 1, told_at + timedelta(minutes=step.every))
    following = place.step + 1
    wait = answer_minutes if following >= len(steps) else steps[following].wait
    return Place(following, 0, told_at + timedelta(minutes=wait if heard else 0))


def levels() -> list[str]:
    """Return the levels, most urgent first."""
    return [level.value for level in sorted(WarningLevel, key=lambda each: -each.rank)]
