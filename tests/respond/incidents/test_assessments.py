"""Assessments: how sure, on what evidence, and what changed since the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.sharing.services import file_add
from huiying.base.ui.errors import BadInput
from huiying.listen.stories.models import Story
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import Assessment
from huiying.respond.incidents.rules import State

from .conftest import Room, judgement


def assess(room: Room, incident: Any, at: datetime, **changes: Any) -> Assessment:
    return services.incident_assess(actor=room.analyst, now=at, incident_id=incident.pk, judgement=judgement(**changes))


def test_evidence_leads_to_what_it_rests_on(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(7)
    incident = room.open(story_ids=[7])
    file = file_add(actor=room.analyst, now=now, subject=("incident", incident.pk), name="lab.txt", content=b"pH 7", exercise=False)
    assess(room, incident, now, story_ids=(7,), file_ids=(file.pk,), measurements="Iron 0.9 mg/l, tap of school 3, 08:10\n\n")
    line = selectors.assessment_lines(list(incident.assessments.all()))[0]
    assert [(str(each.kind), each.ref, bool(each.url)) for each in line.links] == [
        ("story", "7", True),
        ("file", str(file.pk), True),
        ("measurement", "", False),
    ]
    assert line.links[2].words == "Iron 0.9 mg/l, tap of school 3, 08:10"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"story_ids": (999,)}, "no story 999"),
        ({"post_seqs": (999,)}, "no post 999"),
        ({"file_ids": (999,)}, "no file 999"),
        ({"confidence": {"trend": "certainly"}}, "certainly"),
        ({"confidence": {"weather": "high"}}, "weather"),
    ],
)
def test_evidence_that_is_not_there_is_named(room: Room, now: datetime, values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        assess(room, room.open(), now, **values)
    assert not Assessment.objects.exists()


def test_a_new_assessment_says_what_changed(room: Room, now: datetime) -> None:
    incident = room.open()
    assess(room, incident, now, confidence={"trend": "low"})
    assess(room, incident, now + timedelta(hours=1), trend="falling", impacts=("unrest",), confidence={"trend": "high"})
    new, old = selectors.assessment_lines(list(incident.assessments.all()))
    assert [(str(each.label), each.old, each.new) for each in new.changes] == [
        ("Trend", "rising", "falling"),
        ("Impact on us", "—", "social unrest"),
        ("Trend, how sure", "unsure", "sure"),
    ]
    assert old.is_first and not old.changes


def test_the_form_keeps_the_last_words_and_asks_for_new_evidence(
    client_as: Callable[[str], Any], room: Room, make_story: Callable[..., Story]
) -> None:
    make_story(7)
    incident = room.to(State.CONFIRMED, story_ids=[7])
    analyst, address = client_as("analyst"), f"/incidents/{incident.pk}/assess/"
    typed = {"nature": "social", "cause": "event", "trend": "rising", "risk": "high", "scope": "Two districts", "evidence": "Calls"}
    assert analyst.post(address, {**typed, "sure_risk": "medium", "story_ids": ["7"]}).status_code == 302
    saved = Assessment.objects.get()
    assert (saved.confidence, saved.links[0]["ref"]) == ({"risk": "medium"}, "7")
    assert analyst.post(address, {**typed, "post_seqs": "abc"}).status_code == 400
    assert analyst.post(address, {**typed, "risk": "low"}).status_code == 302
    room_page = analyst.get(f"/incidents/{incident.pk}/").content.decode()
    assert "Changed since the last" in room_page and "<del>high</del>" in room_page
    assert "probable" in analyst.get(f"/incidents/{incident.pk}/assessments/").content.decode()


def test_options_set_aside_need_their_reason(room: Room, now: datetime, client_as: Callable[[str], Any]) -> None:
    incident = room.open()
    common: dict[str, Any] = {"actor": room.analyst, "now": now, "incident_id": incident.pk, "text": "Flush", "reason": "Fast"}
    with pytest.raises(BadInput, match="Wait for rain"):
        services.log_decision(rejected="Wait for rain", **common)
    entry = services.log_decision(rejected="Wait for the lab：people drink it now", **common)
    assert entry.rejected == [{"option": "Wait for the lab", "why": "people drink it now"}]
    assert "Wait for the lab: people drink it now" in client_as("auditor").get(f"/incidents/{incident.pk}/").content.decode()
