"""Whom a step reaches at a moment, and whether a chain reaches somebody who is on in time (pure).

A run and the preflight ask the same functions, so what the preflight promises is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from huiying.base.rosters.rotation import Duty

from .rules import Outside, Place, Step, Target, after, opens_at

Group = tuple[int | None, int | None, tuple[int, ...]]


class Why(StrEnum):
    """Why a person is told."""

    ON_SHIFT = "on_shift"
    DEPUTY = "deputy"
    STAND_IN = "stand_in"
    NAMED = "named"
    HEAD = "head"
    MEMBER = "member"


@dataclass(frozen=True)
class Told:
    """One person a step tells."""

    person: int
    why: Why


class Block(StrEnum):
    """Why a step brings nobody who is on."""

    NOBODY_ON = "nobody_on"
    NOT_ON = "not_on"
    NO_WAY = "no_way"
    NOBODY_IN = "nobody_in"
    INACTIVE = "inactive"
    NO_DEPUTY = "no_deputy"
    LATE = "late"
    EMPTY = "empty"


@dataclass(frozen=True)
class Reason:
    """A block, and what or whom it is about."""

    kind: Block
    value: str = ""


def always(_person: int, _at: datetime) -> bool:
    """Take everybody as reachable."""
    return True


@dataclass(frozen=True)
class World:
    """What must be known of people to follow a chain: the roster, the groups, who is active and who can be woken when."""

    duties: Sequence[Duty]
    stand_ins: dict[str, int | None]
    groups: dict[str, Group]
    active: frozenset[int]
    zone: str
    can_hear: Callable[[int, datetime], bool] = always
    _seen: dict[datetime, list[Duty]] = field(default_factory=dict)

    def duties_at(self, at: datetime) -> list[Duty]:
        """Return the duties of a moment that somebody does."""
        if at not in self._seen:
            self._seen[at] = [duty for duty in self.duties if duty.starts_at <= at < duty.ends_at and duty.person is not None]
        return self._seen[at]

    def on_at(self, at: datetime) -> set[int]:
        """Return who is on shift at a moment, in any role, with the deputies of the shifts that run."""
        return {each for duty in self.duties_at(at) for each in (duty.person, duty.deputy) if each is not None}


def people_of(step: Step, world: World, at: datetime) -> list[Told]:
    """Return whom a step tells at a moment, each once; nobody for the organisation's channel."""
    found = {told.person: told for told in reversed(list(_people(step, world, at))) if told.person in world.active}
    return list(reversed(found.values()))


def _people(step: Step, world: World, at: datetime) -> Iterator[Told]:
    if step.target is Target.PERSON:
        yield Told(int(step.value), Why.NAMED)
    elif step.target is Target.ROLE:
        on = [Told(duty.person, Why.ON_SHIFT) for duty in world.duties_at(at) if duty.role == step.value and duty.person is not None]
        stand_in = world.stand_ins.get(step.value)
        yield from on or ([Told(stand_in, Why.STAND_IN)] if stand_in is not None else [])
    elif step.target is Target.DEPUTY:
        for duty in world.duties_at(at):
            if duty.role == step.value and duty.deputy is not None:
                yield Told(duty.deputy, Why.DEPUTY)
    else:
        head, deputy, members = world.groups.get(step.value, (None, None, ()))
        if step.target in (Target.HEAD, Target.GROUP):
            yield from (Told(each, Why.HEAD) for each in (head, deputy) if each is not None)
        if step.target is Target.GROUP:
            yield from (Told(each, Why.MEMBER) for each in members)


@dataclass(frozen=True)
class Verdict:
    """What a step does when it is due: wait until a moment, or tell these people (perhaps nobody)."""

    wait_until: datetime | None = None
    told: tuple[Told, ...] = ()


def decide(step: Step, world: World, at: datetime) -> Verdict:
    """Return what a step does at a moment."""
    people = people_of(step, world, at)
    opening = opens_at(step.hours, world.zone, at)
    if opening <= at:
        return Verdict(told=tuple(people))
    if step.outside is Outside.SKIP:
        return Verdict()
    if step.outside is Outside.ON_SHIFT:
        on = world.on_at(at)
        if awake := [told for told in people if told.person in on]:
            return Verdict(told=tuple(awake))
    return Verdict(wait_until=opening)


class Status(StrEnum):
    """What an hour of a level looks like."""

    OK = "ok"
    QUIET = "quiet"
    BROKEN = "broken"


@dataclass(frozen=True)
class Outcome:
    """Whether a chain that began at a moment reaches somebody in time, whom, after how many minutes, and else why not."""

    status: Status
    person: int | None = None
    minutes: int = 0
    reasons: tuple[Reason, ...] = ()


