"""Command passes by a signed hand-over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from huiying.base.accounts.models import Person, RoleGrant
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import canonical
from huiying.base.notify.models import Message
from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.respond.incidents import services
from huiying.respond.incidents.models import CommandHandover, Incident
from huiying.respond.incidents.rules import State

from .conftest import Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db: None) -> Person:
    """Return another commander."""
    person = Person.objects.create(username="second", display_name="Second", language="en")
    RoleGrant.objects.create(person=person, role="commander")
    return person


def hand_over(room: Room, incident: Incident, to: int) -> CommandHandover:
    """Sign command over."""
    return services.command_hand_over(actor=room.commander, now=room.now, incident_id=incident.pk, incoming_id=to, note="Watch the school")


def test_command_passes_when_it_is_accepted_and_not_before(
    room: Room, now: datetime, second: Person, client_as: Callable[[str], Client]
) -> None:
    incident = room.to(State.RESPONDING)
    services.log_decision(actor=room.commander, now=now, incident_id=incident.pk, text="Call the works", reason="They know")
    handover = hand_over(room, incident, second.pk)
    incident.refresh_from_db()
    assert incident.commander == room.cast.commander
    client = Client(headers={"accept-language": "en"})
    client.force_login(second, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/incidents/{incident.pk}/hand-over/{handover.pk}/").content.decode()
    assert "Call the works" in page and "Watch the school" in page and "Take command" in page
    assert client.post(f"/incidents/{incident.pk}/hand-over/{handover.pk}/accept/").status_code == 302
    incident.refresh_from_db()
    assert incident.commander == second
    assert set(Message.objects.filter(key__startswith="command:").values_list("person_id", flat=True)) == {
        second.pk,
        room.cast.commander.pk,
    }


def test_what_was_signed_is_in_the_log_by_its_fingerprint(room: Room, second: Person) -> None:
    handover = hand_over(room, room.to(State.RESPONDING), second.pk)
    text = canonical({"summary": handover.summary, "note": handover.note})
    assert handover.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert handover.sha256 in AuditEntry.objects.get(verb="incident.hand_over").body


def test_only_whom_it_is_handed_to_accepts_and_only_who_wrote_withdraws(room: Room, now: datetime, second: Person) -> None:
    incident = room.to(State.RESPONDING)
    handover = hand_over(room, incident, second.pk)
    with pytest.raises(NotYou):
        services.command_accept(actor=room.commander, now=now, handover_id=handover.pk)
    with pytest.raises(NotNow, match="still waits"):
        hand_over(room, incident, second.pk)
    with pytest.raises(NotYou):
        services.command_withdraw(actor=room.analyst, now=now, handover_id=handover.pk)
    services.command_withdraw(actor=room.commander, now=now, handover_id=handover.pk)
    with pytest.raises(NotNow, match="cannot become"):
        services.command_withdraw(actor=room.commander, now=now, handover_id=handover.pk)


def test_somebody_who_is_no_commander_takes_nothing(room: Room) -> None:
    incident = room.to(State.RESPONDING)
    for somebody in (room.cast.writer.pk, room.cast.commander.pk, 999):
        with pytest.raises(BadInput):
            hand_over(room, incident, somebody)


def test_who_does_not_command_hands_nothing_over(room: Room, now: datetime, second: Person) -> None:
    incident = room.to(State.RESPONDING)
    Incident.objects.filter(pk=incident.pk).update(commander=second, deputy=room.cast.analyst)
    with pytest.raises(NotYou):
        hand_over(room, incident, second.pk)
