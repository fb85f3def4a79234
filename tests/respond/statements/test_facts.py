"""Facts: evidence, a second pair of eyes, and what happens when one is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from huiying.base.audit.selectors import entries_of
from huiying.base.notify.selectors import unread_count
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.respond.statements import selectors, services
from huiying.respond.statements.models import Fact
from huiying.respond.statements.papers import affected_statements, papers_of

pytestmark = pytest.mark.django_db


def test_a_fact_is_numbered_inside_its_incident(desk: Any, incident: Any) -> None:
    other = desk.incident()
    assert [desk.fact(incident).label, desk.fact(incident).label, desk.fact(other).label] == ["F-1", "F-2", "F-1"]


def test_a_fact_inherits_the_exercise_mark(desk: Any) -> None:
    assert desk.fact(desk.incident(exercise=True)).exercise is True
    assert desk.fact(desk.incident()).exercise is False


@pytest.mark.parametrize(("text", "evidence"), [("", "报告"), ("影响", " "), ("\x00", "报告")])
def test_a_fact_needs_text_and_evidence(cast: Any, now: datetime, incident: Any, text: str, evidence: str) -> None:
    with pytest.raises(BadInput):
        services.fact_add(actor=cast.actor("officer"), now=now, incident_id=incident.pk, text_zh=text, text_en="", evidence=evidence)


def test_who_added_a_fact_cannot_verify_it(cast: Any, now: datetime, incident: Any) -> None:
    fact = services.fact_add(actor=cast.actor("commander"), now=now, incident_id=incident.pk, text_zh="停水", text_en="", evidence="电话")
    with pytest.raises(NotYou, match="somebody else"):
        services.fact_verify(actor=cast.actor("commander"), now=now, fact_id=fact.pk)


def test_verifying_needs_the_right(desk: Any, incident: Any, cast: Any, now: datetime) -> None:
    fact = desk.fact(incident, verified=False)
    with pytest.raises(NotYou):
        services.fact_verify(actor=cast.actor("writer"), now=now, fact_id=fact.pk)


def test_a_verified_fact_says_who_and_when(desk: Any, incident: Any, cast: Any, now: datetime) -> None:
    fact = desk.fact(incident)
    stored = Fact.objects.get(pk=fact.pk)
    assert (stored.state, stored.verifier, stored.verified_at) == ("verified", cast.checker, now)


def test_a_withdrawn_fact_cannot_come_back(desk: Any, incident: Any, cast: Any, now: datetime) -> None:
    fact = desk.fact(incident)
    services.fact_withdraw(actor=cast.actor("officer"), now=now, fact_id=fact.pk, reason="读错了表")
    with pytest.raises(NotNow):
        services.fact_verify(actor=cast.actor("checker"), now=now, fact_id=fact.pk)


def test_withdrawing_needs_a_reason(desk: Any, incident: Any, cast: Any, now: datetime) -> None:
    with pytest.raises(BadInput):
        services.fact_withdraw(actor=cast.actor("officer"), now=now, fact_id=desk.fact(incident).pk, reason=" ")


def test_an_unknown_fact_is_not_there(cast: Any, now: datetime) -> None:
    with pytest.raises(NotThere):
        services.fact_verify(actor=cast.actor("checker"), now=now, fact_id=404)


def test_withdrawing_a_fact_lights_up_every_text_that_used_it(desk: Any, incident: Any, cast: Any, now: datetime) -> None:
    release = desk.release(incident)
    fact = Fact.objects.get(incident=incident)
    before = unread_count(cast.writer.pk)
    services.fact_withdraw(actor=cast.actor("officer"), now=now, fact_id=fact.pk, reason="读错了表")
    assert selectors.withdrawn_facts_of(selectors.statement(release.statement_id)) == [fact]
    assert affected_statements(papers_of(incident.pk).statements) == {fact.pk: [release.statement]}
    assert unread_count(cast.writer.pk) == before + 1


def test_a_text_that_does_not_use_it_stays_calm(desk: Any, incident: Any, cast: Any, now: datetime) -> None:
    statement = desk.draft(incident)
    other = desk.fact(incident)
    services.fact_withdraw(actor=cast.actor("officer"), now=now, fact_id=other.pk, reason="重复")
    assert selectors.withdrawn_facts_of(selectors.statement(statement.pk)) == []


def test_each_act_on_a_fact_is_logged_once(desk: Any, incident: Any, cast: Any, now: datetime) -> None:
    fact = desk.fact(incident)
    services.fact_withdraw(actor=cast.actor("officer"), now=now, fact_id=fact.pk, reason="读错了表")
    verbs = [entry.verb for entry in entries_of("incident", incident.pk) if entry.verb.startswith("fact.")]
    assert verbs == ["fact.add", "fact.verify", "fact.withdraw"]
