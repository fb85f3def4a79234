"""A run tells one after another until somebody answers, and not once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from tests.base.escalation.conftest import SUBJECT

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.services import group_set
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.escalation.models import Run, Telling
from huiying.base.escalation.rules import MOVES, STATE_LABELS, STATE_TONES, Chain, RunState, Step
from huiying.base.escalation.services import chain_save, escalation_acknowledge, escalation_end, escalations_sweep
from huiying.base.escalation.services.runs import _set_state
from huiying.base.notify.models import Message
from huiying.base.ui.errors import NotNow

pytestmark = pytest.mark.django_db
Start = Callable[..., Run]
MINUTE = timedelta(minutes=1)


def told() -> list[tuple[int, str]]:
    return [(message.pk, message.person.username) for message in Message.objects.select_related("person").order_by("pk") if message.person]


def names() -> list[str]:
    return [name for _pk, name in told()]


def test_the_first_step_is_done_at_once_in_the_same_transaction(on_duty: Any, start: Start, now: datetime) -> None:
    run = start()
    assert (run.state, run.step, run.due_at) == ("running", 1, now + 5 * MINUTE)
    assert names() == ["analyst", "commander"]
    message = Message.objects.order_by("pk").first()
    assert message is not None and message.group == "warning:12" and message.text == "Water turns yellow" and message.priority > 0


def test_steps_follow_at_their_moments_until_nobody_is_left(on_duty: Any, start: Start, now: datetime) -> None:
    group_set(actor=SYSTEM, now=now, kind=GroupKind.COMMAND, head=on_duty.approver, deputy=None, members=[on_duty.lawyer])
    start()
    for minute in range(1, 120):
        escalations_sweep(now=now + minute * MINUTE)
    run = Run.objects.get()
    assert run.state == RunState.EXHAUSTED
    assert set(names()) == {"analyst", "commander", "approver", "lawyer"}
    keys = list(Telling.objects.order_by("at", "pk").values_list("step", "turn").distinct())
    assert keys == sorted(keys) and {step for step, _turn in keys} == set(range(len(run.steps)))
    assert AuditEntry.objects.filter(verb="escalation.exhaust").count() == 1


def test_a_sweep_that_comes_late_skips_nothing_and_does_not_tell_all_at_once(on_duty: Any, start: Start, now: datetime) -> None:
    run = start("YELLOW")
    late = now + timedelta(hours=8)
    assert escalations_sweep(now=late) == 1
    run.refresh_from_db()
    assert names() == ["analyst", "analyst"]
    assert (run.step, run.turn, run.due_at) == (1, 0, late + 5 * MINUTE)
    assert escalations_sweep(now=late) == 0


def test_a_clock_put_back_delays_and_tells_nobody_twice(on_duty: Any, start: Start, now: datetime) -> None:
    start()
    assert escalations_sweep(now=now - timedelta(hours=2)) == 0
    assert escalations_sweep(now=now + 5 * MINUTE) == 1
    assert escalations_sweep(now=now + 4 * MINUTE) == 0
    keys = list(Telling.objects.values_list("run", "step", "turn", "person"))
    assert len(keys) == len(set(keys))


def test_answering_takes_back_everything_that_waits_and_nothing_follows(on_duty: Any, start: Start, now: datetime) -> None:
    on_duty.analyst.email = "analyst@example.org"
    on_duty.analyst.save()
    start()
    assert Message.objects.filter(state="pending").count() == 1
    escalation_acknowledge(actor=on_duty.actor("analyst"), now=now + MINUTE, subject=SUBJECT)
    assert set(Message.objects.filter(channel="email").values_list("state", "answered_by")) == {("cancelled", "Analyst")}
    before = Message.objects.count()
    for minute in range(120):
        escalations_sweep(now=now + minute * MINUTE)
    assert Message.objects.count() == before
    run = Run.objects.get()
    assert (run.state, run.answered_by, run.ended_at) == ("acknowledged", on_duty.analyst, now + MINUTE)


def test_whoever_is_second_is_told_who_was_first(on_duty: Any, start: Start, now: datetime) -> None:
    start()
    escalation_acknowledge(actor=on_duty.actor("analyst"), now=now, subject=SUBJECT)
    with pytest.raises(NotNow, match="Analyst acknowledged it first, at 02:40:00"):
        escalation_acknowledge(actor=on_duty.actor("commander"), now=now, subject=SUBJECT)
    assert Run.objects.get().answered_by == on_duty.analyst


@pytest.mark.postgresql
def test_of_two_in_the_same_moment_one_wins(at_once: Callable[..., list[Any]], on_duty: Any, start: Start, now: datetime) -> None:
    start()
    take = [partial(escalation_acknowledge, actor=on_duty.actor(name), now=now, subject=SUBJECT) for name in ("analyst", "commander")]
    results = at_once(*take)
    winner = Run.objects.get().answered_by
    (refusal,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(refusal, NotNow) and winner is not None and str(winner) in str(refusal)


@pytest.mark.postgresql
def test_two_workers_sweep_at_once_and_each_step_happens_once(
    at_once: Callable[..., list[Any]], on_duty: Any, start: Start, now: datetime
) -> None:
    for number in range(5):
        start(subject=("warning", number))
    sweep = partial(escalations_sweep, now=now + 5 * MINUTE)
    assert not [result for result in at_once(sweep, sweep, sweep) if isinstance(result, Exception)]
    keys = list(Telling.objects.values_list("run", "step", "turn", "person"))
    assert len(keys) == len(set(keys))
    assert set(Run.objects.values_list("step", "turn")) == {(2, 0)}


def test_a_higher_level_takes_the_place_of_a_lower_one_and_a_lower_one_changes_nothing(on_duty: Any, start: Start, now: datetime) -> None:
    first = start("YELLOW")
    assert start("YELLOW", at=now + MINUTE).pk == first.pk and start("BLUE", at=now + MINUTE).pk == first.pk
    second = start("RED", at=now + 2 * MINUTE)
    first.refresh_from_db()
    assert (first.state, first.reason, second.state) == ("ended", "raised to a higher level", "running")
    assert Message.objects.filter(key__startswith=f"escalation:{first.pk}:", answered_at=None).count() == 0


def test_ending_without_an_answer_stops_the_noise_too(on_duty: Any, start: Start, now: datetime) -> None:
    start()
    escalation_end(actor=on_duty.actor("commander"), now=now, subject=SUBJECT, reason="False alarm")
    assert escalations_sweep(now=now + timedelta(hours=9)) == 0
    assert Run.objects.get().reason == "False alarm"
    assert escalation_end(actor=SYSTEM, now=now, subject=SUBJECT) is None
    assert escalation_acknowledge(actor=SYSTEM, now=now, subject=("warning", 404)) is None


def test_a_step_that_finds_nobody_is_written_down_and_the_next_comes_at_once(cast: Any, start: Start, now: datetime) -> None:
    steps = (Step("deputy:analyst"), Step("head:leading_group", wait=10), Step(f"person:{cast.lawyer.pk}", wait=10, repeat=2, every=3))
    chain_save(actor=cast.actor("admin"), now=now, chain=Chain("warning", "RED", steps))
    run = start("RED")
    assert names() == ["lawyer"]
    assert list(Telling.objects.values_list("step", "person")) == [(0, None), (1, None), (2, cast.lawyer.pk)]
    assert run.due_at == now + 3 * MINUTE


def test_a_run_keeps_the_steps_it_began_with(on_duty: Any, start: Start, now: datetime) -> None:
    run = start()
    chain_save(actor=on_duty.actor("admin"), now=now, chain=Chain("warning", "ORANGE", (Step(f"person:{on_duty.lawyer.pk}"),)))
    before = run.steps
    escalations_sweep(now=now + 5 * MINUTE)
    run.refresh_from_db()
    assert run.steps == before and "lawyer" not in names()


def test_an_exercise_stays_an_exercise(on_duty: Any, start: Start) -> None:
    start(exercise=True)
    assert set(Message.objects.values_list("exercise", "channel")) == {(True, "in_app")}


def test_one_run_that_cannot_go_on_holds_up_no_other(on_duty: Any, start: Start, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    broken, fine = start(subject=("warning", 1)), start(subject=("warning", 2))
    Run.objects.filter(pk=broken.pk).update(steps=[{"nonsense": 1}])
    assert escalations_sweep(now=now + 5 * MINUTE) == 1
    fine.refresh_from_db()
    assert (fine.step, fine.turn) == (2, 0) and f"Escalation {broken.pk}" in caplog.text


@pytest.mark.parametrize(("old", "new"), list(product(RunState, RunState)))
def test_full_square_of_moves(on_duty: Any, start: Start, now: datetime, old: RunState, new: RunState) -> None:
    run = start()
    Run.objects.update(state=old)
    run.refresh_from_db()
    if new in MOVES[old]:
        _set_state(run, new, ended_at=now)
    else:
        with pytest.raises(NotNow):
            _set_state(run, new, ended_at=now)
    assert Run.objects.get().state == (new if new in MOVES[old] else old)
    assert set(MOVES) == set(STATE_LABELS) == set(STATE_TONES) == set(RunState)
