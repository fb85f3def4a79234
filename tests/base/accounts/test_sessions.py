"""What is taken away counts from the next request on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiying.base.accounts.models import RoleGrant, Session

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
PAGE = "/rosters/"


def is_let_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


@pytest.fixture
def client(client_as: SignIn) -> Client:
    """Return an analyst's client that has been let in once."""
    client = client_as("analyst")
    assert is_let_in(client)
    return client


def test_session_person_and_roles_are_one_query(cast: Any, client: Client, django_assert_num_queries: Any) -> None:
    RoleGrant.objects.create(person=cast.analyst, role="writer")
    with django_assert_num_queries(1):
        assert client.get("/exercises/act-as/nobody/").status_code in {403, 404, 405}


def test_a_right_taken_away_is_gone_at_once(cast: Any, client: Client) -> None:
    RoleGrant.objects.filter(person=cast.analyst).delete()
    assert client.get(PAGE).status_code == 403


def test_a_right_given_counts_at_once(cast: Any, client: Client) -> None:
    assert client.get("/audit/").status_code == 403
    RoleGrant.objects.create(person=cast.analyst, role="auditor")
    assert client.get("/audit/").status_code == 200


def test_somebody_deactivated_is_out_at_once(cast: Any, client: Client) -> None:
    cast.analyst.is_active = False
    cast.analyst.save()
    assert client.get(PAGE).status_code == 302


def test_a_new_password_ends_the_other_sessions(cast: Any, client: Client) -> None:
    cast.analyst.set_password("a new and long password")
    cast.analyst.save()
    assert client.get(PAGE).status_code == 302


def test_a_cookie_kept_after_signing_out_opens_nothing(client: Client) -> None:
    kept = client.cookies["sessionid"].value
    client.post("/people/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_let_in(thief)


def test_a_session_ends_when_its_row_is_gone_or_too_old(cast: Any, client: Client, client_as: SignIn) -> None:
    Session.objects.filter(person=cast.analyst).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_let_in(client)
    again = client_as("analyst")
    cast.analyst.sessions.all().delete()
    assert not is_let_in(again)


def test_a_session_serves_only_its_own_person(cast: Any, client: Client) -> None:
    Session.objects.filter(person=cast.analyst).update(person=cast.admin)
    assert not is_let_in(client)


def test_somebody_without_any_role_is_signed_in_all_the_same(client_as: SignIn) -> None:
    assert client_as("outsider").get(PAGE).status_code == 403


def test_a_stranger_costs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get(PAGE).status_code == 302


def test_sessions_that_are_over_are_deleted_by_the_worker(client: Client, client_as: SignIn) -> None:
    from huiying.base.jobs.registry import handler

    now = timezone.now()
    client_as("commander")
    Session.objects.filter(session_key=client.session.session_key).update(expire_date=now - timedelta(seconds=1))
    handler("jobs.clear_sessions").run({}, now)
    assert Session.objects.count() == 1 and Session.objects.get().expire_date > now
