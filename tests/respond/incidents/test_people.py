"""Groups and their gaps, experts called in, the task force, consultations, and who was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.audit.selectors import log_of
from huiying.base.notify.selectors import deliveries_of
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.respond.incidents import services
from huiying.respond.incidents.models import Consultation, Expert, Invitation
from huiying.respond.incidents.selectors.people import expert_lines, groups_now
from huiying.respond.incidents.services.consulting import Minutes
from huiying.respond.incidents.services.people import ExpertEntry

from .conftest import Room

ClientAs = Callable[[str], Any]


def enter(room: Room, **values: Any) -> Expert:
    given: dict[str, Any] = {"name": "Dr Wang", "kind": "counsellor", "skills": "grief, children", "contact": "138 0000 0000"}
    return services.expert_save(actor=room.analyst, now=room.now, entry=ExpertEntry(**{**given, **values}))


def invite(room: Room, incident: Any, expert: Expert, **values: Any) -> Invitation:
    given: dict[str, Any] = {"purpose": "Speak with the families", **values}
    return services.expert_invite(actor=room.analyst, now=room.now, incident_id=incident.pk, expert_id=expert.pk, **given)


def test_every_gap_of_a_group_is_named(room: Room, now: datetime) -> None:
    command = groups_now(now)[0]
    assert command.gaps == ["no head", "no deputy", "no members", "nobody on duty now"]


def test_somebody_with_an_account_is_told_and_answers(room: Room, client_as: ClientAs) -> None:
    incident = room.open()
    asked = invite(room, incident, enter(room, person_id=room.cast.writer.pk))
    assert [each.person for each in deliveries_of(f"incident:{incident.pk}")] == [room.cast.writer]
    address = f"/incidents/{incident.pk}/people/invitations/{asked.pk}/"
    assert client_as("analyst").post(address, {"accept": "yes"}).status_code == 403, "nobody answers for them"
    assert "Speak with the families" in client_as("writer").get(address).content.decode()
    assert client_as("writer").post(address, {"accept": "yes", "answer": "From 9 on"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("accepted", "From 9 on")
    assert [each.person for each in deliveries_of(f"incident:{incident.pk}")][1] == room.cast.analyst
    with pytest.raises(NotNow, match="already"):
        services.invitation_answer(actor=room.cast.actor("writer"), now=room.now, invitation_id=asked.pk, accept=False)


def test_the_command_writes_down_what_was_said_by_telephone(room: Room) -> None:
    incident = room.open()
    asked = invite(room, incident, enter(room))
    assert not deliveries_of(f"incident:{incident.pk}")
    with pytest.raises(NotYou):
        services.invitation_answer(actor=room.cast.actor("writer"), now=room.now, invitation_id=asked.pk, accept=True)
    services.invitation_answer(actor=room.analyst, now=room.now, invitation_id=asked.pk, accept=False, answer="On leave")
    again = invite(room, incident, asked.expert)
    assert again.pk != asked.pk, "who declined may be asked again"
    with pytest.raises(NotNow, match="already"):
        invite(room, incident, asked.expert)


def test_who_is_away_is_not_called_until_the_day(room: Room) -> None:
    incident, today = room.open(), room.now.date()
    gone = enter(room, availability="away", away_until=today + timedelta(days=3))
    with pytest.raises(NotNow, match="away"):
        invite(room, incident, gone)
    invite(room, incident, enter(room, availability="away", away_until=today - timedelta(days=3)))


@pytest.mark.parametrize(
    ("values", "said"),
    [({"kind": "wizard"}, "wizard"), ({"name": " "}, "name"), ({"skills": ""}, "know"), ({"person_id": 99_999}, "99999")],
)
def test_a_bad_entry_is_refused(room: Room, values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        enter(room, **values)
    assert not Expert.objects.exists()


def test_how_to_reach_somebody_never_enters_the_log(room: Room) -> None:
    expert = enter(room)
    assert "138" not in "".join(str(line.detail) for line in log_of("expert", expert.pk))


def test_contacts_are_seen_only_by_who_may_call(room: Room, client_as: ClientAs) -> None:
    enter(room)
    assert "138 0000 0000" in client_as("analyst").get("/incidents/experts/").content.decode()
    assert "138 0000 0000" not in client_as("writer").get("/incidents/experts/").content.decode()


def test_the_task_force_has_a_mission_and_duties(room: Room, client_as: ClientAs) -> None:
    incident, commander = room.open(), client_as("commander")
    address = f"/incidents/{incident.pk}/people/"
    common: dict[str, Any] = {"actor": room.commander, "now": room.now, "incident_id": incident.pk}
    with pytest.raises(NotNow, match="form it first"):
        services.task_force_join(person_id=room.cast.writer.pk, duty="Texts", **common)
    assert commander.post(f"{address}task-force/", {"name": "专班", "mission": "Clean water by Friday"}).status_code == 302
    assert commander.post(f"{address}task-force/join/", {"person_id": room.cast.writer.pk, "duty": "Texts"}).status_code == 302
    with pytest.raises(NotNow, match="already"):
        services.task_force_join(person_id=room.cast.writer.pk, duty="More texts", **common)
    page = commander.get(address).content.decode()
    assert "Clean water by Friday" in page and "Writer: Texts" in page
    assert [each.person for each in deliveries_of(f"incident:{incident.pk}")] == [room.cast.writer]
    incident.refresh_from_db()
    seat = incident.task_force.seats.get()
    assert commander.post(f"{address}task-force/{seat.pk}/leave/").status_code == 302
    assert "until" in commander.get(address).content.decode()
    with pytest.raises(NotThere):
        services.task_force_leave(seat_id=seat.pk, **common)
    with pytest.raises(NotYou):
        services.task_force_form(**{**common, "actor": room.analyst}, name="x", mission="y")


def minutes(**values: Any) -> Minutes:
    given: dict[str, Any] = {
        "question": "Close the plant?",
        "opinions_for": "Health office: iron is above the limit",
        "opinions_against": "Water works: half the city would be dry",
        "conclusion": "Flush the main, deliver water",
        "rejected": "Close the plant: half the city would be dry",
    }
    return Minutes(**{**given, **values})


def test_a_consultation_keeps_who_was_against_and_what_was_set_aside(room: Room, now: datetime, client_as: ClientAs) -> None:
    incident = room.open()
    room.grade(incident)
    expert, assessment = enter(room), incident.assessments.get()
    said = minutes(person_ids=(room.cast.commander.pk,), expert_ids=(expert.pk,), assessment_id=assessment.pk)
    kept = services.consultation_record(actor=room.analyst, now=now, incident_id=incident.pk, held_at=now, minutes=said)
    assert (kept.number, kept.assessment, kept.rejected[0]["option"]) == (1, assessment, "Close the plant")
    assert [(seat.name, seat.role) for seat in kept.seats.all()][1] == ("Dr Wang", "psychological counsellor")
    assert expert_lines(now.date())[0].consultations == [kept]
    page = client_as("auditor").get(f"/incidents/{incident.pk}/consultations/").content.decode()
    assert "half the city would be dry" in page and "Dr Wang" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"expert_ids": ()}, "two people"),
        ({"opinions_against": " "}, "against"),
        ({"rejected": "Close the plant"}, "Close the plant"),
        ({"person_ids": (99_999,)}, "99999"),
        ({"expert_ids": (99_999,)}, "99999"),
    ],
)
def test_a_consultation_with_gaps_is_refused(room: Room, now: datetime, values: dict[str, Any], said: str) -> None:
    incident = room.open()
    given = {"person_ids": (room.cast.commander.pk,), "expert_ids": (enter(room).pk,), **values}
    with pytest.raises(BadInput, match=said):
        services.consultation_record(actor=room.analyst, now=now, incident_id=incident.pk, held_at=now, minutes=minutes(**given))
    assert not Consultation.objects.exists()


def test_consultations_are_recorded_on_their_page(room: Room, client_as: ClientAs) -> None:
    incident, analyst = room.open(), client_as("analyst")
    typed = {**{k: v for k, v in vars(minutes()).items() if isinstance(v, str)}, "held_at": "2026-01-02T03:04"}
    typed |= {"person_ids": [room.cast.commander.pk, room.cast.analyst.pk]}
    address = f"/incidents/{incident.pk}/consultations/"
    assert analyst.get(f"{address}record/").status_code == 200
    assert analyst.post(f"{address}record/", typed).status_code == 302
    assert analyst.post(f"{address}record/", {**typed, "person_ids": []}).status_code == 400
    assert Consultation.objects.count() == 1


def test_every_page_of_people_opens(room: Room, client_as: ClientAs) -> None:
    incident, expert = room.open(), enter(room)
    for address in ("people/", "people/invite/", "people/task-force/", "people/task-force/join/", "told/", "consultations/"):
        assert client_as("commander").get(f"/incidents/{incident.pk}/{address}").status_code == 200, address
    for address in ("experts/", "experts/new/", f"experts/{expert.pk}/"):
        assert client_as("commander").get(f"/incidents/{address}").status_code == 200, address
    assert client_as("writer").get("/incidents/experts/new/").status_code == 403
