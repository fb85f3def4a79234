"""Reads: chains, runs, the preflight, and what must be known of people to follow a chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any  # parsed YAML

import yaml
from django.conf import settings
from django.db.models import Prefetch, QuerySet

from huiying.base.accounts.models import Person
from huiying.base.accounts.selectors import group_people, is_demo_organisation
from huiying.base.notify.selectors import verdict, ways_of
from huiying.base.rosters.selectors import Roster, roster_between, stand_in_for
from huiying.base.ui.together import Reading

from .models import Preflight, Run, StoredChain, Telling
from .reach import World, always
from .rules import Chain, RunState, Step, Target, levels, step_of, whole

#: The kind whose chains hold for every kind that has none of its own.
COMMON_KIND = "warning"


@cache
def default_chains() -> dict[tuple[str, str], Chain]:
    """Return the chains that came with the program, by kind and level."""
    text = (files("huiying.base.escalation") / "data" / "chains.yaml").read_text(encoding="utf-8")
    return {(chain.subject_kind, chain.level): chain for chain in map(_default, yaml.safe_load(text))}


def _default(row: dict[str, Any]) -> Chain:
    resort = row.get("last_resort")
    return Chain(
        row["subject_kind"], row["level"], tuple(map(step_of, row["steps"])), step_of(resort) if resort else None, row.get("hands_to", ""),
        row["answer_minutes"], True,
    )  # fmt: skip


def chains(subject_kind: str = COMMON_KIND) -> dict[str, Chain]:
    """Return the chains of a kind by level, most urgent first: those edited here, else those that came with the program."""
    stored = {row.level: _stored(row) for row in StoredChain.objects.filter(subject_kind=subject_kind)}
    found = {level: stored.get(level) or default_chains().get((subject_kind, level)) for level in levels()}
    known = {level: chain for level, chain in found.items() if chain is not None}
    return known if known or subject_kind == COMMON_KIND else chains(COMMON_KIND)


def _stored(row: StoredChain) -> Chain:
    resort = step_of(row.last_resort) if row.last_resort else None
    return Chain(row.subject_kind, row.level, tuple(map(step_of, row.steps)), resort, row.hands_to, row.answer_minutes)


def world_of(steps: Iterable[Step], start: datetime, end: datetime, *, asks_ways: bool = False) -> tuple[World, Roster]:
    """Return what must be known to follow these steps between two moments, and the roster it rests on."""
    known = list(steps)
    roster = roster_between(start, end)
    stand_ins = {value: stand_in_for(value) for value in _values(known, Target.ROLE)}
    groups = {value: group_people(value) for value in _values(known, Target.HEAD) | _values(known, Target.GROUP)}
    named = {int(value) for value in _values(known, Target.PERSON)} | {each for each in stand_ins.values() if each is not None}
    named |= {each for head, deputy, members in groups.values() for each in (head, deputy, *members) if each is not None}
    named |= {each for duty in roster.duties for each in (duty.person, duty.deputy) if each is not None}
    active = frozenset(Person.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    can_hear = _hearing(active) if asks_ways and not is_demo_organisation() else always
    return World(roster.duties, stand_ins, groups, active, settings.TIME_ZONE, can_hear), roster


def _values(steps: list[Step], target: Target) -> set[str]:
    return {step.value for step in steps if step.target is target}


def _hearing(people: Iterable[int]) -> Any:
    """Return who can be woken when, by the ways they have now; messages inside Huiying wake nobody."""
    ways = ways_of(people)

    def can_hear(person: int, at: datetime) -> bool:
        return verdict(ways.get(person, []), at)[0]

    return can_hear


def steps_for(subject_kind: str, level: str) -> tuple[tuple[Step, ...], int]:
    """Return all steps for a subject of a level and the minutes in which it is to be answered."""
    known = chains(subject_kind)
    chain = known[level]
    return whole(chain, known), chain.answer_minutes


def runs_of(subject: tuple[str, object]) -> list[Run]:
    """Return the runs of a subject with whom they told, newest first; two queries."""
    tellings = Prefetch("tellings", Telling.objects.select_related("person"))
    own = Run.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))
    return list(own.select_related("answered_by").prefetch_related(tellings))


def latest_run(subject: tuple[str, object]) -> Run | None:
    """Return the newest run of a subject."""
    own = Run.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))
    return own.select_related("answered_by").order_by("-started_at", "-pk").first()


def open_runs() -> QuerySet[Run]:
    """Return the runs that nobody answered, oldest first."""
    return Run.objects.filter(state__in=(RunState.RUNNING, RunState.EXHAUSTED)).order_by("started_at", "pk")


def current_preflight() -> Preflight | None:
    """Return what the last preflight found."""
    return Preflight.objects.filter(is_current=True).first()


def breaks_reading() -> Reading:
    """Return what the duty board reads of the preflight: only what is broken."""
    return Reading(Preflight.objects.filter(is_current=True), only=("at", "breaks"))


def people_named(steps: Mapping[str, tuple[Step, ...]]) -> set[int]:
    """Return the people whom steps name themselves."""
    return {int(step.value) for each in steps.values() for step in each if step.target is Target.PERSON}
