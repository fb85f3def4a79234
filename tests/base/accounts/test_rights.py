"""Rights are data; people come in by a one-time link; nothing is open unless it says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiying.base.accounts import selectors, services
from huiying.base.accounts.models import Person, SignInLink
from huiying.base.accounts.rules import PERMISSIONS, GroupKind, Role, UndeclaredRight, may
from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.selectors import entries_of
from huiying.base.ui.errors import BadInput, NotYou


def test_an_undeclared_right_raises() -> None:
    with pytest.raises(UndeclaredRight, match=r"incident\.delete"):
        may(frozenset({"commander"}), "incident.delete")


def test_no_roles_mean_no_right_at_all() -> None:
    assert [action for action in PERMISSIONS if may(frozenset(), action)] == []


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_do_something(role: Role) -> None:
    assert any(may(frozenset({role.value}), action) for action in PERMISSIONS)


def test_the_writer_role_alone_can_neither_check_nor_approve() -> None:
    held = frozenset({"writer"})
    assert not any(may(held, action) for action in ("statement.check", "statement.legal", "statement.approve", "statement.publish"))


def test_only_an_administrator_adds_people(cast: Any, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.person_create(actor=cast.actor("commander"), now=now, username="new", display_name="New", roles=[Role.WRITER])
    person = services.person_create(actor=cast.actor("admin"), now=now, username="new", display_name="New", roles=[Role.WRITER])
    assert services.actor_of(person).roles == {"writer"}
    assert not person.has_usable_password()


def test_a_taken_user_name_is_named(cast: Any, now: datetime) -> None:
    with pytest.raises(BadInput, match="analyst"):
        services.person_create(actor=cast.actor("admin"), now=now, username="analyst", display_name="Again", roles=[])


def test_the_last_administrator_stays(cast: Any, now: datetime) -> None:
    with pytest.raises(BadInput):
        services.person_set_roles(actor=cast.actor("admin"), now=now, person=cast.admin, roles=[Role.WRITER])
    assert services.actor_of(Person.objects.get(pk=cast.admin.pk)).roles == {"administrator"}


def test_roles_are_replaced_and_logged(cast: Any, now: datetime) -> None:
    services.person_set_roles(actor=cast.actor("admin"), now=now, person=cast.writer, roles=[Role.APPROVER])
    assert cast.actor("writer").roles == {"approver"}
    assert [entry.verb for entry in entries_of("person", cast.writer.pk)] == ["person.roles"]


def test_a_link_works_once(cast: Any, now: datetime) -> None:
    secret = services.sign_in_link_create(actor=SYSTEM, now=now, person=cast.writer)
    assert services.sign_in_link_use(secret=secret, now=now) == cast.writer
    with pytest.raises(BadInput):
        services.sign_in_link_use(secret=secret, now=now)


def test_a_link_grows_old(cast: Any, now: datetime) -> None:
    secret = services.sign_in_link_create(actor=SYSTEM, now=now, person=cast.writer)
    with pytest.raises(BadInput):
        services.sign_in_link_use(secret=secret, now=now + services.LINK_LIFE + timedelta(seconds=1))


def test_the_secret_of_a_link_is_not_stored(cast: Any, now: datetime) -> None:
    secret = services.sign_in_link_create(actor=SYSTEM, now=now, person=cast.writer)
    assert secret not in str(SignInLink.objects.values().get())


def test_looking_at_a_link_does_not_spend_it(cast: Any) -> None:
    from django.utils import timezone

    secret = services.sign_in_link_create(actor=SYSTEM, now=timezone.now(), person=cast.writer)
    client = Client(headers={"accept-language": "en"})
    address = reverse("accounts:enter", args=[secret])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert client.get(reverse("accounts:me")).status_code == 200


def test_head_and_deputy_are_two_people(cast: Any, now: datetime) -> None:
    with pytest.raises(BadInput):
        services.group_set(
            actor=cast.actor("admin"), now=now, kind=GroupKind.COMMAND, head=cast.commander, deputy=cast.commander, members=[]
        )
    services.group_set(
        actor=cast.actor("admin"), now=now, kind=GroupKind.COMMAND, head=cast.commander, deputy=cast.analyst, members=[cast.writer]
    )
    assert selectors.group_people(GroupKind.COMMAND) == (cast.commander.pk, cast.analyst.pk, (cast.writer.pk,))


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    response = Client().get(reverse("accounts:people"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:sign_in"))


def test_an_outsider_sees_no_people(client_as: Callable[[str], Client]) -> None:
    assert client_as("outsider").get(reverse("accounts:people")).status_code == 403


def test_a_member_sees_people_but_no_form(client_as: Callable[[str], Client]) -> None:
    page = client_as("writer").get(reverse("accounts:people"))
    assert page.status_code == 200
    assert b"Add a person" not in page.content


def test_an_administrator_adds_a_person_and_gets_the_link(client_as: Callable[[str], Client]) -> None:
    page = client_as("admin").post(
        reverse("accounts:people"), {"username": "liu", "display_name": "Liu", "email": "", "roles": ["writer", "media_desk"]}
    )
    assert page.status_code == 200
    assert b"/people/enter/" in page.content


def test_the_people_page_keeps_its_query_budget(
    client_as: Callable[[str], Client], cast: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    client = client_as("admin")
    for index in range(20):
        services.person_create(actor=SYSTEM, now=now, username=f"p{index}", display_name=f"P{index}", roles=[Role.WRITER])
    with django_assert_max_num_queries(8):
        assert client.get(reverse("accounts:people")).status_code == 200


def test_group_page_saves(client_as: Callable[[str], Client], cast: Any) -> None:
    address = reverse("accounts:group", args=["command_group"])
    assert (
        client_as("admin").post(address, {"head": cast.commander.pk, "deputy": cast.analyst.pk, "members": [cast.writer.pk]}).status_code
        == 302
    )
    assert client_as_status(client_as, "writer", address) == 403


def client_as_status(client_as: Callable[[str], Client], name: str, address: str) -> int:
    """Return the status of an address for somebody already in the cast."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address).status_code


def test_a_person_chooses_a_password(client_as: Callable[[str], Client], cast: Any) -> None:
    client = client_as("writer")
    secret = "brown water runs at night"
    assert client.post(reverse("accounts:me"), {"new_password1": secret, "new_password2": secret}).status_code == 302
    assert Person.objects.get(pk=cast.writer.pk).check_password(secret)
