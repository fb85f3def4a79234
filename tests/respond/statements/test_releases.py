"""Out of the house: the exact text, the clocks it answers, the promises it makes, and how it is taken back."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from huiying.base.audit.selectors import entries_of, verify
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.selectors import clock_of_rule, clocks_of
from huiying.base.clocks.services import clock_start
from huiying.base.tasks.selectors import tasks_of
from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.respond.incidents.models import Incident
from huiying.respond.statements import selectors, services
from huiying.respond.statements.models import Commitment, Fact, Release, Sentence, Statement

pytestmark = pytest.mark.django_db


def publish(desk: Any, statement: Statement, now: Any = None) -> Release:
    return services.statement_publish(actor=desk.actor("publisher"), now=now or desk.now, statement_id=statement.pk)


def test_the_release_freezes_the_very_text_that_was_signed(desk: Any, incident: Any) -> None:
    statement = desk.approved(incident)
    release = publish(desk, statement)
    assert release.digest == statement.approved_digest == hashlib.sha256(release.body.encode()).hexdigest()
    assert json.loads(release.body)["sentences"][1]["zh-Hans"] == "影响约 3,200 户。"
    assert Statement.objects.get(pk=statement.pk).state == "published"


def test_releases_are_numbered_apart_for_exercises(desk: Any, incident: Any) -> None:
    first, rehearsal, second = desk.release(incident), desk.release(desk.incident(exercise=True)), desk.release(desk.incident())
    assert [(row.number, row.channel) for row in (first, rehearsal, second)] == [
        (1, "public_site"),
        (1, "rehearsal_site"),
        (2, "public_site"),
    ]


def test_real_and_exercise_releases_never_come_together(desk: Any, incident: Any) -> None:
    desk.release(incident)
    desk.release(desk.incident(exercise=True))
    assert [row.exercise for row in selectors.released_statements(False)] == [False]
    assert [row.exercise for row in selectors.released_statements(True)] == [True]


@pytest.mark.parametrize("step", ["draft", "submit", "check", "pending"])
def test_only_an_approved_text_is_published(desk: Any, incident: Any, step: str) -> None:
    with pytest.raises(NotNow):
        publish(desk, getattr(desk, step)(incident))
    assert not Release.objects.exists()


def test_a_text_changed_behind_the_back_is_not_published(desk: Any, incident: Any) -> None:
    statement = desk.approved(incident)
    Sentence.objects.filter(statement=statement, position=1).update(text_en="Something else.")
    with pytest.raises(NotNow, match="not the one that was approved"):
        publish(desk, statement)


def test_an_approval_older_than_four_hours_is_refused(desk: Any, incident: Any) -> None:
    statement = desk.approved(incident)
    with pytest.raises(NotNow, match="older than four hours"):
        publish(desk, statement, desk.now + timedelta(hours=5))


def test_a_fact_withdrawn_after_approval_stops_the_release(desk: Any, incident: Any) -> None:
    statement = desk.approved(incident)
    services.fact_withdraw(actor=desk.actor("officer"), now=desk.now, fact_id=Fact.objects.get(incident=incident).pk, reason="错")
    with pytest.raises(NotNow, match="does not hold"):
        publish(desk, statement)


def test_a_promise_already_past_stops_the_release(desk: Any, incident: Any) -> None:
    with pytest.raises(NotNow, match="already past"):
        publish(desk, desk.approved(incident), desk.now + timedelta(hours=3, minutes=30))


def test_a_writer_may_not_publish(desk: Any, incident: Any) -> None:
    with pytest.raises(NotYou):
        services.statement_publish(actor=desk.actor("writer"), now=desk.now, statement_id=desk.approved(incident).pk)


def run_clocks(desk: Any, incident: Any, *keys: str) -> None:
    for key in keys:
        rule = ClockRule(key, {"en": key}, 36_000, None, "test")
        clock_start(
            actor=desk.actor("commander"),
            now=desk.now,
            subject=("incident", incident.pk),
            rule=rule,
            started_at=desk.now,
            start_evidence="test",
            exercise=False,
        )


def stopped(incident: Any) -> set[str]:
    return {clock.rule_key for clock in clocks_of(("incident", incident.pk)) if clock.stopped_at}


def test_a_statement_with_facts_answers_all_clocks(desk: Any, incident: Any) -> None:
    run_clocks(desk, incident, "holding_statement", "authoritative_information", "reply", "press_conference")
    desk.release(incident)
    assert stopped(incident) == {"holding_statement", "authoritative_information", "reply"}


def test_a_holding_statement_answers_its_own_clock_only(desk: Any, incident: Any) -> None:
    run_clocks(desk, incident, "holding_statement", "authoritative_information", "reply")
    statement = services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=desk.holding(incident).pk)
    services.statement_check(actor=desk.actor("checker"), now=desk.now, statement_id=statement.pk)
    publish(desk, desk.sign(statement, "approver"))
    assert stopped(incident) == {"holding_statement"}


def test_the_next_update_runs_as_a_clock_and_the_next_release_stops_it(desk: Any, incident: Any) -> None:
    desk.release(incident)
    first = clock_of_rule(("incident", incident.pk), "next_update")
    assert first is not None and first.due_at == desk.now + timedelta(hours=2)
    desk.now += timedelta(minutes=30)
    desk.release(incident)
    newest = clock_of_rule(("incident", incident.pk), "next_update")
    assert newest is not None and newest.pk != first.pk
    first.refresh_from_db()
    assert first.state == "met"


def test_a_promise_starts_a_clock_and_a_task(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    (commitment,) = Commitment.objects.filter(release=release)
    clock = clock_of_rule(("incident", incident.pk), commitment.clock_key)
    assert clock is not None and clock.due_at == commitment.due_at
    (task,) = [task for task in tasks_of(("incident", incident.pk)) if task.source == f"commitment:{commitment.pk}"]
    assert (task.due_at, task.owner_role) == (commitment.due_at, "commander")


@pytest.mark.parametrize(("hours", "state", "clock_state"), [(3, "kept", "met"), (4, "late", "missed")])
def test_a_promise_is_kept_in_time_or_late(desk: Any, incident: Any, hours: int, state: str, clock_state: str) -> None:
    desk.release(incident)
    commitment = Commitment.objects.get()
    at = desk.now + timedelta(hours=hours)
    done = services.commitment_keep(
        actor=desk.actor("publisher"), now=at, commitment_id=commitment.pk, note_zh="已公布", note_en="Published"
    )
    assert (done.state, done.ended_at) == (state, at)
    clock = clock_of_rule(("incident", incident.pk), commitment.clock_key)
    assert clock is not None and clock.state == clock_state
    with pytest.raises(NotNow):
        services.commitment_break(actor=desk.actor("publisher"), now=at, commitment_id=commitment.pk, note_zh="又说")


def test_a_broken_promise_says_why_and_its_clock_is_not_met(desk: Any, incident: Any) -> None:
    desk.release(incident)
    commitment = Commitment.objects.get()
    with pytest.raises(BadInput):
        services.commitment_break(actor=desk.actor("publisher"), now=desk.now, commitment_id=commitment.pk, note_zh="")
    services.commitment_break(actor=desk.actor("publisher"), now=desk.now, commitment_id=commitment.pk, note_zh="设备故障")
    clock = clock_of_rule(("incident", incident.pk), commitment.clock_key)
    assert clock is not None and clock.state == "running"


def test_a_correction_replaces_and_keeps_the_old_text(desk: Any, incident: Any) -> None:
    old = desk.release(incident)
    new = desk.corrected(old)
    old.refresh_from_db()
    assert (old.corrected_by, old.statement.state) == (new, "corrected")
    body = json.loads(new.body)
    assert (body["corrects"], body["reason"]["zh-Hans"]) == (old.number, "原数未含二次供水小区。")
    assert "3,200" in old.body


def test_a_correction_needs_a_reason_in_both_languages(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    for reasons in ({"reason_zh": "", "reason_en": "x"}, {"reason_zh": "x", "reason_en": " "}):
        with pytest.raises(BadInput):
            services.statement_correct(actor=desk.actor("writer"), now=desk.now, statement_id=release.statement_id, **reasons)


def test_only_one_correction_is_written_at_a_time(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    common = {"actor": desk.actor("writer"), "now": desk.now, "statement_id": release.statement_id, "reason_zh": "错", "reason_en": "Wrong"}
    services.statement_correct(**common)
    with pytest.raises(NotNow, match="already being written"):
        services.statement_correct(**common)


def test_a_correction_drops_withdrawn_facts(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    services.fact_withdraw(actor=desk.actor("officer"), now=desk.now, fact_id=Fact.objects.get(incident=incident).pk, reason="错")
    new = services.statement_correct(
        actor=desk.actor("writer"), now=desk.now, statement_id=release.statement_id, reason_zh="户数有误", reason_en="Wrong figure"
    )
    assert [list(row.facts.all()) for row in new.sentences.all()] == [[]] * 5
    with pytest.raises(NotNow, match="A fact needs at least one entry"):
        services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=new.pk)


def test_a_correction_of_a_correction_forms_a_chain(desk: Any, incident: Any) -> None:
    first = desk.release(incident)
    second = desk.corrected(first)
    third = desk.corrected(second)
    chain = {row.number: (row.corrects, row.corrected_by) for row in selectors.released_statements(False)}
    assert chain == {first.number: (None, 2), second.number: (1, 3), third.number: (2, None)}


def test_a_closed_incident_can_still_be_corrected(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    Incident.objects.filter(pk=incident.pk).update(state="closed")
    assert desk.corrected(release).number == 2


def withdraw(desk: Any, release: Release, name: str, zh: str = "内容有误") -> Statement:
    return services.statement_withdraw(
        actor=desk.actor(name), now=desk.now, statement_id=release.statement_id, reason_zh=zh, reason_en="Wrong in substance"
    )


def test_withdrawing_takes_two_people_and_leaves_a_tombstone(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    assert withdraw(desk, release, "approver").state == "published"
    release.refresh_from_db()
    assert release.withdrawn_at is None
    with pytest.raises(NotNow):
        withdraw(desk, release, "approver")
    assert withdraw(desk, release, "commander").state == "withdrawn"
    release.refresh_from_db()
    assert (release.withdrawn_at, release.withdrawn_reason_zh, release.digest != "") == (desk.now, "内容有误", True)


def test_a_second_person_with_other_words_begins_anew(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    withdraw(desk, release, "approver")
    assert withdraw(desk, release, "commander", "另一个理由").state == "published"


def test_a_draft_cannot_be_withdrawn(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    with pytest.raises(NotNow):
        services.statement_withdraw(actor=desk.actor("approver"), now=desk.now, statement_id=statement.pk, reason_zh="x", reason_en="x")


def test_every_step_is_in_the_log_and_the_chain_holds(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    verbs = [entry.verb for entry in entries_of("statement", release.statement_id) if entry.verb.startswith("statement.")]
    assert verbs == [
        "statement.draft",
        "statement.submit",
        "statement.check",
        "statement.legal",
        "statement.approve",
        "statement.approve",
        "statement.publish",
    ]
    assert verify().broken_at is None


def test_a_repeated_promise_is_one_promise(desk: Any, incident: Any) -> None:
    desk.corrected(desk.release(incident))
    assert Commitment.objects.count() == 1


def test_a_correction_keeps_the_next_update_that_is_still_ahead(desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    common = {"actor": desk.actor("writer"), "statement_id": release.statement_id, "reason_zh": "错", "reason_en": "Wrong"}
    assert services.statement_correct(now=desk.now, **common).next_update_at == release.statement.next_update_at
    other = desk.release(desk.incident())
    late = services.statement_correct(**{**common, "statement_id": other.statement_id}, now=desk.now + timedelta(hours=5))
    assert late.next_update_at is None
