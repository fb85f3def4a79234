"""Opening by hand and from a warning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.accounts.models import Group
from huiying.base.audit.selectors import entries_of
from huiying.base.clocks.selectors import clocks_of
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.listen.stories.models import Story
from huiying.listen.warnings.models import Warning
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.rules import State

from .conftest import Room


def test_from_a_warning_story_times_and_exercise_come_along(
    room: Room, now: datetime, make_story: Callable[..., Story], make_warning: Callable[..., Warning]
) -> None:
    warning = make_warning(make_story(exercise=True), state="acknowledged")
    incident = services.incident_open(actor=room.analyst, now=now, title="Water", warning_id=warning.pk)
    assert incident.exercise
    assert incident.state == State.SUSPECTED
    assert incident.crisis_at == now - timedelta(minutes=30)
    assert incident.crisis_evidence == "The first post of the linked story."
    assert incident.detected_at == now - timedelta(minutes=5)
    assert selectors.story_ids_of(incident.pk) == [7]
    warning.refresh_from_db()
    assert (warning.state, warning.incident_id) == ("opened", incident.pk)


def test_opening_acknowledges_a_warning_nobody_took(
    room: Room, now: datetime, make_story: Callable[..., Story], make_warning: Callable[..., Warning]
) -> None:
    warning = make_warning(make_story())
    incident = services.incident_open(actor=room.analyst, now=now, title="Water", warning_id=warning.pk)
    warning.refresh_from_db()
    assert warning.acknowledged_by_id == room.analyst.id
    assert incident.acknowledged_at == now


def test_a_warning_leads_to_one_incident_only(
    room: Room, now: datetime, make_story: Callable[..., Story], make_warning: Callable[..., Warning]
) -> None:
    warning = make_warning(make_story())
    first = services.incident_open(actor=room.analyst, now=now, title="Water", warning_id=warning.pk)
    with pytest.raises(NotNow, match=first.number):
        services.incident_open(actor=room.analyst, now=now, title="Water again", warning_id=warning.pk)


def test_by_hand_without_story_the_crisis_begins_now(room: Room, now: datetime) -> None:
    incident = services.incident_open(actor=room.analyst, now=now, title="A call from the hospital")
    assert incident.crisis_at == incident.detected_at == now
    assert incident.crisis_evidence


def test_a_given_crisis_time_needs_evidence_and_lies_in_the_past(room: Room, now: datetime) -> None:
    with pytest.raises(BadInput, match="fact"):
        services.incident_open(actor=room.analyst, now=now, title="X", crisis_at=now - timedelta(hours=1))
    with pytest.raises(BadInput, match="future"):
        services.incident_open(actor=room.analyst, now=now, title="X", crisis_at=now + timedelta(hours=1), crisis_evidence="?")


def test_an_incident_needs_a_title(room: Room, now: datetime) -> None:
    with pytest.raises(BadInput, match="title"):
        services.incident_open(actor=room.analyst, now=now, title=" \x00 ")


def test_real_and_exercise_stories_are_never_mixed(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(7)
    make_story(8, exercise=True)
    with pytest.raises(BadInput, match="never mixed"):
        services.incident_open(actor=room.analyst, now=now, title="X", story_ids=[7, 8])
    assert not Incident.objects.exists()


def test_an_unknown_story_or_warning_is_not_there(room: Room, now: datetime) -> None:
    with pytest.raises(NotThere):
        services.incident_open(actor=room.analyst, now=now, title="X", story_ids=[99])
    with pytest.raises(NotThere):
        services.incident_open(actor=room.analyst, now=now, title="X", warning_id=99)


def test_writers_do_not_open_incidents(room: Room, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.incident_open(actor=room.cast.actor("writer"), now=now, title="X")


def test_commander_and_deputy_come_from_the_command_group(room: Room, now: datetime) -> None:
    Group.objects.create(kind="command_group", head=room.cast.commander, deputy=room.cast.analyst)
    incident = services.incident_open(actor=room.analyst, now=now, title="X")
    assert (incident.commander, incident.deputy) == (room.cast.commander, room.cast.analyst)


def test_opening_starts_the_clocks_that_need_no_grade(room: Room, now: datetime) -> None:
    incident = room.open()
    clocks = {clock.rule_key: clock for clock in clocks_of(("incident", incident.pk))}
    assert set(clocks) == {"holding_statement", "activation"}
    assert clocks["holding_statement"].started_at == now - timedelta(minutes=10)
    assert clocks["holding_statement"].due_at == now + timedelta(minutes=20)
    assert clocks["holding_statement"].start_evidence == "First call"


def test_opening_writes_one_entry_of_its_own(room: Room) -> None:
    incident = room.open()
    assert list(entries_of("incident", incident.pk).filter(verb__startswith="incident.").values_list("verb", flat=True)) == [
        "incident.open"
    ]


def test_another_story_is_linked_once(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(9)
    incident = room.open()
    common: dict[str, Any] = {"actor": room.analyst, "now": now, "incident_id": incident.pk, "story_id": 9}
    services.incident_story_link(**common)
    services.incident_story_link(**common)
    assert selectors.story_ids_of(incident.pk) == [9]
    assert selectors.incidents_of_story(9) == [incident]


def test_an_exercise_story_is_not_linked_to_a_real_incident(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(9, exercise=True)
    with pytest.raises(BadInput, match="never mixed"):
        services.incident_story_link(actor=room.analyst, now=now, incident_id=room.open().pk, story_id=9)