def simulate(steps: Sequence[Step], world: World, at: datetime, answer_minutes: int) -> Outcome:
    """Follow a chain from a moment: does it reach a human who is on, by a working way, before the answer is due?

    A step that waits for its hours by rule makes the hour quiet; the time then counts from when they begin.
    """
    if not steps:
        return Outcome(Status.BROKEN, reasons=(Reason(Block.EMPTY),))
    reasons: dict[Reason, None] = {}
    place, begun, quiet = Place(0, 0, at + timedelta(minutes=steps[0].wait)), at, False
    for _turn in range(sum(step.repeat for step in steps) + 2 * len(steps)):
        if place.step >= len(steps) or place.due_at > begun + timedelta(minutes=answer_minutes):
            break
        step, moment = steps[place.step], place.due_at
        verdict = decide(step, world, moment)
        if verdict.wait_until is not None:
            begun, quiet = (verdict.wait_until, True) if not quiet else (begun, True)
            place = Place(place.step, place.turn, verdict.wait_until)
            continue
        reached = _reached(step, verdict, world, moment, reasons)
        if reached is not None:
            minutes = int((moment - begun).total_seconds() // 60)
            return Outcome(Status.QUIET if quiet else Status.OK, reached, minutes)
        place = after(steps, place, moment, answer_minutes, heard=bool(verdict.told) or step.target is Target.CHANNEL)
    return Outcome(Status.BROKEN, reasons=tuple(reasons) or (Reason(Block.LATE, str(place.step + 1)),))


def _reached(step: Step, verdict: Verdict, world: World, at: datetime, reasons: dict[Reason, None]) -> int | None:
    """Return who of those told is on and can be woken; else write down why nobody is."""
    if step.target in (Target.ROLE, Target.DEPUTY) and not any(told.why in (Why.ON_SHIFT, Why.DEPUTY) for told in verdict.told):
        kind = Block.NOBODY_ON if step.target is Target.ROLE else Block.NO_DEPUTY
        reasons.setdefault(Reason(kind, step.value))
    if step.target in (Target.HEAD, Target.GROUP) and not verdict.told:
        reasons.setdefault(Reason(Block.NOBODY_IN, step.value))
    if step.target is Target.PERSON and not verdict.told and not step.hours:
        reasons.setdefault(Reason(Block.INACTIVE, step.value))
    on = world.on_at(at)
    for told in verdict.told:
        if not world.can_hear(told.person, at):
            reasons.setdefault(Reason(Block.NO_WAY, str(told.person)))
        elif told.person in on:
            return told.person
        else:
            reasons.setdefault(Reason(Block.NOT_ON, str(told.person)))
    return None


@dataclass(frozen=True)
class Rehearsed:
    """One step as it would happen: when, which step (from 1), and whom it tells."""

    at: datetime
    step: int
    told: tuple[Told, ...]


def rehearse(steps: Sequence[Step], world: World, at: datetime, answer_minutes: int) -> list[Rehearsed]:
    """Return what would happen from a moment on if nobody ever answered."""
    found: list[Rehearsed] = []
    place = Place(0, 0, at + timedelta(minutes=steps[0].wait)) if steps else Place(0, 0, at)
    for _turn in range(sum(step.repeat for step in steps) + len(steps)):
        if place.step >= len(steps):
            break
        verdict = decide(steps[place.step], world, place.due_at)
        if verdict.wait_until is not None:
            place = Place(place.step, place.turn, verdict.wait_until)
            continue
        found.append(Rehearsed(place.due_at, place.step + 1, verdict.told))
        is_channel = steps[place.step].target is Target.CHANNEL
        place = after(steps, place, place.due_at, answer_minutes, heard=bool(verdict.told) or is_channel)
    return found


@dataclass(frozen=True)
class Break:
    """A stretch of hours in which a chain brings nobody, for the same reasons."""

    level: str
    starts_at: datetime
    ends_at: datetime
    reasons: tuple[Reason, ...]


HOUR = timedelta(hours=1)


def breaks_of(outcomes: dict[str, list[tuple[datetime, Outcome]]]) -> list[Break]:
    """Join hours that break for the same reasons into stretches, in time order, the order of the levels kept within an hour."""
    found: list[Break] = []
    for level, hours in outcomes.items():
        last: Break | None = None
        for at, outcome in hours:
            if outcome.status is not Status.BROKEN:
                last = None
                continue
            if last is not None and last.ends_at == at and last.reasons == outcome.reasons:
                found[-1] = last = Break(level, last.starts_at, at + HOUR, last.reasons)
            else:
                last = Break(level, at, at + HOUR, outcome.reasons)
                found.append(last)
    return sorted(found, key=lambda each: each.starts_at)
