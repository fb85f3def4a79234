"""From draft to approved: who may do what, and what keeps a text in the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.approvals.selectors import all_approvals_of, approvals_of
from huiying.base.notify.selectors import unread_count
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.respond.incidents.models import Incident
from huiying.respond.statements import selectors, services
from huiying.respond.statements.models import Fact, Statement
from huiying.respond.statements.rules import Nature, SentenceText, StatementKind

pytestmark = pytest.mark.django_db


def rewrite(desk: Any, statement: Statement, sentences: list[SentenceText], **more: Any) -> Statement:
    values = {"title_zh": statement.title_zh, "title_en": statement.title_en, "next_update_at": desk.now + timedelta(hours=2), **more}
    return services.statement_write(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk, sentences=sentences, **values)


def test_a_text_walks_all_gates(desk: Any, incident: Any) -> None:
    assert desk.draft(incident).state == "draft"
    assert desk.submit(incident).state == "fact_check"
    assert desk.check(incident).state == "legal_review"
    assert desk.pending(incident).state == "pending_approval"
    assert desk.approved(incident).state == "approved"


def test_statements_are_numbered_inside_their_incident(desk: Any, incident: Any) -> None:
    assert [desk.draft(incident).number, desk.draft(incident).number, desk.draft(desk.incident()).number] == [1, 2, 1]


def test_a_figure_without_a_fact_is_refused(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    rewrite(desk, statement, [SentenceText(Nature.EMPATHY, "约 2,000 户受到影响，抱歉。", "2,000 homes, sorry.")])
    with pytest.raises(NotNow, match="Sentence 1: It carries a figure"):
        services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk)
    assert Statement.objects.get(pk=statement.pk).state == "draft"


def test_a_fact_of_another_incident_is_refused(desk: Any, incident: Any) -> None:
    foreign = desk.fact(desk.incident())
    with pytest.raises(BadInput, match="another incident"):
        rewrite(desk, desk.draft(incident), [SentenceText(Nature.FACT, "事实", "Fact", (foreign.pk,))])


def test_a_promised_time_in_the_past_is_refused(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    sentences = [
        replace(text, due_at=desk.now - timedelta(minutes=1)) if text.due_at else text for text in desk.sentences(desk.fact(incident))
    ]
    rewrite(desk, statement, sentences)
    with pytest.raises(NotNow, match="already past"):
        services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk)


def test_an_unverified_fact_stops_the_check(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident, desk.fact(incident, verified=False))
    services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk)
    with pytest.raises(NotNow, match="F-1 is not verified"):
        services.statement_check(actor=desk.actor("checker"), now=desk.now, statement_id=statement.pk)


def test_a_withdrawn_fact_stops_every_gate(desk: Any, incident: Any) -> None:
    pending = desk.pending(incident)
    services.fact_withdraw(actor=desk.actor("officer"), now=desk.now, fact_id=Fact.objects.get(incident=incident).pk, reason="错")
    with pytest.raises(NotNow, match="was withdrawn"):
        desk.sign(pending, "approver")


def test_a_private_detail_stops_the_legal_review(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    rewrite(desk, statement, [SentenceText(Nature.ADVICE, "请致电 13800138000。", "Call 13800138000.")])
    services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk)
    services.statement_check(actor=desk.actor("checker"), now=desk.now, statement_id=statement.pk)
    with pytest.raises(NotNow, match="private person"):
        services.statement_legal(actor=desk.actor("lawyer"), now=desk.now, statement_id=statement.pk, basis="条例")


def test_the_legal_review_names_its_basis(desk: Any, incident: Any) -> None:
    with pytest.raises(BadInput):
        services.statement_legal(actor=desk.actor("lawyer"), now=desk.now, statement_id=desk.check(incident).pk, basis="")


@pytest.mark.parametrize(
    ("name", "role"), [("checker", "statement_check"), ("lawyer", "statement_legal"), ("approver", "statement_approve")]
)
def test_nobody_signs_off_their_own_words(desk: Any, incident: Any, name: str, role: str) -> None:
    statement = {"checker": desk.submit, "lawyer": desk.check, "approver": desk.pending}[name](incident)
    statement.authors.add(getattr(desk.cast, name))
    more = {"statement_legal": {"basis": "条例"}, "statement_approve": {"digest": selectors.statement_digest(statement.pk)}}.get(role, {})
    with pytest.raises(NotYou):
        getattr(services, role)(actor=desk.actor(name), now=desk.now, statement_id=statement.pk, **more)


def test_a_commander_who_wrote_the_text_cannot_approve_it(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    services.statement_write(
        actor=desk.actor("commander"),
        now=desk.now,
        statement_id=statement.pk,
        title_zh="标题",
        title_en="Title",
        next_update_at=desk.now + timedelta(hours=1),
        sentences=desk.sentences(Fact.objects.get(incident=incident)),
    )
    steps: list[tuple[str, str, dict[str, str]]] = [
        ("statement_submit", "writer", {}),
        ("statement_check", "checker", {}),
        ("statement_legal", "lawyer", {"basis": "条例"}),
    ]
    for service, name, more in steps:
        getattr(services, service)(actor=desk.actor(name), now=desk.now, statement_id=statement.pk, **more)
    with pytest.raises(NotYou):
        desk.sign(statement, "commander")


@pytest.mark.parametrize("name", ["analyst", "officer", "auditor", "outsider", "admin"])
def test_others_may_not_write_check_approve_or_publish(desk: Any, incident: Any, name: str) -> None:
    statement = desk.pending(incident)
    calls: list[Any] = [
        lambda common: services.statement_submit(**common),
        lambda common: services.statement_check(**common),
        lambda common: services.statement_legal(basis="x", **common),
        lambda common: services.statement_approve(digest="x", **common),
        lambda common: services.statement_publish(**common),
        lambda common: services.statement_reject(reason="x", **common),
        lambda common: services.statement_renew(**common),
        lambda common: services.statement_correct(reason_zh="x", reason_en="x", **common),
        lambda common: services.statement_withdraw(reason_zh="x", reason_en="x", **common),
        lambda common: services.statement_return(reason="x", **common),
    ]
    for call in calls:
        with pytest.raises(NotYou):
            call({"actor": desk.actor(name), "now": desk.now, "statement_id": statement.pk})


def test_one_person_cannot_sign_twice(desk: Any, incident: Any) -> None:
    statement = desk.sign(desk.pending(incident), "approver")
    assert statement.state == "pending_approval"
    with pytest.raises(NotNow):
        desk.sign(statement, "approver")


def test_only_the_text_that_was_read_is_signed(desk: Any, incident: Any) -> None:
    with pytest.raises(NotNow, match="changed after you read it"):
        services.statement_approve(actor=desk.actor("approver"), now=desk.now, statement_id=desk.pending(incident).pk, digest="0" * 64)


def test_at_a_high_grade_two_approvers_are_not_enough(desk: Any, incident: Any) -> None:
    Incident.objects.filter(pk=incident.pk).update(grade="II_MAJOR")
    statement = desk.sign(desk.pending(incident), "approver")
    from huiying.base.accounts.models import RoleGrant

    RoleGrant.objects.create(person=desk.cast.evaluator, role="approver")
    assert desk.sign(statement, "evaluator").state == "pending_approval"
    assert desk.sign(statement, "commander").state == "approved"


def test_any_edit_voids_every_approval(desk: Any, incident: Any) -> None:
    statement = desk.approved(incident)
    before = selectors.statement_digest(statement.pk)
    rewritten = rewrite(desk, statement, desk.sentences(Fact.objects.get(incident=incident))[:-1])
    assert rewritten.state == "draft" and rewritten.approved_digest == ""
    assert approvals_of(("statement", statement.pk), before) == []
    assert all(row.voided_at for row in all_approvals_of(("statement", statement.pk)))


def test_two_writers_do_not_overwrite_each_other(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    seen = selectors.statement_digest(statement.pk)
    rewrite(desk, statement, [SentenceText(Nature.EMPATHY, "抱歉。", "Sorry.")], seen_digest=seen)
    with pytest.raises(NotNow, match="Somebody changed this text"):
        rewrite(desk, statement, [SentenceText(Nature.EMPATHY, "别的。", "Other.")], seen_digest=seen)


def test_the_digest_covers_both_languages_title_and_times(desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    texts = desk.sentences(Fact.objects.get(incident=incident))
    seen = {selectors.statement_digest(statement.pk)}
    for number, change in enumerate([{"text_en": "Changed."}, {"text_zh": "改了。"}, {"nature": Nature.UNKNOWN}], start=2):
        rewrite(desk, statement, [replace(texts[0], **change), *texts[1:]])
        seen.add(selectors.statement_digest(statement.pk))
        assert len(seen) == number
    rewrite(desk, statement, texts, next_update_at=desk.now + timedelta(hours=9))
    seen.add(selectors.statement_digest(statement.pk))
    rewrite(desk, statement, texts, title_en="Another title")
    seen.add(selectors.statement_digest(statement.pk))
    assert len(seen) == 6


def test_a_returned_text_tells_its_writer_why(desk: Any, incident: Any) -> None:
    before = unread_count(desk.cast.writer.pk)
    statement = services.statement_return(
        actor=desk.actor("checker"), now=desk.now, statement_id=desk.submit(incident).pk, reason="户数与日志不符"
    )
    assert (statement.state, statement.returned_reason) == ("returned", "户数与日志不符")
    assert unread_count(desk.cast.writer.pk) == before + 1
    assert services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk).returned_reason == ""


def test_a_draft_cannot_be_returned(desk: Any, incident: Any) -> None:
    with pytest.raises(NotNow):
        services.statement_return(actor=desk.actor("checker"), now=desk.now, statement_id=desk.draft(incident).pk, reason="x")


def test_returning_voids_the_signatures(desk: Any, incident: Any) -> None:
    statement = desk.approved(incident)
    services.statement_return(actor=desk.actor("approver"), now=desk.now, statement_id=statement.pk, reason="情况变了")
    assert approvals_of(("statement", statement.pk), selectors.statement_digest(statement.pk)) == []


def test_a_rejected_text_is_the_end(desk: Any, incident: Any) -> None:
    statement = services.statement_reject(
        actor=desk.actor("approver"), now=desk.now, statement_id=desk.pending(incident).pk, reason="不发布"
    )
    assert statement.state == "rejected"
    with pytest.raises(NotNow):
        rewrite(desk, statement, [])


def test_approvals_expire_after_four_hours_and_can_be_renewed(desk: Any, incident: Any) -> None:
    statement = desk.approved(incident)
    assert services.approvals_expire(now=desk.now + timedelta(hours=4)) == 0
    later = desk.now + timedelta(hours=4, seconds=1)
    assert services.approvals_expire(now=later) == 1
    assert Statement.objects.get(pk=statement.pk).state == "expired"
    assert services.approvals_expire(now=later) == 0
    renewed = services.statement_renew(actor=desk.actor("writer"), now=later, statement_id=statement.pk)
    assert renewed.state == "pending_approval"
    assert desk.sign(desk.sign(renewed, "approver", later), "commander", later).state == "approved"


def test_the_next_person_is_told(desk: Any, incident: Any) -> None:
    before = {name: unread_count(getattr(desk.cast, name).pk) for name in ("checker", "lawyer", "approver", "publisher")}
    desk.approved(incident)
    assert all(unread_count(getattr(desk.cast, name).pk) > count for name, count in before.items())


def test_the_holding_statement_has_a_fast_lane(desk: Any, incident: Any) -> None:
    statement = services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=desk.holding(incident).pk)
    statement = services.statement_check(actor=desk.actor("checker"), now=desk.now, statement_id=statement.pk)
    assert statement.state == "pending_approval"
    assert desk.sign(statement, "approver").state == "approved"


def test_a_rewritten_holding_statement_loses_the_fast_lane(desk: Any, incident: Any) -> None:
    statement = rewrite(desk, desk.holding(incident), [SentenceText(Nature.UNKNOWN, "正在核实。", "Being checked.")])
    assert statement.template_key == ""
    services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk)
    assert services.statement_check(actor=desk.actor("checker"), now=desk.now, statement_id=statement.pk).state == "legal_review"


def test_a_correction_cannot_be_drafted_out_of_nothing(desk: Any, incident: Any) -> None:
    with pytest.raises(BadInput):
        services.statement_draft(
            actor=desk.actor("writer"), now=desk.now, incident_id=incident.pk, kind=StatementKind.CORRECTION, title_zh="更正"
        )


def test_an_incident_that_is_over_gets_no_new_text(desk: Any, incident: Any) -> None:
    Incident.objects.filter(pk=incident.pk).update(state="dismissed")
    with pytest.raises(NotNow, match="over"):
        services.statement_draft(
            actor=desk.actor("writer"), now=desk.now, incident_id=incident.pk, kind=StatementKind.STATEMENT, title_zh="晚了"
        )


def test_an_unknown_statement_or_incident_is_not_there(desk: Any) -> None:
    with pytest.raises(NotThere):
        services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=404)
    with pytest.raises(NotThere):
        services.statement_draft(actor=desk.actor("writer"), now=desk.now, incident_id=404, kind=StatementKind.STATEMENT, title_zh="无")


def test_a_state_is_never_moved_twice(desk: Any, incident: Any, now: datetime) -> None:
    statement = desk.submit(incident)
    stale = Statement.objects.get(pk=statement.pk)
    services.statement_check(actor=desk.actor("checker"), now=now, statement_id=statement.pk)
    from huiying.respond.statements.rules import MOVES, StatementState
    from huiying.respond.statements.services.moving import move

    with pytest.raises(NotNow, match="Somebody else"):
        move(stale, StatementState.RETURNED, MOVES)
