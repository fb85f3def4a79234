"""Start an escalation, answer it, end it, and do the steps that are due."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import messages_cancel, notify
from huiying.base.ui.errors import NotNow
from huiying.core.grading.levels import WarningLevel

from ..models import Run, Telling
from ..reach import Told, World, decide
from ..rules import MOVES, STATE_LABELS, Place, RunState, Step, Target, after, step_of
from ..selectors import latest_run, steps_for, world_of

log = logging.getLogger(__name__)
Text = Mapping[str, str]
#: runs; what one sweep takes, so that it ends soon.
SWEEP_LIMIT = 200
#: Messages of an escalation leave before others, the more urgent first.
BASE_PRIORITY = 10


@transaction.atomic
def escalation_start(*, actor: Actor, now: datetime, subject: tuple[str, object], level: str, text: Text, url: str, exercise: bool) -> Run:
    """Begin to tell people of a subject until somebody answers; the first step is done at once, in the caller's transaction.

    A run that is under way at this level or a higher one goes on; one at a lower level ends and this one takes its place.
    """
    running = Run.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), state=RunState.RUNNING).first()
    if running is not None:
        if WarningLevel(running.level).rank >= WarningLevel(level).rank:
            return running
        _end(running, RunState.ENDED, SYSTEM, now, reason=_("raised to a higher level"))
    steps, answer_minutes = steps_for(subject[0], level)
    run = Run(
        subject_kind=subject[0], subject_id=str(subject[1]), level=level, steps=[step.as_dict() for step in steps],
        answer_minutes=answer_minutes, text=dict(text), url=url, exercise=exercise, started_at=now,
        due_at=now + timedelta(minutes=steps[0].wait if steps else 0),
    )  # fmt: skip
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:  # another worker was first
        return Run.objects.get(subject_kind=subject[0], subject_id=str(subject[1]), state=RunState.RUNNING)
    record(actor=actor, verb="escalation.start", subject=subject, now=now, detail={"run": run.pk, "level": level}, exercise=exercise)
    if run.due_at <= now:
        _advance(run, now)
    return run


@transaction.atomic
def escalation_acknowledge(*, actor: Actor, now: datetime, subject: tuple[str, object]) -> Run | None:
    """Answer: everything that still waits is taken back at once. Returns None where nothing ever ran.

    Of two who answer in the same second one wins; the other gets NotNow that says who.
    """
    run = latest_run(subject)
    if run is None or run.state == RunState.ENDED:
        return None
    return _end(run, RunState.ACKNOWLEDGED, actor, now)


@transaction.atomic
def escalation_end(*, actor: Actor, now: datetime, subject: tuple[str, object], reason: str = "") -> Run | None:
    """Stop without an answer, because nobody needs one any more; returns None where nothing runs."""
    run = latest_run(subject)
    if run is None or RunState.ENDED not in MOVES[RunState(run.state)]:
        return None
    return _end(run, RunState.ENDED, actor, now, reason=reason)


def _end(run: Run, to: RunState, actor: Actor, now: datetime, reason: str = "") -> Run:
    answered_by = actor.id if to is RunState.ACKNOWLEDGED else None
    _set_state(run, to, ended_at=now, reason=reason[:200], answered_by_id=answered_by)
    messages_cancel(now=now, group=run.group, by=actor.name)
    _record(run, f"escalation.{'acknowledge' if to is RunState.ACKNOWLEDGED else 'end'}", actor, now, {"reason": reason} if reason else {})
    return run


def _set_state(run: Run, to: RunState, **changes: object) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    old = RunState(run.state)
    if to not in MOVES[old] or Run.objects.filter(pk=run.pk, state=old).update(state=to.value, **changes) != 1:
        run.refresh_from_db()
        raise NotNow(_refusal(run))
    run.refresh_from_db()


def _refusal(run: Run) -> str:
    if run.answered_by is not None and run.ended_at is not None:
        shown = {"name": str(run.answered_by), "at": f"{timezone.localtime(run.ended_at):%H:%M:%S}"}
        return _("%(name)s acknowledged it first, at %(at)s: nothing more has to be answered.") % shown
    return _("The escalation is over (%(state)s): load the page again.") % {"state": str(STATE_LABELS[RunState(run.state)])}


def escalations_sweep(*, now: datetime) -> int:
    """Do the steps that are due; return how many runs moved. Each run has a transaction of its own.

    A worker that dies in the middle leaves the run as it was: the step and its messages are one.
    """
    due = Run.objects.filter(state=RunState.RUNNING, due_at__lte=now).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_advance_one(pk, now) for pk in list(due[:SWEEP_LIMIT]))


def _advance_one(pk: int, now: datetime) -> int:
    try:
        with transaction.atomic():
            run = Run.objects.filter(pk=pk, state=RunState.RUNNING, due_at__lte=now).first()
            if run is None:
                return 0
            _advance(run, now)
            return 1
    except Exception:  # one run that cannot go on must not hold up the others; it is tried again in the next sweep
        log.exception("Escalation %s could not go on.", pk)
        return 0


def _advance(run: Run, now: datetime) -> None:
    """Do everything of a run that is due now, in the caller's transaction."""
    steps = tuple(map(step_of, run.steps))
    world, _roster = world_of(steps, now, now + timedelta(microseconds=1))
    while run.state == RunState.RUNNING and run.due_at <= now:
        if run.step >= len(steps):
            _set_state(run, RunState.EXHAUSTED, ended_at=now)
            _record(run, "escalation.exhaust", SYSTEM, now, {})
            return
        if not _do_step(run, steps, world, now):
            return


