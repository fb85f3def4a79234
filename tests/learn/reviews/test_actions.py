"""Corrective actions: owner, date, and verification by somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.services import group_set
from huiying.base.audit.rules import SYSTEM
from huiying.base.notify.selectors import messages_of
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.learn.reviews import selectors
from huiying.learn.reviews.models import CorrectiveAction, Finding, Review
from huiying.learn.reviews.rules import (
    ACTION_LABELS,
    ACTION_MOVE_LABELS,
    ACTION_MOVES,
    ACTION_TONES,
    ActionState,
    ReviewState,
    asks_for,
    escalation,
)
from huiying.learn.reviews.services import action_create, action_move, actions_sweep

pytestmark = pytest.mark.django_db


def put(action: CorrectiveAction, state: ActionState, **changes: object) -> None:
    CorrectiveAction.objects.filter(pk=action.pk).update(state=state, **changes)


def move(action: CorrectiveAction, cast: Any, now: datetime, to: str, who: str = "evaluator", note: str = "because") -> CorrectiveAction:
    return action_move(actor=cast.actor(who), now=now, action_id=action.pk, to=to, note=note)


def test_an_action_has_an_owner_a_date_and_begins_as_a_proposal(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    assert (action.state, action.owner_id, action.due_at) == ("proposed", cast.writer.pk, now + timedelta(days=10))
    assert "Night approver" in messages_of(cast.writer.pk).get().text


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"title": " "}, BadInput),
        ({"due_at": datetime.fromisoformat("2020-01-01T00:00+00:00")}, BadInput),
        ({"owner_id": 999999}, NotThere),
        ({"finding_id": 9999}, NotThere),
    ],
)  # fmt: skip
def test_an_action_that_cannot_be_tracked_is_refused(
    finding: Finding, cast: Any, now: datetime, wrong: dict[str, Any], error: type[Exception]
) -> None:
    arguments = {"finding_id": finding.pk, "title": "x", "owner_id": cast.writer.pk, "due_at": now + timedelta(days=1), **wrong}
    with pytest.raises(error):
        action_create(actor=cast.actor("analyst"), now=now, **arguments)


def test_filing_needs_the_right_and_an_unapproved_review(finding: Finding, review: Review, cast: Any, now: datetime) -> None:
    arguments: dict[str, Any] = {"finding_id": finding.pk, "title": "x", "owner_id": cast.writer.pk, "due_at": now + timedelta(days=1)}
    with pytest.raises(NotYou):
        action_create(actor=cast.actor("writer"), now=now, **arguments)
    Review.objects.filter(pk=review.pk).update(state=ReviewState.APPROVED)
    with pytest.raises(NotNow):
        action_create(actor=cast.actor("analyst"), now=now, **arguments)


@pytest.mark.parametrize("old", list(ActionState))
@pytest.mark.parametrize("new", list(ActionState))
def test_full_square_of_action_moves(action: CorrectiveAction, cast: Any, now: datetime, old: ActionState, new: ActionState) -> None:
    put(action, old)
    if new in ACTION_MOVES[old]:
        assert move(action, cast, now, new).state == new
    else:
        with pytest.raises(NotNow):
            move(action, cast, now, new)
        assert CorrectiveAction.objects.get().state == old


def test_every_state_has_words_and_a_tone() -> None:
    assert set(ACTION_LABELS) == set(ACTION_TONES) == set(ACTION_MOVES) == set(ActionState)
    assert {state for targets in ACTION_MOVES.values() for state in targets} == set(ACTION_MOVE_LABELS)


def test_the_whole_way_to_closed(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    move(action, cast, now, "accepted")
    move(action, cast, now, "in_progress", who="writer")
    done = move(action, cast, now, "done", who="writer", note="roster of December")
    assert (done.evidence, done.done_by_id) == ("roster of December", cast.writer.pk)
    verified = move(action, cast, now, "verified", note="called the number at night")
    assert (verified.verified_by_id, verified.verify_evidence) == (cast.evaluator.pk, "called the number at night")
    assert move(action, cast, now, "closed").state == "closed"


def test_the_owner_never_verifies_even_with_the_right(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    put(action, ActionState.DONE, owner=cast.evaluator, done_by=None)
    with pytest.raises(NotYou):
        move(action, cast, now, "verified")


def test_who_reported_it_done_never_verifies(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    put(action, ActionState.IN_PROGRESS)
    move(action, cast, now, "done", who="evaluator")
    with pytest.raises(NotYou):
        move(action, cast, now, "verified", who="evaluator")
    assert move(action, cast, now, "verified", who="commander").state == "verified"


def test_the_system_never_verifies(action: CorrectiveAction, now: datetime) -> None:
    put(action, ActionState.DONE)
    with pytest.raises(NotYou):
        action_move(actor=SYSTEM, now=now, action_id=action.pk, to="verified", note="x")


@pytest.mark.parametrize(("who", "to"), [("writer", "accepted"), ("writer", "rejected"), ("checker", "accepted")])
def test_moves_without_the_right_are_refused(action: CorrectiveAction, cast: Any, now: datetime, who: str, to: str) -> None:
    with pytest.raises(NotYou):
        move(action, cast, now, to, who=who)


def test_an_analyst_manages_but_does_not_verify(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    put(action, ActionState.DONE)
    with pytest.raises(NotYou):
        move(action, cast, now, "verified", who="analyst")


def test_evidence_and_reasons_are_asked_for(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    for old, targets in ACTION_MOVES.items():
        for new in targets:
            if asks_for(old, new):
                put(action, old)
                with pytest.raises(BadInput):
                    move(action, cast, now, new, note="  ")


def test_a_repeat_finding_reopens_and_is_counted(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    put(action, ActionState.CLOSED, verified_by=cast.evaluator, verified_at=now)
    again = move(action, cast, now, "reopened", note="late again in incident 9")
    assert (again.times_reopened, again.verified_by_id, again.state_reason) == (1, None, "late again in incident 9")


@pytest.mark.parametrize("to", ["finished", ""])
def test_an_unknown_state_or_action_is_refused(action: CorrectiveAction, cast: Any, now: datetime, to: str) -> None:
    with pytest.raises(BadInput):
        move(action, cast, now, to)
    with pytest.raises(NotThere):
        action_move(actor=SYSTEM, now=now, action_id=404, to="accepted")


def test_overdue_is_a_flag_that_ends_with_the_work(action: CorrectiveAction, now: datetime) -> None:
    later = now + timedelta(days=11)
    assert not action.is_overdue(now) and action.is_overdue(later)
    assert selectors.overdue_action_count(later) == 1
    put(action, ActionState.DONE)
    action.refresh_from_db()
    assert not action.is_overdue(later)


def texts(person: Any) -> list[str]:
    return [message.text for message in messages_of(person.pk) if "overdue" in message.text]


def test_lateness_climbs_from_owner_to_lead_to_command_each_once(action: CorrectiveAction, cast: Any, now: datetime) -> None:
    group_set(actor=SYSTEM, now=now, kind=GroupKind.COMMUNICATION, head=cast.publisher, deputy=None, members=[cast.writer])
    due = action.due_at
    assert actions_sweep(now=due) == 0
    assert actions_sweep(now=due + timedelta(hours=1)) == 1
    assert actions_sweep(now=due + timedelta(hours=2)) == 0
    assert (len(texts(cast.writer)), len(texts(cast.publisher)), len(texts(cast.commander))) == (1, 0, 0)
    actions_sweep(now=due + timedelta(days=7))
    assert (len(texts(cast.publisher)), len(texts(cast.commander))) == (1, 0)
    actions_sweep(now=due + timedelta(days=30))
    assert len(texts(cast.commander)) == 1


def test_who_hears_when(now: datetime) -> None:
    heard = [escalation(now, now + timedelta(days=days)) for days in (0, 1, 6, 7, 29, 30, 400)]
    assert heard == ["", "owner", "owner", "lead", "lead", "command", "command"]
