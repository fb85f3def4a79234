from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.services import record, register_verbs
from huiying.base.audit.triggers import drop_statements

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def act(now: datetime, n: int = 1, verb: str = "test.act") -> None:
    register_verbs({"test.act": "acted in a test", "other.act": "did another thing"})
    for _act in range(n):
        record(actor=SYSTEM, verb=verb, subject=("thing", 7), now=now, detail={"title": "Brown water", "names": ["a", "b"]}, exercise=True)


@pytest.mark.parametrize("name", ["auditor", "admin", "commander"])
def test_those_with_the_right_read_the_log(client_as: SignIn, now: datetime, name: str) -> None:
    act(now)
    page = client_as(name).get("/audit/").content.decode()
    assert "acted in a test" in page
    assert "Brown water" in page
    assert "names: a, b" in page


@pytest.mark.parametrize("name", ["writer", "analyst", "outsider"])
@pytest.mark.parametrize("address", ["/audit/", "/audit/verify/"])
def test_nobody_else_reads_it(client_as: SignIn, name: str, address: str) -> None:
    assert client_as(name).get(address).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/audit/").status_code == 302


def test_the_filter_narrows_by_act_person_and_subject(client_as: SignIn, now: datetime) -> None:
    act(now)
    act(now, verb="other.act")
    auditor = client_as("auditor")
    assert "acted in a test" not in auditor.get("/audit/?verb=other.").content.decode()
    assert "acted in a test" in auditor.get("/audit/?actor=huiying&kind=thing&id=7").content.decode()
    assert "No entry matches" in auditor.get("/audit/?id=8").content.decode()


def test_a_character_that_no_database_keeps_is_refused(client_as: SignIn) -> None:
    assert client_as("auditor").get("/audit/?verb=%00").status_code == 400


@pytest.mark.parametrize("query", ["page=abc", "page=99999", "id=%F0%9F%92%A7", "kind=" + "x" * 500])
def test_odd_addresses_are_answered(client_as: SignIn, now: datetime, query: str) -> None:
    act(now)
    assert client_as("auditor").get(f"/audit/?{query}").status_code == 200


def test_verification_shows_the_head_or_the_break(client_as: SignIn, now: datetime) -> None:
    act(now, 3)
    auditor = client_as("auditor")
    assert "3 entries were checked" in auditor.get("/audit/verify/").content.decode()
    with connection.cursor() as cursor:
        for statement in drop_statements(connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE audit_auditentry SET body = 'forged' WHERE seq = 2")
    assert "breaks at entry 2" in auditor.get("/audit/verify/").content.decode()


def test_the_list_costs_the_same_queries_however_long(client_as: SignIn, now: datetime, django_assert_max_num_queries: Any) -> None:
    auditor = client_as("auditor")
    counts = []
    for _round in range(2):
        act(now, 10)
        with django_assert_max_num_queries(8) as captured:
            auditor.get("/audit/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