def _do_step(run: Run, steps: tuple[Step, ...], world: World, now: datetime) -> bool:
    """Do one step and move on; False when another worker was first."""
    step, place = steps[run.step], Place(run.step, run.turn, run.due_at)
    verdict = decide(step, world, now)
    if verdict.wait_until is not None:
        return _move_on(run, Place(place.step, place.turn, verdict.wait_until))
    is_channel = step.target is Target.CHANNEL
    if not _move_on(run, after(steps, place, now, run.answer_minutes, heard=bool(verdict.told) or is_channel)):
        return False
    _tell(run, step, place, verdict.told, now)
    return True


def _move_on(run: Run, to: Place) -> bool:
    """Move to the next place, the only move there is; whoever is second finds the place taken and does nothing."""
    claimed = Run.objects.filter(pk=run.pk, state=RunState.RUNNING, step=run.step, turn=run.turn, due_at=run.due_at)
    if claimed.update(step=to.step, turn=to.turn, due_at=to.due_at) != 1:
        return False
    run.step, run.turn, run.due_at = to.step, to.turn, to.due_at
    return True


def _tell(run: Run, step: Step, place: Place, told: tuple[Told, ...], now: datetime) -> None:
    """Put the messages of a step into the outbox, and write down whom it told."""
    key = f"escalation:{run.pk}:{place.step}:{place.turn}"
    is_channel = step.target is Target.CHANNEL
    channels = ("organisation", "webhook") if is_channel else ("in_app", *step.ways)
    notify(
        now=now,
        person_ids=[each.person for each in told],
        text=run.text,
        url=run.url,
        key=key,
        exercise=run.exercise,
        channels=channels,
        group=run.group,
        priority=BASE_PRIORITY + WarningLevel(run.level).rank,
    )
    whom: list[tuple[int | None, str]] = [(each.person, each.why.value) for each in told]
    Telling.objects.bulk_create(
        Telling(run=run, step=place.step, turn=place.turn, at=now, to=step.to, person_id=person, why=why, ways=" ".join(channels), key=key)
        for person, why in whom or [(None, "")]
    )


def _record(run: Run, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    told: dict[str, object] = {"run": run.pk, "level": run.level, **detail}
    record(actor=actor, verb=verb, subject=(run.subject_kind, run.subject_id), now=now, detail=told, exercise=run.exercise)
