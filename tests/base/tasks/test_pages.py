"""The task pages, through the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiying.base.accounts.models import Group
from huiying.base.audit.rules import SYSTEM
from huiying.base.tasks.models import Task
from huiying.base.tasks.selectors import COLUMN_CARDS
from huiying.base.tasks.services import order_issue, task_create

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


def issue(cast: Any, minutes: int = 60) -> Task:
    now = timezone.now()
    due_at = now + timedelta(minutes=minutes)
    return order_issue(
        actor=cast.actor("commander"),
        now=now,
        subject=("matter", 1),
        exercise=False,
        title="Deliver",
        owner_id=cast.officer.pk,
        due_at=due_at,
    )


def test_an_order_is_issued_signed_for_and_answered_by_pages(client_as: Signed, cast: Any) -> None:
    commander, officer = client_as("commander"), client_as("officer")
    data = {"title": "Deliver water", "is_order": "on", "owner_id": cast.officer.pk, "due_at": "2030-12-01T10:00", "importance": "3"}
    assert commander.post("/tasks/add/?kind=order", data).status_code == 302
    task = Task.objects.get()
    page = f"/tasks/{task.pk}/"
    assert "Sign for it" in officer.get(page).content.decode()
    assert "Sign for it" not in commander.get(page).content.decode()
    assert officer.post(f"{page}order/", {"act": "receive", "next": f"{page}#order"})["Location"] == f"{page}#order"
    assert officer.post(f"{page}order/", {"act": "answer", "text": "There", "evidence": "Note"}).status_code == 302
    assert "Accept the answer" in commander.get(page).content.decode()
    assert commander.post(f"{page}order/", {"act": "return", "text": "Whose note?", "due_at": "2030-12-02T10:00"}).status_code == 302
    assert "Whose note?" in officer.get(page).content.decode()
    assert Task.objects.get().order_state == "returned"


@pytest.mark.parametrize(
    ("who", "data", "status"),
    [
        ("writer", {"act": "receive"}, 403),
        ("officer", {"act": "accept"}, 403),
        ("officer", {"act": "answer", "text": "x", "evidence": "y"}, 409),
        ("commander", {"act": "shout"}, 400),
        ("commander", {"act": "postpone", "text": "x", "due_at": "tomorrow"}, 400),
    ],
)
def test_refused_acts(client_as: Signed, cast: Any, who: str, data: dict[str, str], status: int) -> None:
    assert client_as(who).post(f"/tasks/{issue(cast).pk}/order/", data).status_code == status


def test_an_order_without_a_time_comes_back_with_what_was_typed(client_as: Signed, cast: Any) -> None:
    response = client_as("commander").post("/tasks/add/", {"title": "Deliver water", "is_order": "on", "owner_id": cast.officer.pk})
    assert response.status_code == 400
    assert "Deliver water" in response.content.decode() and "answered" in response.content.decode()


def test_the_board_has_a_column_for_each_state_of_work(client_as: Signed, cast: Any) -> None:
    mine, theirs = make(cast.analyst.pk, "My own work"), make(cast.writer.pk, "Their work", minutes=-5)
    client = client_as("analyst")
    client.post(f"/tasks/{mine.pk}/move/", {"to": "doing"})
    page = client.get("/tasks/board/?show=open").content.decode()
    places = [page.index(word) for word in ('id="column-todo"', ">Their work<", 'id="column-doing"', ">My own work<", 'id="column-done"')]
    assert places == sorted(places)
    assert f'id="task-{theirs.pk}" class="late"' in page
    assert "Their work" not in client.get("/tasks/board/").content.decode()


def test_a_button_on_the_board_leads_back_to_its_card(client_as: Signed, cast: Any) -> None:
    task = make(cast.analyst.pk)
    assert f'value="/tasks/board/#task-{task.pk}"' in client_as("analyst").get("/tasks/board/").content.decode()


def test_a_full_column_says_how_many_more(client_as: Signed, cast: Any) -> None:
    for number in range(COLUMN_CARDS + 2):
        make(cast.analyst.pk, f"Work {number}")
    assert "2 more" in client_as("analyst").get("/tasks/board/").content.decode()


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("show=open&group=logistics_group", {"Carry"}),
        ("show=open&kind=order", {"Deliver"}),
        ("show=open&kind=plain&subject=matter:1", {"Sample", "Carry"}),
        ("show=open&subject=matter:2", set()),
        ("show=open&state=doing", set()),
        ("show=issued", {"Deliver"}),
        ("show=groups", {"Carry"}),
        ("show=open&group=nonsense", {"Sample", "Carry", "Deliver"}),
        ("show=open&subject=A B", {"Sample", "Carry", "Deliver"}),
    ],
)
@pytest.mark.parametrize("page", ["/tasks/", "/tasks/board/"])
def test_filters(client_as: Signed, cast: Any, page: str, query: str, seen: set[str]) -> None:
    group, _made = Group.objects.get_or_create(kind="logistics_group")
    group.members.add(cast.commander)
    issue(cast)
    make(title="Sample")
    Task.objects.filter(pk=make(title="Carry").pk).update(group="logistics_group")
    text = client_as("commander").get(f"{page}?{query}").content.decode()
    assert {title for title in ("Sample", "Carry", "Deliver") if f">{title}</a>" in text} == seen


def test_many_at_once_tell_what_became_of_each(client_as: Signed, cast: Any) -> None:
    tasks = [make(cast.analyst.pk), issue(cast)]
    data = {"task": [task.pk for task in tasks], "act": "move", "to": "doing", "next": "/tasks/?show=open"}
    page = client_as("commander").post("/tasks/bulk/", data).content.decode()
    assert "1 done, 1 refused" in page and "nobody has signed for" in page and "/tasks/?show=open" in page
    assert client_as("commander").post("/tasks/bulk/", {"act": "move"}).status_code == 400
    assert client_as("outsider").post("/tasks/bulk/", data).status_code == 403


def test_numbers_of_groups_are_for_who_answers_for_them(client_as: Signed, cast: Any) -> None:
    group, _made = Group.objects.get_or_create(kind="logistics_group")
    group.head = cast.officer
    group.save()
    Task.objects.filter(pk=issue(cast).pk).update(group="logistics_group")
    for who in ("commander", "auditor", "officer"):
        page = client_as(who).get("/tasks/departments/?days=30").content.decode()
        assert "logistics group" in page and "n=1" in page and "Officer</td>" not in page
    assert client_as("writer").get("/tasks/departments/").status_code == 403


def test_parts_waits_comments_and_files_by_pages(client_as: Signed, cast: Any, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    task, other = make(cast.analyst.pk, "Whole"), make(cast.analyst.pk, "Earlier")
    client, page = client_as("analyst"), f"/tasks/{task.pk}/"
    assert client.get(f"{page}part/").status_code == 200
    assert client.post(f"{page}part/", {"title": "A part", "owner_id": cast.writer.pk}).status_code == 302
    assert client.post(f"{page}wait/", {"other_id": other.pk}).status_code == 302
    assert client.post(f"{page}wait/", {"other_id": "x"}).status_code == 400
    assert client.post(f"{page}comment/", {"text": "Look at the meter"}).status_code == 302
    assert client.post(f"{page}file/", {"file": SimpleUploadedFile("lab.txt", b"pH 7")}).status_code == 302
    assert client.post(f"{page}file/").status_code == 400
    assert client.post(f"{page}due/", {"due_at": "2031-01-01T10:00"}).status_code == 302
    assert client.post(f"{page}due/").status_code == 400
    text = client.get(page).content.decode()
    assert all(word in text for word in ("A part", "Earlier", "Look at the meter", "lab.txt", "2031-01-01"))
    assert client.post(f"{page}wait/", {"other_id": other.pk, "no_more": "1"}).status_code == 302
    assert client_as("outsider").post(f"{page}comment/", {"text": "x"}).status_code == 403


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
