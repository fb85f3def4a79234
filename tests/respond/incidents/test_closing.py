"""Nothing closes before the review, the survey, the purge or its exception, and the final report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiying.base.tasks.models import Task
from huiying.base.tasks.services import task_move
from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.rules import State

from .conftest import Room

pytestmark = pytest.mark.django_db
S = State


def missing(incident: Incident, now: datetime) -> set[str]:
    """Return what still keeps the incident open, by key."""
    return {line.key for line in selectors.closing_lines(Incident.objects.get(pk=incident.pk), now) if not line.done}


def close(room: Room, incident: Incident) -> None:
    """Ask for the last move."""
    services.incident_move(actor=room.commander, now=room.now, incident_id=incident.pk, to=S.CLOSED)


def test_the_survey_is_a_task_due_one_month_after(room: Room, now: datetime) -> None:
    incident = room.to(S.RESOLVED)
    survey = Task.objects.get(source="closing:survey")
    assert survey.due_at == now + timedelta(days=30) and survey.owner_role == "evaluator"
    services.survey_schedule(actor=room.commander, now=now, incident_id=incident.pk)
    assert Task.objects.filter(source="closing:survey").count() == 1


def test_each_condition_stands_in_the_way_by_itself(room: Room, now: datetime, reviewed: dict[str, str | None]) -> None:
    incident = room.to(S.REVIEWING)
    assert missing(incident, now) == {"purged", "final_report"}
    task_move(actor=room.commander, now=now, task_id=Task.objects.get(source="closing:survey").pk, to="cancelled", reason="Nobody asked")
    reviewed["review_approved"] = "The review waits."
    assert missing(incident, now) == {"purged", "final_report", "survey", "review_approved"}
    with pytest.raises(NotNow, match="survey is not scheduled"):
        close(room, incident)
    services.survey_schedule(actor=room.commander, now=now, incident_id=incident.pk)
    reviewed["review_approved"] = None
    room.make_ready_to_close(incident)
    assert missing(incident, now) == set()
    close(room, incident)


def except_(room: Room, incident: Incident, who: str = "lawyer", **changes: Any) -> None:
    """Sign an exception."""
    given: dict[str, Any] = {"kept": "The caller's number", "reason": "A suit is pending", "until": date(2027, 1, 1), **changes}
    services.retention_except(actor=room.cast.actor(who), now=room.now, incident_id=incident.pk, **given)


def test_a_signed_exception_stands_for_the_purge_until_its_day(room: Room, now: datetime) -> None:
    incident = room.to(S.REVIEWING)
    except_(room, incident)
    assert "purged" not in missing(incident, now)
    assert "purged" in missing(incident, now + timedelta(days=90))


def test_who_commands_or_holds_no_such_right_does_not_sign(room: Room, now: datetime) -> None:
    incident = room.to(S.REVIEWING)
    with pytest.raises(NotYou):
        except_(room, incident, "commander")
    Incident.objects.filter(pk=incident.pk).update(deputy=room.cast.lawyer)
    with pytest.raises(NotYou):
        except_(room, incident)


@pytest.mark.parametrize("changes", [{"kept": " "}, {"reason": ""}, {"until": date(2026, 11, 23)}])
def test_an_exception_says_what_why_and_until_when(room: Room, changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        except_(room, room.to(S.REVIEWING), **changes)


def test_an_exception_before_the_end_or_twice_is_refused(room: Room) -> None:
    with pytest.raises(NotNow):
        except_(room, room.to(S.RESPONDING))
    incident = room.to(S.REVIEWING)
    except_(room, incident)
    with pytest.raises(NotNow):
        except_(room, incident)


def test_the_page_names_each_with_a_way_to_get_it_done(room: Room, client_as: Callable[[str], Client]) -> None:
    incident = room.to(S.RESOLVED)
    page = client_as("commander").get(incident.get_absolute_url()).content.decode()
    for words in ("The satisfaction survey is scheduled.", "no exception is signed", "The final report is not filed."):
        assert words in page
    assert f"/incidents/{incident.pk}/purge/" in page
    lawyer = client_as("lawyer")
    assert f"/incidents/{incident.pk}/retention/" in lawyer.get(incident.get_absolute_url()).content.decode()
    until = (timezone.now() + timedelta(days=30)).date().isoformat()
    sent = {"kept": "A number", "reason": "A suit", "until": until}
    assert lawyer.post(f"/incidents/{incident.pk}/retention/", sent).status_code == 302
    assert client_as("commander").post(f"/incidents/{incident.pk}/survey/").status_code == 302
