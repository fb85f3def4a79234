"""A review opens by itself, is written by some, and approved by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation

from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.selectors import clock_of_rule, clocks_of
from huiying.base.clocks.services import clock_start, clock_stop, clock_waive, clocks_sweep
from huiying.base.tasks.services import task_create, task_move
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.learn.reviews import selectors
from huiying.learn.reviews.models import Finding, Review
from huiying.learn.reviews.receivers import why_not_closing, why_not_reviewing
from huiying.learn.reviews.rules import REVIEW_LABELS, REVIEW_MOVES, REVIEW_TONES, ReviewState
from huiying.learn.reviews.services import (
    finding_add,
    missing_for_submission,
    review_approve,
    review_open,
    review_return,
    review_submit,
    review_write,
)
from huiying.learn.reviews.services.reviewing import _set_state
from huiying.respond.incidents.signals import incident_moved

pytestmark = pytest.mark.django_db
TEXTS = {"summary": "We answered in 29 minutes.", "effect": "No measurable effect.", "causes": "Valve", "lessons": "Name a deputy"}


def write(review: Review, cast: Any, now: datetime, who: str = "evaluator") -> Review:
    return review_write(actor=cast.actor(who), now=now, review_id=review.pk, **TEXTS)


def submitted(review: Review, cast: Any, now: datetime, who: str = "evaluator") -> Review:
    write(review, cast, now, who)
    finding_add(actor=cast.actor(who), now=now, review_id=review.pk, kind="strength", text="Calm desk", evidence="log 12")
    return review_submit(actor=cast.actor(who), now=now, review_id=review.pk)


def moved(incident: Any, new: str, now: datetime) -> None:
    incident_moved.send(sender=type(incident), incident_id=incident.pk, old="stabilising", new=new, actor=SYSTEM, now=now)


def test_resolving_an_incident_opens_its_review(resolved: Callable[..., Any], now: datetime) -> None:
    incident = resolved()
    moved(incident, "resolved", now)
    assert Review.objects.get().incident_id == incident.pk


@pytest.mark.parametrize("new", ["confirmed", "responding", "closed"])
def test_no_other_move_opens_one(resolved: Callable[..., Any], now: datetime, new: str) -> None:
    moved(resolved(), new, now)
    assert not Review.objects.exists()


def test_an_incident_resolved_twice_keeps_its_one_review(resolved: Callable[..., Any], now: datetime) -> None:
    incident = resolved()
    moved(incident, "resolved", now)
    moved(incident, "resolved", now + timedelta(days=1))
    assert Review.objects.count() == 1
    assert AuditEntry.objects.filter(verb="review.open").count() == 1


def test_an_exercise_owes_its_report_within_a_week(resolved: Callable[..., Any], now: datetime) -> None:
    incident = resolved(exercise=True)
    review = review_open(actor=SYSTEM, now=now, incident_id=incident.pk)
    clock = clock_of_rule(("incident", incident.pk), "exercise_report")
    assert clock is not None
    assert (clock.due_at - now).days == 7
    assert review.exercise is clock.exercise is True


def test_a_real_incident_owes_no_exercise_report(review: Review) -> None:
    assert clock_of_rule(("incident", review.incident_id), "exercise_report") is None


def test_an_unknown_incident_has_no_review(now: datetime) -> None:
    with pytest.raises(NotThere):
        review_open(actor=SYSTEM, now=now, incident_id=404)


def test_the_first_word_brings_the_incident_into_review(review: Review, cast: Any, now: datetime) -> None:
    write(review, cast, now)
    review.incident.refresh_from_db()
    assert review.incident.state == "reviewing"


def test_writing_again_moves_nothing(review: Review, cast: Any, now: datetime) -> None:
    write(review, cast, now)
    write(review, cast, now, who="analyst")
    assert set(review.authors.values_list("username", flat=True)) == {"evaluator", "analyst"}


@pytest.mark.parametrize("who", ["writer", "admin", "outsider"])
def test_writing_needs_the_right(review: Review, cast: Any, now: datetime, who: str) -> None:
    with pytest.raises(NotYou):
        write(review, cast, now, who)
    with pytest.raises(NotYou):
        finding_add(actor=cast.actor(who), now=now, review_id=review.pk, kind="strength", text="x", evidence="y")


def test_findings_are_numbered(review: Review, cast: Any, now: datetime) -> None:
    for _number in range(3):
        finding_add(actor=cast.actor("analyst"), now=now, review_id=review.pk, kind="strength", text="x", evidence="y")
    assert [finding.number for finding in Finding.objects.all()] == [1, 2, 3]


@pytest.mark.parametrize("wrong", [{"kind": "opinion"}, {"text": " "}, {"evidence": ""}])
def test_a_finding_needs_a_kind_words_and_evidence(review: Review, cast: Any, now: datetime, wrong: dict[str, str]) -> None:
    arguments = {"kind": "strength", "text": "x", "evidence": "y", **wrong}
    with pytest.raises(BadInput):
        finding_add(actor=cast.actor("analyst"), now=now, review_id=review.pk, **arguments)


def test_an_empty_review_says_what_it_lacks(review: Review) -> None:
    assert len(missing_for_submission(review)) == 2


def test_a_shortfall_without_an_action_cannot_be_submitted(finding: Finding, review: Review, cast: Any, now: datetime) -> None:
    write(review, cast, now)
    with pytest.raises(BadInput, match="1"):
        review_submit(actor=cast.actor("evaluator"), now=now, review_id=review.pk)


def test_a_shortfall_with_an_action_can(action: object, review: Review, cast: Any, now: datetime) -> None:
    write(review, cast, now)
    assert review_submit(actor=cast.actor("evaluator"), now=now, review_id=review.pk).state == ReviewState.SUBMITTED


def test_a_submitted_review_is_not_written_in(review: Review, cast: Any, now: datetime) -> None:
    submitted(review, cast, now)
    with pytest.raises(NotNow):
        write(review, cast, now)
    with pytest.raises(NotNow):
        finding_add(actor=cast.actor("analyst"), now=now, review_id=review.pk, kind="strength", text="x", evidence="y")


def test_a_commander_who_did_not_write_it_approves(review: Review, cast: Any, now: datetime) -> None:
    submitted(review, cast, now)
    rule = ClockRule("after_action_review", {"en": "Review"}, 2592000, None, "")
    subject = ("incident", review.incident_id)
    clock_start(actor=SYSTEM, now=now, subject=subject, rule=rule, started_at=now, start_evidence="resolved", exercise=False)
    approved = review_approve(actor=cast.actor("commander"), now=now, review_id=review.pk)
    assert (approved.state, approved.approved_by_id, approved.approved_at) == ("approved", cast.commander.pk, now)
    clock = clock_of_rule(("incident", review.incident_id), "after_action_review")
    assert clock is not None and clock.state == "met"


@pytest.mark.parametrize("state", ["responding", "stabilising", "suspected"])
def test_a_review_of_an_incident_that_is_open_again_waits(
    review: Review, cast: Any, client_as: Callable[[str], Client], now: datetime, state: str
) -> None:
    submitted(review, cast, now)
    incidents = apps.get_model("incidents", "Incident").objects
    incidents.filter(pk=review.incident_id).update(state=state)
    with translation.override("en"), pytest.raises(NotNow, match="resolve the incident first"):
        review_approve(actor=cast.actor("commander"), now=now, review_id=review.pk)
    page = client_as("commander").get(f"/reviews/{review.pk}/").content.decode()
    assert "The incident is open again" in page and "Approve the review" not in page
    incidents.filter(pk=review.incident_id).update(state="resolved")
    assert review_approve(actor=cast.actor("commander"), now=now, review_id=review.pk).state == "approved"


def test_an_author_never_approves_even_as_commander(review: Review, cast: Any, now: datetime) -> None:
    submitted(review, cast, now, who="commander")
    with pytest.raises(NotYou):
        review_approve(actor=cast.actor("commander"), now=now, review_id=review.pk)


def test_neither_the_system_nor_an_evaluator_approves(review: Review, cast: Any, now: datetime) -> None:
    submitted(review, cast, now)
    for actor in (SYSTEM, cast.actor("evaluator")):
        with pytest.raises(NotYou):
            review_approve(actor=actor, now=now, review_id=review.pk)


def test_a_returned_review_is_a_draft_again_with_the_reason(review: Review, cast: Any, now: datetime) -> None:
    submitted(review, cast, now)
    with pytest.raises(BadInput):
        review_return(actor=cast.actor("commander"), now=now, review_id=review.pk, reason="  ")
    returned = review_return(actor=cast.actor("commander"), now=now, review_id=review.pk, reason="cause of the delay?")
    assert (returned.state, returned.returned_reason) == ("draft", "cause of the delay?")
    write(review, cast, now)


@pytest.mark.parametrize("old", list(ReviewState))
@pytest.mark.parametrize("new", list(ReviewState))
def test_full_square_of_review_moves(review: Review, old: ReviewState, new: ReviewState) -> None:
    Review.objects.filter(pk=review.pk).update(state=old)
    review.refresh_from_db()
    if new in REVIEW_MOVES[old]:
        _set_state(review, new)
    else:
        with pytest.raises(NotNow):
            _set_state(review, new)
    review.refresh_from_db()
    assert review.state == (new if new in REVIEW_MOVES[old] else old)
    assert set(REVIEW_LABELS) == set(REVIEW_TONES) == set(ReviewState)


def test_the_incident_may_close_only_after_approval(review: Review, cast: Any, now: datetime) -> None:
    assert why_not_reviewing(review.incident_id, now) is None
    assert why_not_reviewing(999, now)
    assert why_not_closing(review.incident_id, now)
    submitted(review, cast, now)
    assert why_not_closing(review.incident_id, now)
    review_approve(actor=cast.actor("commander"), now=now, review_id=review.pk)
    assert why_not_closing(review.incident_id, now) is None


def test_planned_and_actual_lists_clocks_and_tasks_with_verdicts(resolved: Callable[..., Any], cast: Any, now: datetime) -> None:
    subject = ("incident", resolved().pk)

    def clock(key: str) -> int:
        rule = ClockRule(key, {"en": key}, 600, None, "")
        started = clock_start(actor=SYSTEM, now=now, subject=subject, rule=rule, started_at=now, start_evidence="x", exercise=False)
        return int(started.pk)

    def stop(key: str, minutes: int) -> None:
        at = now + timedelta(minutes=minutes)
        clock_stop(actor=SYSTEM, now=at, subject=subject, rule_key=key, stopped_at=at, stop_evidence="x")

    clock("kept"), clock("late"), clock("missed")
    clock_waive(actor=cast.actor("commander"), now=now, clock_id=clock("waived"), reason="x")
    stop("kept", 5), stop("late", 15)
    clocks_sweep(now=now + timedelta(hours=1))
    done, _open, gone = (
        task_create(
            actor=SYSTEM,
            now=now,
            subject=subject,
            title=title,
            owner_role="analyst",
            due_at=now + timedelta(hours=1),
            source="plan",
            exercise=False,
        )
        for title in ("done", "open", "cancelled")
    )
    task_move(actor=SYSTEM, now=now, task_id=done.pk, to="done")
    task_move(actor=SYSTEM, now=now, task_id=gone.pk, to="cancelled", reason="not needed")
    rows = selectors.planned_vs_actual(subject[1])
    verdicts = {row.label: row.verdict for row in rows}
    assert verdicts == {
        "kept": "kept", "late": "late", "missed": "missed", "waived": "waived", "done": "kept", "open": "open", "cancelled": "cancelled"
    }  # fmt: skip
    with translation.override("en"):
        assert next(row.late_words for row in rows if row.label == "late") == "0 h 5 min"
    counts = selectors.count_planned_vs_actual(rows)
    assert (counts.n, counts.kept, counts.late, counts.undone) == (5, 2, 1, 2)
    assert len(clocks_of(subject)) == 4


def test_everything_is_logged_on_the_incident(review: Review, cast: Any, now: datetime) -> None:
    submitted(review, cast, now)
    review_approve(actor=cast.actor("commander"), now=now, review_id=review.pk)
    verbs = AuditEntry.objects.filter(subject_kind="incident", subject_id=str(review.incident_id), verb__startswith="review.")
    assert list(verbs.values_list("verb", flat=True)) == [
        "review.open",
        "review.write",
        "review.finding",
        "review.submit",
        "review.approve",
    ]
