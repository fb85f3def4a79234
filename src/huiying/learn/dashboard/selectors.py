"""Everything the duty board shows, in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from huiying.base.accounts.rules import ROLE_LABELS
from huiying.base.audit.selectors import LogLine, latest_log
from huiying.base.clocks.selectors import running_clocks
from huiying.base.rosters.selectors import OnDuty, on_duty_in
from huiying.base.sharing.selectors import url_of_subject
from huiying.base.ui.frame import frame_rows
from huiying.base.ui.together import Together
from huiying.listen.sources.selectors import Hearing, hearing_in
from huiying.listen.stories import selectors as stories
from huiying.listen.warnings import selectors as warnings
from huiying.respond.incidents.selectors import open_incidents

from .rules import WINDOW, ClockRow, DutyLine, LiveWarning, NextStep, OpenIncident, Pulse, first_step, pulse

RISING_SHOWN, CLOCKS_SHOWN, LOG_SHOWN, STORIES_READ = 6, 8, 8, 60


@dataclass(frozen=True)
class Rising:
    """One story of the board."""

    id: int
    title: str
    level: str
    questions: int
    authors: int
    exercise: bool
    first_at: datetime
    pulse: Pulse


@dataclass(frozen=True)
class Board:
    """What is rising, what is unanswered, which deadline runs out next, and whether we hear anything."""

    next_step: NextStep | None
    waiting: int
    rising: list[Rising]
    asked: list[Rising]
    quiet: int
    posts_last_hour: int
    clocks: list[ClockRow]
    duty: list[DutyLine]
    hearing: Hearing
    incidents: Sequence[OpenIncident]
    log: list[LogLine]


def board(now: datetime, frame: Together | None = None) -> Board:
    """Read the whole board; the number of queries does not grow with what is on it.

    ``frame`` is what the page's frame has read already: who is on duty, and whether we hear anything.
    """
    known = frame_rows() if frame is None else frame
    live: Sequence[LiveWarning] = warnings.live_warnings()
    levels = {warning.story_id: warning.level for warning in live}
    active = _active(now, levels)
    incidents: Sequence[OpenIncident] = open_incidents()
    clocks = _clock_rows(_titles(live, incidents), now)
    steps = [*_warning_steps(live), *_clock_steps(clocks, now), *_incident_steps(incidents)]
    shown = [row for row in active if row.level or row.pulse.is_rising][:RISING_SHOWN] or active[:RISING_SHOWN]
    return Board(
        next_step=first_step(steps),
        waiting=sum(warning.state == "proposed" for warning in live),
        rising=shown,
        asked=sorted((row for row in active if row.questions), key=lambda row: (-row.questions, row.first_at, row.id))[:RISING_SHOWN],
        quiet=len([row for row in active if not row.level]),
        posts_last_hour=sum(row.pulse.last_hour for row in active),
        clocks=clocks,
        duty=_duty(on_duty_in(known, now)),
        hearing=hearing_in(known, now),
        incidents=incidents[:RISING_SHOWN],
        log=latest_log(limit=LOG_SHOWN),
    )


def _active(now: datetime, levels: dict[int, str]) -> list[Rising]:
    found = stories.rising_stories(now=now, limit=STORIES_READ)
    series = stories.series_of_many([story.pk for story in found], now - WINDOW)
    return [
        Rising(
            story.pk,
            story.title,
            levels.get(story.pk, ""),
            story.questions,
            story.authors,
            story.exercise,
            story.first_at,
            pulse(series.get(story.pk, ()), story.first_at, now),
        )
        for story in found
    ]


def _warning_steps(live: Sequence[LiveWarning]) -> list[NextStep]:
    kinds = {"proposed": "acknowledge", "acknowledged": "assess"}
    return [
        NextStep(
            kinds[warning.state],
            warning.title,
            reverse("warnings:detail", args=[warning.pk]),
            warning.level,
            warning.acknowledged_at or warning.issued_at,
            warning.exercise,
            reverse("warnings:acknowledge", args=[warning.pk]) if warning.state == "proposed" else "",
        )
        for warning in live
        if warning.state in kinds
    ]


def _clock_steps(clocks: Sequence[ClockRow], now: datetime) -> list[NextStep]:
    late = [row for row in clocks if row.due_at < now]
    return [
        NextStep("late", f"{row.label} · {row.title}" if row.title else row.label, row.url, since=row.due_at, exercise=row.exercise)
        for row in late
    ]


def _incident_steps(incidents: Sequence[OpenIncident]) -> list[NextStep]:
    order = {"suspected": 0, "confirmed": 1, "graded": 2}
    waiting = sorted((i for i in incidents if i.state in order), key=lambda i: (order[i.state], i.opened_at))
    return [NextStep(i.state, i.title, reverse("incidents:detail", args=[i.pk]), since=i.opened_at, exercise=i.exercise) for i in waiting]


def _clock_rows(titles: dict[tuple[str, str], str], now: datetime) -> list[ClockRow]:
    return [
        ClockRow(
            clock.label_text,
            titles.get((clock.subject_kind, clock.subject_id), ""),
            url_of_subject(clock.subject_kind, clock.subject_id) or reverse("clocks:list"),
            clock.due_at,
            clock.used_percent(now),
            clock.exercise,
        )
        for clock in running_clocks(CLOCKS_SHOWN)
    ]


def _titles(live: Sequence[LiveWarning], incidents: Sequence[OpenIncident]) -> dict[tuple[str, str], str]:
    titles = {("warning", str(warning.pk)): warning.title for warning in live}
    return titles | {("incident", str(incident.pk)): incident.title for incident in incidents}


def _duty(on: list[OnDuty]) -> list[DutyLine]:
    labels = {str(role): str(label) for role, label in ROLE_LABELS.items()}
    return [DutyLine(labels.get(line.role, line.role), line.name) for line in on]
