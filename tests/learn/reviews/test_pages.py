"""Reviews and corrective actions, through their addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.client import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiying.base.audit.rules import SYSTEM
from huiying.learn.reviews.models import CorrectiveAction, Finding, Review
from huiying.learn.reviews.panels import review_panel
from huiying.learn.reviews.services import action_create, finding_add, review_open

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
#: queries; the frame itself asks a dozen (session, person, roles, counts of the navigation, who is on duty).
MOST_QUERIES = 20


def test_empty_lists_teach_the_next_step(client_as: Signed) -> None:
    client = client_as("analyst")
    assert "Resolving an incident opens its review" in client.get("/reviews/").content.decode()
    assert "filed from the findings" in client.get("/reviews/actions/").content.decode()


def test_outsiders_and_strangers_see_nothing(client_as: Signed, review: Review, action: CorrectiveAction) -> None:
    for path in ("/reviews/", f"/reviews/{review.pk}/", "/reviews/actions/", f"/reviews/actions/{action.pk}/"):
        assert client_as("outsider").get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_what_is_not_there_is_404(client_as: Signed, review: Review) -> None:
    client = client_as("commander")
    assert client.get("/reviews/404/").status_code == client.get("/reviews/actions/404/").status_code == 404
    assert client.post("/reviews/404/submit/").status_code == client.post("/reviews/404/approve/").status_code == 404


def test_the_whole_review_is_done_in_the_browser(client_as: Signed, review: Review, cast: Any) -> None:
    evaluator, commander = client_as("evaluator"), client_as("commander")
    home = f"/reviews/{review.pk}/"
    page = evaluator.get(home).content.decode()
    assert "Before it can be submitted" in page and "Planned and actual" in page
    assert evaluator.post(home, {"summary": "In 29 minutes", "effect": "", "causes": "", "lessons": "Deputy"})["Location"] == home
    finding = {"kind": "shortfall", "text": "Late approval", "evidence": "clock", "cause": "nobody on call"}
    assert evaluator.post(f"{home}findings/", finding).status_code == 302
    assert evaluator.post(f"{home}submit/").status_code == 400
    due = timezone.localtime(timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    filed = {"title": "On-call list", "owner_id": cast.writer.pk, "due_at": due}
    assert evaluator.post(f"/reviews/findings/{Finding.objects.get().pk}/actions/", filed).status_code == 302
    assert "Submit the review" in evaluator.get(home).content.decode()
    assert evaluator.post(f"{home}submit/").status_code == 302
    assert evaluator.post(f"{home}approve/").status_code == 403
    assert "Approve the review" in commander.get(home).content.decode()
    assert commander.post(f"{home}return/", {"reason": "more on causes"}).status_code == 302
    assert evaluator.post(f"{home}submit/").status_code == 302
    assert commander.post(f"{home}approve/").status_code == 302
    assert commander.post(f"{home}approve/").status_code == 409
    assert "approved by Commander" in commander.get(home).content.decode()


def test_a_wrong_form_names_its_field(client_as: Signed, review: Review) -> None:
    response = client_as("evaluator").post(f"/reviews/{review.pk}/findings/", {"kind": "strength", "text": "x"})
    assert response.status_code == 400
    assert "What shows it" in response.content.decode()
    too_long = client_as("evaluator").post(f"/reviews/{review.pk}/", {"summary": "x" * 8001})
    assert too_long.status_code == 400


def test_an_action_moves_in_the_browser(client_as: Signed, action: CorrectiveAction) -> None:
    path = f"/reviews/actions/{action.pk}/"
    assert client_as("evaluator").post(f"{path}move/", {"to": "accepted"}).status_code == 302
    assert client_as("writer").post(f"{path}move/", {"to": "in_progress"}).status_code == 302
    assert client_as("writer").post(f"{path}move/", {"to": "done"}).status_code == 400
    assert client_as("writer").post(f"{path}move/", {"to": "done", "note": "list hangs on the wall"}).status_code == 302
    assert client_as("writer").post(f"{path}move/", {"to": "verified", "note": "x"}).status_code == 403
    assert client_as("commander").post(f"{path}move/", {"to": "verified", "note": "seen"}).status_code == 302
    assert client_as("commander").post(f"{path}move/", {"to": "accepted"}).status_code == 409
    assert "list hangs on the wall" in client_as("writer").get(path).content.decode()


@pytest.mark.parametrize("show", ["open", "mine", "overdue", "all", "nonsense"])
def test_the_lists_of_actions_answer(client_as: Signed, action: CorrectiveAction, show: str) -> None:
    assert client_as("writer").get(f"/reviews/actions/?show={show}").status_code == 200


def test_an_overdue_action_is_marked(client_as: Signed, action: CorrectiveAction) -> None:
    CorrectiveAction.objects.update(due_at=timezone.now() - timedelta(days=1))
    assert "overdue" in client_as("writer").get("/reviews/actions/?show=mine").content.decode()


def test_an_exercise_is_marked_everywhere(client_as: Signed, resolved: Callable[..., Any], now: datetime) -> None:
    review = review_open(actor=SYSTEM, now=now, incident_id=resolved(exercise=True).pk)
    client = client_as("writer")
    for path in ("/reviews/", f"/reviews/{review.pk}/"):
        assert "exercise" in client.get(path).content.decode()


def test_the_incident_room_shows_the_review_once_there_is_one(resolved: Callable[..., Any], now: datetime) -> None:
    incident = resolved()
    request = RequestFactory().get("/")
    assert review_panel(request, incident) == ""
    review = review_open(actor=SYSTEM, now=now, incident_id=incident.pk)
    assert f"/reviews/{review.pk}/" in review_panel(request, incident)


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


@pytest.mark.parametrize("path", ["/reviews/", "/reviews/actions/"])
def test_more_rows_ask_no_more_queries(client_as: Signed, cast: Any, resolved: Callable[..., Any], now: datetime, path: str) -> None:
    client = client_as("commander")
    counts = []
    for _round in range(2):
        for number in range(10):
            review = review_open(actor=SYSTEM, now=now, incident_id=resolved(title=f"Matter {number}").pk)
            finding = finding_add(actor=SYSTEM, now=now, review_id=review.pk, kind="shortfall", text="x", evidence="y")
            action_create(actor=SYSTEM, now=now, finding_id=finding.pk, title="x", owner_id=cast.writer.pk, due_at=now + timedelta(days=1))
        counts.append(queries_of(client, path))
    assert counts[0] == counts[1] <= MOST_QUERIES
