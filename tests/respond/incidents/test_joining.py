"""Two incidents that are one, one that is two, and one that comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiying.base.clocks.selectors import clocks_of
from huiying.base.tasks.services import task_create
from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.listen.stories.models import Story
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.rules import State

from .conftest import Room

S = State
pytestmark = pytest.mark.django_db


def running(incident: Incident) -> dict[str, datetime]:
    """Return when the open clocks are due, by rule."""
    return {clock.rule_key: clock.due_at for clock in clocks_of(("incident", incident.pk)) if clock.state == "running"}


def a_task(room: Room, incident: Incident, title: str = "Flush the pipes") -> int:
    """Give a task and return its number."""
    given = {"actor": room.commander, "now": room.now, "subject": ("incident", incident.pk), "exercise": False}
    return task_create(title=title, due_at=room.now + timedelta(hours=1), owner_id=room.cast.analyst.pk, **given).pk  # type: ignore[arg-type]  # a mapping of arguments


def test_stories_tasks_log_and_the_strictest_clocks_lead_to_the_incident_that_stays(
    room: Room, now: datetime, make_story: Callable[..., Story]
) -> None:
    late = room.open(story_ids=[make_story(1).pk], crisis_at=now - timedelta(minutes=25))
    room.grade(late, "III_LARGER")
    late.refresh_from_db()
    task = a_task(room, late)
    services.log_decision(actor=room.commander, now=now, incident_id=late.pk, text="Call the works", reason="They know")
    into = room.to(S.RESPONDING)
    before = {key: min(due, running(into)[key]) for key, due in running(late).items() if key in running(into)}
    only_there = running(late)
    services.incident_merge(actor=room.commander, now=now, incident_id=late.pk, into_id=into.pk, reason="One pipe")
    into.refresh_from_db()
    after = running(into)
    assert into.crisis_at == late.crisis_at
    assert before and all(after[key] <= due for key, due in before.items())
    assert set(only_there) <= set(after) | {"activation", "first_report"}
    dossier = selectors.dossier_of(into.pk)
    assert [each.pk for each in dossier.tasks] == [task]
    assert [entry.text for entry in dossier.log] == ["Call the works"]
    assert [story.pk for story in dossier.stories] == [1]
    assert selectors.dossier_of(late.pk).tasks == []


def test_a_graver_grade_that_was_taken_up_keeps_its_limits(room: Room, now: datetime) -> None:
    grave, into = room.to(S.GRADED), room.to(S.RESPONDING)
    Incident.objects.filter(pk=grave.pk).update(grade="II_MAJOR")
    services.incident_merge(actor=room.commander, now=now, incident_id=grave.pk, into_id=into.pk, reason="One pipe")
    assert "press_conference" in running(into)
    services.crisis_time_set(actor=room.analyst, now=now, incident_id=into.pk, crisis_at=now - timedelta(hours=1), evidence="A call")
    assert "press_conference" in running(into)


def test_who_is_further_along_takes_up_the_other(room: Room, now: datetime) -> None:
    ahead, behind = room.to(S.RESPONDING), room.open()
    with pytest.raises(BadInput, match="less far along"):
        services.incident_merge(actor=room.commander, now=now, incident_id=ahead.pk, into_id=behind.pk, reason="One pipe")


def test_a_chain_of_merges_ends_at_the_one_that_stays(room: Room, now: datetime) -> None:
    first, second, third = room.open(), room.open(), room.open()
    task = a_task(room, first)
    for one, other in ((first, second), (second, third)):
        services.incident_merge(actor=room.commander, now=now, incident_id=one.pk, into_id=other.pk, reason="One pipe")
    first.refresh_from_db()
    assert first.merged_into == third
    assert [each.pk for each in selectors.tasks_of_incident(third.pk)] == [task]


def test_both_pages_say_so(room: Room, now: datetime, client_as: Callable[[str], Client]) -> None:
    gone, stays = room.open(title="Gone one"), room.open(title="Staying one")
    services.incident_merge(actor=room.commander, now=now, incident_id=gone.pk, into_id=stays.pk, reason="One pipe")
    client = client_as("writer")
    assert "Staying one" in client.get(gone.get_absolute_url()).content.decode()
    assert "Gone one" in client.get(stays.get_absolute_url()).content.decode()


def test_a_part_is_split_off_with_its_stories_tasks_and_clocks(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    old = room.open(story_ids=[make_story(1).pk, make_story(2).pk])
    Incident.objects.filter(pk=old.pk).update(detected_at=now - timedelta(minutes=40))
    kept, moved = a_task(room, old), a_task(room, old, "Ask the school")
    new = services.incident_split(
        actor=room.commander, now=now, incident_id=old.pk, title="The school", reason="Another pipe", story_ids=[2], task_ids=[moved]
    )
    assert selectors.story_ids_of(old.pk) == [1] and selectors.story_ids_of(new.pk) == [2]
    assert [t.pk for t in selectors.tasks_of_incident(old.pk)] == [kept]
    assert [t.pk for t in selectors.tasks_of_incident(new.pk)] == [moved]
    assert new.detected_at == now - timedelta(minutes=40) and new.crisis_at == old.crisis_at


@pytest.mark.parametrize("given", [{"story_ids": []}, {"story_ids": [99]}, {"story_ids": [], "task_ids": [99]}])
def test_a_split_without_a_part_of_this_incident_is_refused(room: Room, now: datetime, given: dict[str, list[int]]) -> None:
    with pytest.raises(BadInput):
        services.incident_split(
            actor=room.commander, now=now, incident_id=room.open().pk, title="The school", reason="Another pipe", **given
        )  # type: ignore[arg-type]  # a mapping of arguments
    assert Incident.objects.count() == 1


def test_only_command_splits(room: Room, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.incident_split(actor=room.analyst, now=now, incident_id=room.open().pk, title="x", reason="y", story_ids=[1])


def test_a_closed_incident_never_opens_again_and_a_new_one_is_linked_to_it(
    room: Room, now: datetime, client_as: Callable[[str], Client]
) -> None:
    old = room.to(S.CLOSED)
    with pytest.raises(NotNow):
        services.incident_move(actor=room.commander, now=now, incident_id=old.pk, to=S.RESPONDING, reason="Again")
    new = services.incident_follow_up(actor=room.commander, now=now, incident_id=old.pk, title="Brown again", reason="New calls")
    old.refresh_from_db()
    assert old.state == S.CLOSED and new.state == S.SUSPECTED and new.crisis_at == now
    assert "Brown again" in client_as("writer").get(old.get_absolute_url()).content.decode()
    assert old.title in client_as("writer").get(new.get_absolute_url()).content.decode()


def test_an_open_incident_needs_no_follow_up(room: Room, now: datetime) -> None:
    with pytest.raises(NotNow):
        services.incident_follow_up(actor=room.commander, now=now, incident_id=room.open().pk, title="x", reason="y")


def test_the_forms_split_and_follow(room: Room, make_story: Callable[..., Story], client_as: Callable[[str], Client]) -> None:
    old, client = room.open(story_ids=[make_story(1).pk]), client_as("commander")
    address = f"/incidents/{old.pk}/split/"
    assert client.post(address, {"title": "", "reason": ""}).status_code == 400
    assert client.post(address, {"title": "School", "reason": "Other pipe", "story_ids": ["1"]}).status_code == 302
    assert Incident.objects.get(title="School").came_from.get().source == old
    room.now = timezone.now()
    services.incident_move(actor=room.analyst, now=room.now, incident_id=old.pk, to=S.DISMISSED, reason="Nothing")
    assert client.post(f"/incidents/{old.pk}/follow-up/", {"title": "Again", "reason": "Calls"}).status_code == 302
