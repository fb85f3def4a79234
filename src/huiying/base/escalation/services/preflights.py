"""Look ahead: does every level, at every hour of the coming week, reach a human who is on?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from huiying.base.accounts.selectors import is_demo_organisation, names_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.jobs.services import enqueue
from huiying.base.rosters.calendars import knows_year
from huiying.base.rosters.checks import fatigue_of, faults_of
from huiying.base.rosters.selectors import Roster

from ..models import Preflight
from ..reach import HOUR, Block, Break, Outcome, Reason, breaks_of, simulate
from ..rules import PREFLIGHT_JOB, whole
from ..selectors import COMMON_KIND, chains, world_of

HOURS = 168
#: How long a chain can run into the time behind the last hour.
BEYOND = timedelta(days=2)
KEPT = timedelta(days=30)
#: Reasons whose value is a person.
_ABOUT_PEOPLE = (Block.NO_WAY, Block.NOT_ON, Block.INACTIVE)


def preflight_run(*, now: datetime) -> Preflight:
    """Simulate every chain at every hour of the coming seven days, and keep what was found.

    The looking takes a second or so and needs no lock; only the keeping is a transaction.
    """
    found = _look(now)
    with transaction.atomic():
        return _keep(found, now)


def preflight_ask(*, actor: Actor, now: datetime) -> Preflight:
    """Look ahead now, because somebody asks."""
    require(actor, "roster.read")
    found = _look(now)
    with transaction.atomic():
        _keep(found, now)
        record(actor=actor, verb="preflight.run", subject=("preflight", found.pk), now=now, detail={"breaks": len(found.breaks)})
    return found


def _keep(found: Preflight, now: datetime) -> Preflight:
    Preflight.objects.filter(is_current=True).update(is_current=False)
    Preflight.objects.filter(at__lt=now - KEPT).delete()
    found.save(force_insert=True)
    return found


def _look(now: datetime) -> Preflight:
    start = now.replace(minute=0, second=0, microsecond=0)
    known = chains(COMMON_KIND)
    steps = {level: whole(chain, known) for level, chain in known.items()}
    world, roster = world_of([step for each in steps.values() for step in each], start, start + HOURS * HOUR + BEYOND, asks_ways=True)
    moments = [start + number * HOUR for number in range(HOURS)]
    outcomes = {level: [(at, simulate(steps[level], world, at, known[level].answer_minutes)) for at in moments] for level in steps}
    breaks = breaks_of(outcomes)
    names = names_of({int(reason.value) for each in breaks for reason in each.reasons if reason.kind in _ABOUT_PEOPLE} | _people(outcomes))
    return Preflight(
        at=now,
        from_at=start,
        hours=HOURS,
        cells={level: [_cell(outcome, names) for _at, outcome in hours] for level, hours in outcomes.items()},
        breaks=[break_row(each, names) for each in breaks],
        notes=_notes(roster, start),
    )


def preflight_soon(*, now: datetime) -> None:
    """Have it looked through again within a minute; many changes in one minute are looked at once, after the last of them."""
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    enqueue(name=PREFLIGHT_JOB, payload={}, key=f"{minute:%Y%m%d%H%M}", run_at=minute, now=now)


def _people(outcomes: dict[str, list[tuple[datetime, Outcome]]]) -> set[int]:
    return {outcome.person for hours in outcomes.values() for _at, outcome in hours if outcome.person is not None}


def _cell(outcome: Outcome, names: dict[int, str]) -> list[object]:
    return [outcome.status.value, names.get(outcome.person, "") if outcome.person is not None else "", outcome.minutes]


def break_row(found: Break, names: dict[int, str]) -> dict[str, object]:
    """Return a break as it is stored, with the names of whom it is about."""
    reasons = [_reason(reason, names) for reason in found.reasons]
    return {"level": found.level, "from": found.starts_at.isoformat(), "to": found.ends_at.isoformat(), "reasons": reasons}


def _reason(reason: Reason, names: dict[int, str]) -> dict[str, str]:
    name = names.get(int(reason.value), reason.value) if reason.kind in _ABOUT_PEOPLE else reason.value
    return {"kind": reason.kind.value, "value": name}


def _notes(roster: Roster, start: datetime) -> list[dict[str, object]]:
    """Return what is no break but should be known: years without holidays, holes of the roster, tired people, a demo."""
    end = start + HOURS * HOUR
    notes: list[dict[str, object]] = [{"kind": "year", "value": year} for year in sorted({start.year, end.year}) if not knows_year(year)]
    faults = faults_of([duty for duty in roster.duties if duty.starts_at < end], roster.gapless, start, end)
    notes += [{"kind": "roster", "value": len(faults)}] if faults else []
    tired = [roster.names[each.person] for each in fatigue_of(roster.duties) if each.is_high]
    notes += [{"kind": "tired", "value": ", ".join(tired)}] if tired else []
    return notes + ([{"kind": "demo", "value": ""}] if is_demo_organisation() else [])
