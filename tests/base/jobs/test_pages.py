from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from huiying.base.jobs.models import Heartbeat, Job
from huiying.base.jobs.rules import JobState

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def dead_job(now: datetime) -> Job:
    return Job.objects.create(
        name="test.note", state=JobState.DEAD, run_at=now, created_at=now, finished_at=now, attempts=5, last_error="ValueError: no luck"
    )


def test_an_administrator_sees_processes_and_dead_jobs_with_their_reason(client_as: SignIn, now: datetime) -> None:
    dead_job(now)
    Heartbeat.objects.create(role="collector", at=now)
    page = client_as("admin").get("/jobs/").content.decode()
    assert "ValueError: no luck" in page
    assert "collector" in page
    assert "Run again" in page


def test_the_empty_page_explains_itself(client_as: SignIn) -> None:
    page = client_as("admin").get("/jobs/").content.decode()
    assert "Nothing was given up" in page


@pytest.mark.parametrize("name", ["commander", "writer", "outsider"])
def test_nobody_else_sees_machine_work(client_as: SignIn, name: str) -> None:
    assert client_as(name).get("/jobs/").status_code == 403


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/jobs/").status_code == 302


def test_rerun_by_button_and_its_three_refusals(client_as: SignIn, now: datetime) -> None:
    job = dead_job(now)
    assert client_as("writer").post(f"/jobs/{job.pk}/rerun/").status_code == 403
    admin = client_as("admin")
    assert admin.get(f"/jobs/{job.pk}/rerun/").status_code == 405
    assert admin.post("/jobs/999999/rerun/").status_code == 404
    assert admin.post(f"/jobs/{job.pk}/rerun/").status_code == 302
    assert admin.post(f"/jobs/{job.pk}/rerun/").status_code == 409


def test_the_list_costs_the_same_queries_however_long(client_as: SignIn, now: datetime, django_assert_max_num_queries: Any) -> None:
    admin = client_as("admin")  # the frame of an administrator takes eleven of the sixteen
    counts = []
    for _round in range(2):
        for _job in range(10):
            dead_job(now)
        with django_assert_max_num_queries(8) as captured:
            admin.get("/jobs/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
