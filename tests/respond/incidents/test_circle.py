"""A confidential incident is not there for people outside its circle, on any page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from huiying.base.notify.models import Message
from huiying.base.sharing.models import SharedFile
from huiying.base.sharing.services import comment_add, file_add
from huiying.base.ui.errors import BadInput, NotYou
from huiying.learn.reviews.services import review_open
from huiying.listen.stories.models import Story
from huiying.respond.incidents import handover, services
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.rules import State

from .conftest import Room

pytestmark = pytest.mark.django_db
SECRET = "Ward seven poisoned"


@pytest.fixture
def secret(room: Room, now: datetime, make_story: Callable[..., Story]) -> Incident:
    """Return a confidential incident, resolved, with a review, a file, a comment and a log line."""
    incident = room.to(State.STABILISING, title=SECRET, story_ids=[make_story(7).pk])
    services.circle_set(
        actor=room.commander, now=now, incident_id=incident.pk, confidential=True, reason="Patients", roles=["legal_reviewer"]
    )
    common: dict[str, Any] = {"actor": room.commander, "now": now, "subject": ("incident", incident.pk), "exercise": False}
    file_add(name="lab.txt", content=b"pH 7", **common)
    comment_add(text="@Writer @Lawyer look", **common)
    services.log_decision(actor=room.commander, now=now, incident_id=incident.pk, text=f"{SECRET}: call them", reason="Duty")
    services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=State.RESOLVED, override=True, reason="Calm")
    review_open(actor=room.commander, now=now, incident_id=incident.pk)
    return incident


def addresses(patterns: list[URLPattern | URLResolver], front: str = "") -> list[str]:
    """Return every address of the program, all its numbers being the first."""
    found: list[str] = []
    for each in patterns:
        path = front + str(each.pattern)
        if isinstance(each, URLResolver):
            found += addresses(each.url_patterns, path)
        else:
            found.append("/" + path.replace("<int:", "<"))
    return found


def filled(path: str, incident: Incident) -> str:
    """Put numbers into an address: the incident's own where it is asked for, else the first of each."""
    parts = []
    for part in path.split("/"):
        is_slot = part.startswith("<")
        parts.append((str(incident.pk) if "incident" in part else "7" if "story" in part else "1") if is_slot else part)
    return "/".join(parts)


@pytest.mark.parametrize("name", ["writer", "auditor", "analyst", "admin", "evaluator"])
def test_no_page_of_the_program_shows_it_to_somebody_outside(secret: Incident, client_as: Callable[[str], Client], name: str) -> None:
    if name == "analyst":  # the fixture makes the analyst the deputy
        secret.deputy = None
        secret.save(update_fields=["deputy"])
    client, seen = client_as(name), 0
    for path in {filled(each, secret) for each in addresses(list(get_resolver().url_patterns))}:
        if "(?P" in path or "static" in path or "sign-out" in path:
            continue
        response = client.get(path)
        seen += response.status_code == 200
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        assert SECRET.encode() not in body, path
        if path.startswith(f"/incidents/{secret.pk}/"):
            assert response.status_code in {403, 404, 405}, path
    assert seen > 20


@pytest.mark.parametrize(
    "query", ["/incidents/?state=all", "/incidents/?state=resolved", "/audit/?kind=incident", "/reviews/", "/reviews/actions/?show=all"]
)
def test_lists_keep_it_too(secret: Incident, client_as: Callable[[str], Client], query: str) -> None:
    assert SECRET not in client_as("auditor" if "audit" in query else "writer").get(query).content.decode()


def test_the_audit_log_keeps_the_line_and_withholds_what_it_says(secret: Incident, client_as: Callable[[str], Client]) -> None:
    page = client_as("auditor").get(f"/audit/?kind=incident&id={secret.pk}").content.decode()
    assert "Withheld" in page and "opened the incident" in page
    assert SECRET in client_as("commander").get(f"/audit/?kind=incident&id={secret.pk}&verb=incident.open").content.decode()


@pytest.mark.parametrize("name", ["commander", "lawyer"])
def test_the_circle_and_the_command_read_it(secret: Incident, client_as: Callable[[str], Client], name: str) -> None:
    assert SECRET in client_as(name).get(secret.get_absolute_url()).content.decode()
    assert SECRET in client_as(name).get("/incidents/?state=all").content.decode()


def test_a_comment_calls_only_people_of_the_circle(secret: Incident, cast: Any) -> None:
    told = set(Message.objects.filter(key__startswith="comment:").values_list("person_id", flat=True))
    assert told == {cast.lawyer.pk}


def test_files_stay_inside(secret: Incident, client_as: Callable[[str], Client]) -> None:
    page = f"/files/{SharedFile.objects.latest('pk').pk}/"
    assert client_as("writer").get(page).status_code == 404
    assert client_as("lawyer").get(page).status_code == 200


def test_a_hand_over_of_the_shift_names_no_title(room: Room, now: datetime) -> None:
    incident = room.open(title=SECRET)
    services.circle_set(actor=room.commander, now=now, incident_id=incident.pk, confidential=True, reason="Patients")
    assert not any(SECRET in line.text for line in handover.incident_lines(now))


def test_it_is_merged_only_into_another_confidential_one(room: Room, now: datetime) -> None:
    incident, other = room.open(title=SECRET), room.open()
    services.circle_set(actor=room.commander, now=now, incident_id=incident.pk, confidential=True, reason="Patients")
    with pytest.raises(BadInput, match="confidential"):
        services.incident_merge(actor=room.commander, now=now, incident_id=incident.pk, into_id=other.pk, reason="Same")


def test_only_command_says_who_reads_and_writes_why(room: Room, now: datetime) -> None:
    incident = room.open()
    with pytest.raises(NotYou):
        services.circle_set(actor=room.analyst, now=now, incident_id=incident.pk, confidential=True, reason="Patients")
    with pytest.raises(BadInput, match="Say why"):
        services.circle_set(actor=room.commander, now=now, incident_id=incident.pk, confidential=True, reason=" ")
    with pytest.raises(BadInput, match="no role"):
        services.circle_set(actor=room.commander, now=now, incident_id=incident.pk, confidential=True, reason="x", roles=["king"])
