"""The task pages, through the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiying.base.audit.rules import SYSTEM
from huiying.base.tasks.models import Task
from huiying.base.tasks.services import task_create

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
#: queries; the frame itself asks a dozen (session, person, roles, counts of the navigation, who is on duty).
MOST_QUERIES = 20


def make(owner_id: int | None = None, title: str = "Call the lab", minutes: int = 30, exercise: bool = False) -> Task:
    now = timezone.now()
    return task_create(
        actor=SYSTEM,
        now=now,
        subject=("matter", 1),
        title=title,
        owner_id=owner_id,
        owner_role="analyst",
        group=None,
        due_at=now + timedelta(minutes=minutes),
        source="plan:x",
        exercise=exercise,
    )


def test_an_empty_list_teaches_where_tasks_come_from(client_as: Signed) -> None:
    assert "Activating a plan" in client_as("analyst").get("/tasks/").content.decode()


def test_mine_shows_only_mine(client_as: Signed, cast: Any) -> None:
    make(cast.analyst.pk, "My own work")
    make(cast.writer.pk, "Their work")
    page = client_as("analyst").get("/tasks/").content.decode()
    assert "My own work" in page and "Their work" not in page


@pytest.mark.parametrize("show", ["open", "all", "overdue", "nonsense"])
def test_the_other_lists_answer(client_as: Signed, show: str) -> None:
    make()
    assert client_as("analyst").get(f"/tasks/?show={show}").status_code == 200


def test_overdue_lists_only_what_is_late(client_as: Signed) -> None:
    make(title="Late thing", minutes=-5)
    make(title="Early thing")
    page = client_as("analyst").get("/tasks/?show=overdue").content.decode()
    assert "Late thing" in page and "Early thing" not in page


def test_an_exercise_task_is_marked(client_as: Signed) -> None:
    make(exercise=True)
    assert "exercise" in client_as("analyst").get("/tasks/?show=open").content.decode()


def test_outsiders_and_strangers_see_nothing(client_as: Signed) -> None:
    task = make()
    outsider = client_as("outsider")
    assert outsider.get("/tasks/").status_code == outsider.get(f"/tasks/{task.pk}/").status_code == 403
    assert Client().get("/tasks/").status_code == 302


def test_the_detail_page_shows_what_is_needed(client_as: Signed) -> None:
    page = client_as("commander").get(f"/tasks/{make().pk}/").content.decode()
    assert "Call the lab" in page and "Give it to somebody" in page


def test_an_unknown_task_is_404(client_as: Signed) -> None:
    assert client_as("analyst").get("/tasks/404/").status_code == 404


def test_moving_goes_back_to_where_the_button_was(client_as: Signed, cast: Any) -> None:
    task = make(cast.analyst.pk)
    response = client_as("analyst").post(f"/tasks/{task.pk}/move/", {"to": "doing", "next": "/tasks/?show=open"})
    assert response["Location"] == "/tasks/?show=open"
    assert Task.objects.get().state == "doing"


def test_moving_never_leads_to_another_site(client_as: Signed, cast: Any) -> None:
    task = make(cast.analyst.pk)
    assert client_as("analyst").post(f"/tasks/{task.pk}/move/", {"to": "doing", "next": "//evil.example"})["Location"] == "/tasks/"


@pytest.mark.parametrize(
    ("who", "data", "status"),
    [
        ("approver", {"to": "doing"}, 403),
        ("commander", {"to": "nonsense"}, 400),
        ("commander", {"to": "blocked"}, 400),
        ("commander", {"to": "todo"}, 409),
    ],
)
def test_refused_moves(client_as: Signed, who: str, data: dict[str, str], status: int) -> None:
    assert client_as(who).post(f"/tasks/{make().pk}/move/", data).status_code == status


def test_taking_and_giving(client_as: Signed, cast: Any) -> None:
    task = make()
    client_as("checker").post(f"/tasks/{task.pk}/take/")
    assert Task.objects.get().owner_id == cast.checker.pk
    client_as("commander").post(f"/tasks/{task.pk}/assign/", {"owner_id": cast.writer.pk})
    assert Task.objects.get().owner_id == cast.writer.pk
    assert client_as("commander").post(f"/tasks/{task.pk}/assign/", {"owner_id": "x"}).status_code == 400
    assert client_as("approver").post(f"/tasks/{task.pk}/assign/", {"owner_id": cast.approver.pk}).status_code == 403


def test_a_task_is_made_by_hand(client_as: Signed, cast: Any) -> None:
    data = {
        "title": "Buy water",
        "owner_id": cast.writer.pk,
        "due_at": "2026-12-01T10:00",
        "expected_result": "200 bottles",
        "resources": "",
    }
    assert client_as("commander").post("/tasks/add/", data).status_code == 302
    task = Task.objects.get()
    assert (task.title_text, task.owner_id, task.exercise) == ("Buy water", cast.writer.pk, False)
    assert client_as("auditor").post("/tasks/add/", data).status_code == 403


def test_a_wrong_form_comes_back_with_its_errors(client_as: Signed) -> None:
    response = client_as("commander").post("/tasks/add/", {"title": ""})
    assert response.status_code == 400
    assert "error" in response.content.decode()


def test_writing_needs_post(client_as: Signed) -> None:
    assert client_as("commander").get(f"/tasks/{make().pk}/move/").status_code == 405


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def test_more_rows_ask_no_more_queries(client_as: Signed, cast: Any) -> None:
    client = client_as("commander")
    counts = []
    for _round in range(2):
        for _number in range(10):
            make(cast.analyst.pk)
        counts.append(queries_of(client, "/tasks/?show=open"))
    assert counts[0] == counts[1] <= MOST_QUERIES
