"""The statement room through its addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from huiying.respond.statements import selectors, services
from huiying.respond.statements.models import Commitment, Fact, Statement
from huiying.respond.statements.panels import facts_panel, statements_panel
from huiying.respond.statements.rules import StatementKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> Any:
    """Return the real hour: the pages act now."""
    return timezone.now().replace(microsecond=0)


def holding_form(**changes: str) -> dict[str, str]:
    at = timezone.localtime(timezone.now() + timedelta(hours=2))
    return {
        "what": "holding",
        "matter__zh": "自来水发黄",
        "matter__en": "discoloured water",
        "doing__zh": "检修人员已到现场",
        "doing__en": "Crews are on site",
        "advice__zh": "",
        "advice__en": "",
        "help__zh": "拨打 96116",
        "help__en": "call 96116",
        "next_update_at": at.strftime("%Y-%m-%dT%H:%M"),
        **changes,
    }


def test_the_list_teaches_the_next_step_when_empty(client_as: Any) -> None:
    page = client_as("writer").get(reverse("statements:list"))
    assert page.status_code == 200 and b"Open an incident" in page.content


@pytest.mark.parametrize("rows", [10, 20])
def test_the_list_keeps_its_query_budget(client_as: Any, desk: Any, incident: Any, django_assert_max_num_queries: Any, rows: int) -> None:
    fact = desk.fact(incident)
    for _ in range(rows):
        desk.draft(incident, fact)
    client = client_as("writer")
    with django_assert_max_num_queries(8):
        page = client.get(reverse("statements:list"))
    assert page.content.count(b"<tr>") == rows + 1


@pytest.mark.parametrize("state", ["running", "published", "all", "nonsense"])
def test_the_list_filters_by_state(client_as: Any, desk: Any, incident: Any, state: str) -> None:
    desk.release(incident)
    desk.draft(incident)
    page = client_as("auditor").get(reverse("statements:list"), {"state": state})
    assert page.content.count(b"<tr>") - 1 == {"running": 1, "published": 1, "all": 2}.get(state, -1)


def test_a_holding_statement_is_drafted_from_the_gaps(client_as: Any, incident: Any) -> None:
    client = client_as("writer")
    address = reverse("statements:begin", args=[incident.pk])
    assert b"Holding statement" in client.get(address).content
    answer = client.post(address, holding_form())
    statement = Statement.objects.get()
    assert answer.headers["Location"] == reverse("statements:detail", args=[statement.pk])
    texts = [row.text_zh for row in statement.sentences.all()]
    assert any(text == "检修人员已到现场。" for text in texts) and not any("。。" in text or "{" in text for text in texts)
    assert [row.nature for row in statement.sentences.all()] == ["empathy", "action", "unknown", "advice", "commitment"]


def test_a_refused_form_keeps_what_was_typed(client_as: Any, incident: Any) -> None:
    answer = client_as("writer").post(reverse("statements:begin", args=[incident.pk]), holding_form(matter__en=""))
    assert answer.status_code == 400
    assert "检修人员已到现场" in answer.content.decode()
    assert not Statement.objects.exists()


def test_an_empty_longer_text_opens_the_editor(client_as: Any, incident: Any) -> None:
    answer = client_as("writer").post(
        reverse("statements:begin", args=[incident.pk]),
        {"what": "empty", "kind": "statement", "title_zh": "情况通报", "title_en": "Notice"},
    )
    assert answer.headers["Location"] == reverse("statements:edit", args=[Statement.objects.get().pk])


def editor_form(statement: Statement, fact: Fact, **changes: Any) -> dict[str, Any]:
    rows = [("fact", "影响约 3,200 户。", "About 3,200 homes.", [fact.pk]), ("empathy", "抱歉。", "Sorry.", [])]
    form: dict[str, Any] = {
        "title_zh": "最新情况",
        "title_en": "Latest",
        "next_update_at": "",
        "seen_digest": selectors.statement_digest(statement.pk),
        "s-TOTAL_FORMS": "3",
        "s-INITIAL_FORMS": "0",
        "s-MIN_NUM_FORMS": "0",
        "s-MAX_NUM_FORMS": "60",
    }
    for index, (nature, zh, en, facts) in enumerate(rows):
        form |= {
            f"s-{index}-nature": nature,
            f"s-{index}-text_zh": zh,
            f"s-{index}-text_en": en,
            f"s-{index}-facts": facts,
            f"s-{index}-ORDER": str(2 - index),
        }
    form |= {"s-2-nature": "fact", "s-2-text_zh": "", "s-2-text_en": ""}
    return form | changes


def test_the_editor_saves_rows_in_the_order_asked_for_and_skips_empty_ones(client_as: Any, desk: Any, incident: Any) -> None:
    statement = services.statement_draft(
        actor=desk.actor("writer"), now=desk.now, incident_id=incident.pk, kind=StatementKind.STATEMENT, title_zh="空"
    )
    fact = desk.fact(incident)
    client = client_as("writer")
    assert client.get(reverse("statements:edit", args=[statement.pk])).status_code == 200
    answer = client.post(reverse("statements:edit", args=[statement.pk]), editor_form(statement, fact))
    assert answer.status_code == 302
    assert [(row.nature, list(row.facts.all())) for row in statement.sentences.all()] == [("empathy", []), ("fact", [fact])]


def test_the_editor_says_when_somebody_else_was_faster(client_as: Any, desk: Any, incident: Any) -> None:
    statement, fact = desk.draft(incident), desk.fact(incident)
    answer = client_as("writer").post(reverse("statements:edit", args=[statement.pk]), editor_form(statement, fact, seen_digest="0" * 64))
    assert answer.status_code == 409
    assert b"Somebody changed this text" in answer.content and "影响约 3,200 户。" in answer.content.decode()


def test_the_whole_way_out_by_buttons(client_as: Any, desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)

    def press(name: str, act: str, **form: str) -> None:
        answer = client_as(name).post(reverse(f"statements:{act}", args=[statement.pk]), form)
        assert answer.status_code == 302, answer.content.decode()[-600:]

    press("writer", "submit")
    press("checker", "check")
    press("lawyer", "legal", basis="政府信息公开条例")
    page = client_as("approver").get(reverse("statements:detail", args=[statement.pk])).content.decode()
    digest = selectors.statement_digest(statement.pk)
    assert "Approve this text" in page and f'value="{digest}"' in page
    press("approver", "approve", digest=digest)
    assert "Approve this text" not in client_as("approver").get(reverse("statements:detail", args=[statement.pk])).content.decode()
    press("commander", "approve", digest=digest)
    press("publisher", "publish")
    assert Statement.objects.get(pk=statement.pk).state == "published"


@pytest.mark.parametrize(
    ("name", "act", "status"),
    [
        ("outsider", "submit", 403),
        ("writer", "check", 403),
        ("writer", "approve", 403),
        ("writer", "publish", 403),
        ("publisher", "publish", 409),
        ("checker", "check", 409),
    ],
)
def test_refusals_have_their_own_status(client_as: Any, desk: Any, incident: Any, name: str, act: str, status: int) -> None:
    statement = desk.draft(incident)
    assert client_as(name).post(reverse(f"statements:{act}", args=[statement.pk])).status_code == status


def test_what_is_not_there_is_404_and_strangers_must_sign_in(client_as: Any, client: Any) -> None:
    assert client_as("writer").get(reverse("statements:detail", args=[404])).status_code == 404
    assert client_as("writer").get(reverse("statements:begin", args=[404])).status_code == 404
    assert client.get(reverse("statements:list")).status_code == 302
    assert client_as("outsider").get(reverse("statements:list")).status_code == 403


def test_acts_need_a_post(client_as: Any, desk: Any, incident: Any) -> None:
    assert client_as("writer").get(reverse("statements:submit", args=[desk.draft(incident).pk])).status_code == 405


def test_the_writer_sees_why_a_sentence_cannot_be_handed_in(client_as: Any, desk: Any, incident: Any) -> None:
    statement = desk.draft(incident)
    statement.sentences.filter(position=1).update(text_en="")
    page = client_as("writer").get(reverse("statements:detail", args=[statement.pk])).content.decode()
    assert "The English text is missing." in page


def test_facts_are_added_verified_and_withdrawn_by_form(client_as: Any, incident: Any) -> None:
    answer = client_as("officer").post(
        reverse("statements:fact_new", args=[incident.pk]), {"text_zh": "停水", "text_en": "", "evidence": "电话记录", "public_source": ""}
    )
    fact = Fact.objects.get()
    assert answer.headers["Location"].endswith("#facts")
    client_as("checker").post(reverse("statements:fact_verify", args=[fact.pk]))
    fact.refresh_from_db()
    assert fact.state == "verified"
    client_as("officer").post(reverse("statements:fact_withdraw", args=[fact.pk]), {"reason": "误报"})
    fact.refresh_from_db()
    assert fact.state == "withdrawn"
    assert client_as("officer").post(reverse("statements:fact_new", args=[incident.pk]), {"text_zh": "停水"}).status_code == 400
    assert client_as("officer").get(reverse("statements:fact_new", args=[incident.pk])).status_code == 200


def test_correct_and_withdraw_by_form(client_as: Any, desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    reasons = {"reason_zh": "户数有误", "reason_en": "Wrong figure"}
    answer = client_as("writer").post(reverse("statements:correct", args=[release.statement_id]), reasons)
    new = Statement.objects.get(corrects=release.statement)
    assert answer.headers["Location"] == reverse("statements:edit", args=[new.pk])
    assert "户数有误" in client_as("writer").get(answer.headers["Location"]).content.decode()
    client_as("approver").post(reverse("statements:withdraw", args=[release.statement_id]), reasons)
    page = client_as("commander").get(reverse("statements:detail", args=[release.statement_id])).content.decode()
    assert "Confirm the withdrawal" in page
    client_as("commander").post(reverse("statements:withdraw", args=[release.statement_id]), reasons)
    assert Statement.objects.get(pk=release.statement_id).state == "withdrawn"


def test_return_reject_renew_by_form(client_as: Any, desk: Any, incident: Any) -> None:
    statement = desk.pending(incident)
    client_as("approver").post(reverse("statements:return", args=[statement.pk]), {"reason": "太长"})
    assert Statement.objects.get(pk=statement.pk).state == "returned"
    client_as("approver").post(reverse("statements:reject", args=[statement.pk]), {"reason": "不发"})
    assert Statement.objects.get(pk=statement.pk).state == "rejected"
    other = desk.approved(incident)
    services.approvals_expire(now=desk.now + timedelta(hours=5))
    client_as("writer").post(reverse("statements:renew", args=[other.pk]))
    assert Statement.objects.get(pk=other.pk).state == "pending_approval"


def test_a_promise_is_marked_by_form(client_as: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    commitment = Commitment.objects.get()
    form = {"outcome": "kept", "note_zh": "已公布", "note_en": "Published"}
    answer = client_as("publisher").post(reverse("statements:commitment_end", args=[commitment.pk]), form)
    assert answer.status_code == 302
    commitment.refresh_from_db()
    assert commitment.state == "kept"


def test_the_incident_room_shows_facts_and_statements(client_as: Any, desk: Any, incident: Any, rf: Any) -> None:
    desk.release(incident)
    services.fact_withdraw(actor=desk.actor("officer"), now=desk.now, fact_id=Fact.objects.get().pk, reason="读错了表")
    request = rf.get("/")
    request.user = desk.cast.checker
    with translation.override("en"):
        assert "读错了表" in facts_panel(request, incident) and "stands on it" in facts_panel(request, incident)
        assert "a fact was withdrawn" in statements_panel(request, incident)
    page = client_as("writer").get(reverse("incidents:detail", args=[incident.pk])).content.decode()
    assert 'id="facts"' in page and 'id="statements"' in page and reverse("statements:begin", args=[incident.pk]) in page


def test_panels_are_empty_for_people_without_the_right(desk: Any, incident: Any, rf: Any) -> None:
    request = rf.get("/")
    request.user = desk.cast.outsider
    assert facts_panel(request, incident) == statements_panel(request, incident) == ""


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("step", ["draft", "holding", "submit", "check", "pending", "approved", "release"])
def test_every_state_has_a_page_in_every_language(client_as: Any, desk: Any, incident: Any, step: str, language: str) -> None:
    made = getattr(desk, step)(incident)
    statement_id = made.statement_id if step == "release" else made.pk
    for name in ("writer", "checker", "lawyer", "commander", "publisher"):
        assert client_as(name).get(reverse("statements:detail", args=[statement_id]), {"lang": language}).status_code == 200
