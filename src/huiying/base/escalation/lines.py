"""Runs and chains as rows of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from huiying.base.accounts.selectors import names_of

from .models import Run, Telling
from .reach import Why
from .rules import Chain, RunState, Step, Target
from .wording import WAY_LABELS, WHY_LABELS, step_text, target_text, wait_text


@dataclass(frozen=True)
class TellingLine:
    """One person told, in words; ``name`` is empty where the step found nobody."""

    at: datetime
    name: str
    to: str
    why: str | Promise
    ways: str


@dataclass(frozen=True)
class RunLine:
    """A run with its tellings."""

    run: Run
    tellings: list[TellingLine]
    next_at: datetime | None


def run_line(run: Run) -> RunLine:
    """Return a run, read with its tellings, in words."""
    return RunLine(run, [telling_line(each) for each in run.tellings.all()], run.due_at if run.state == RunState.RUNNING else None)


def telling_line(telling: Telling) -> TellingLine:
    """Return one telling in words."""
    name = str(telling.person) if telling.person else ""
    names = {telling.person_id: name} if telling.person_id else {}
    why = WHY_LABELS[Why(telling.why)] if telling.why else ""
    ways = ", ".join(str(WAY_LABELS.get(way, way)) for way in telling.ways.split())
    return TellingLine(telling.at, name, target_text(telling.to, names), why, ways)


@dataclass(frozen=True)
class ChainLine:
    """A chain in words: its steps with how long each waits, where it goes on, what comes last."""

    chain: Chain
    steps: list[tuple[str, str]]
    last_resort: str
    hands_to: str


def chain_lines(chains: dict[str, Chain]) -> list[ChainLine]:
    """Return chains in words; one query for the names in them."""
    steps = [step for chain in chains.values() for step in (*chain.steps, *([chain.last_resort] if chain.last_resort else []))]
    names = names_of({int(step.value) for step in steps if step.target is Target.PERSON})
    return [_chain_line(chain, names) for chain in chains.values()]


def _chain_line(chain: Chain, names: dict[int, str]) -> ChainLine:
    def line(step: Step) -> tuple[str, str]:
        return wait_text(step.wait), step_text(step, names)

    resort = ": ".join(line(chain.last_resort)) if chain.last_resort else ""
    return ChainLine(chain, [line(step) for step in chain.steps], resort, chain.hands_to)
