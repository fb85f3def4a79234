"""Reads of objectives, meetings and risks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from huiying.base.clocks.selectors import next_turns, open_clocks_of_kind
from huiying.base.tasks.rules import OPEN_STATES
from huiying.base.ui.charts import Chart
from huiying.base.ui.errors import NotThere

from .models import Decision, Meeting, MeetingSeries, Objective, Reading, Risk
from .rules import (
    OBJECTIVE,
    RHYTHM_KEYS,
    RISK,
    SERIES,
    STANDING_LABELS,
    STANDING_TONES,
    MeetingState,
    ObjectiveState,
    RiskState,
    Standing,
    number_words,
)


@dataclass(frozen=True)
class Turn:
    """When a thing must be looked at: due now (an open clock), or the next time."""

    at: datetime
    is_due: bool


def turns_of(kind: str) -> dict[int, Turn]:
    """Return the next turn of every subject of a kind that has a rhythm, in two queries."""
    turns = {int(key): Turn(at, False) for key, at in next_turns(kind, RHYTHM_KEYS[kind]).items()}
    for clock in reversed(open_clocks_of_kind(kind, RHYTHM_KEYS[kind])):
        turns[int(clock.subject_id)] = Turn(clock.due_at, True)
    return turns


@dataclass(frozen=True)
class ObjectiveRow:
    """An objective with its newest reading and what that says."""

    objective: Objective
    value: float | None
    at: datetime | None
    standing: Standing
    turn: Turn | None = None

    @property
    def value_words(self) -> str:
        """The newest value in words."""
        return number_words(self.value)

    @property
    def progress(self) -> int | None:
        """The way done in percent, None without a reading or a baseline."""
        return None if self.value is None else self.objective.aim.progress(self.value)

    @property
    def standing_label(self) -> str | Promise:
        """How it stands, in words."""
        return STANDING_LABELS[self.standing]

    @property
    def standing_tone(self) -> str:
        """How it stands, as a tone."""
        return STANDING_TONES[self.standing]


def objectives_list(show: str = "active") -> QuerySet[Objective]:
    """Return objectives, soonest due first, with their newest reading: those worked on, or all."""
    newest = Reading.objects.filter(objective=OuterRef("pk")).order_by("-at", "-pk")
    listed = Objective.objects.select_related("owner").annotate(
        newest_value=Subquery(newest.values("value")[:1]), newest_at=Subquery(newest.values("at")[:1])
    )
    return listed if show == "all" else listed.filter(state=ObjectiveState.ACTIVE)


def rows_of(objectives: Iterable[Objective], now: datetime) -> list[ObjectiveRow]:
    """Return listed objectives with what their readings say."""
    turns = turns_of(OBJECTIVE)
    return [row_of(objective, now, turns.get(objective.pk)) for objective in objectives]


def row_of(objective: Objective, now: datetime, turn: Turn | None = None) -> ObjectiveRow:
    """Return one listed objective with what its readings say."""
    value, at = getattr(objective, "newest_value", None), getattr(objective, "newest_at", None)
    return ObjectiveRow(objective, value, at, objective.aim.standing(value, at, now), turn)


def objective(objective_id: int) -> Objective:
    """Return one objective with its newest reading; raises NotThere."""
    found = objectives_list("all").filter(pk=objective_id).first()
    if found is None:
        raise NotThere(_("There is no objective %(id)s.") % {"id": objective_id})
    return found


def readings_of(objective_id: int) -> list[Reading]:
    """Return an objective's readings, oldest first."""
    return list(Reading.objects.filter(objective_id=objective_id))


def chart_of(objective: Objective, readings: list[Reading]) -> Chart:
    """Return the readings over time, beside the straight way from baseline to target."""
    aim = objective.aim
    way = [(reading.at, expected) for reading in readings if (expected := aim.expected(reading.at)) is not None]
    note = _("n=%(n)s readings · target %(target)s") % {"n": len(readings), "target": objective.target_words}
    points = [(reading.at, reading.value) for reading in readings]
    return Chart(objective.measure, objective.unit, points, note, expected=[(at, round(value, 2)) for at, value in way] or None)


def series_list() -> QuerySet[MeetingSeries]:
    """Return series of meetings: running ones first, with how many were held and missed."""
    held, missed = (Count("meetings", filter=Q(meetings__state=state)) for state in (MeetingState.HELD, MeetingState.MISSED))
    return MeetingSeries.objects.select_related("chair").annotate(held=held, missed=missed).order_by("ended_at", "title", "pk")


def series(series_id: int) -> MeetingSeries:
    """Return one series; raises NotThere."""
    found = series_list().filter(pk=series_id).first()
    if found is None:
        raise NotThere(_("There is no series of meetings %(id)s.") % {"id": series_id})
    return found


def meetings_list(series_id: int | None = None) -> QuerySet[Meeting]:
    """Return meetings, newest first, with how many decisions are still undone."""
    undone = Count("decisions", filter=Q(decisions__task__state__in=OPEN_STATES))
    listed = Meeting.objects.select_related("series").annotate(decided=Count("decisions"), undone=undone)
    return (listed if series_id is None else listed.filter(series_id=series_id)).order_by("-scheduled_at", "-pk")


def meeting(meeting_id: int) -> Meeting:
    """Return one meeting; raises NotThere."""
    found = Meeting.objects.select_related("series__chair").filter(pk=meeting_id).first()
    if found is None:
        raise NotThere(_("There is no meeting %(id)s.") % {"id": meeting_id})
    return found


def decisions_of(meeting_id: int) -> list[Decision]:
    """Return what a meeting decided, in order, with the tasks."""
    return list(Decision.objects.filter(meeting_id=meeting_id).select_related("task__owner"))


def undone_before(meeting: Meeting) -> list[Decision]:
    """Return what earlier meetings of the series decided and nobody has done yet, oldest first."""
    earlier = Decision.objects.filter(meeting__series_id=meeting.series_id, meeting__scheduled_at__lt=meeting.scheduled_at)
    still_open = earlier.filter(task__state__in=OPEN_STATES).select_related("task__owner", "meeting")
    return list(still_open.order_by("meeting__scheduled_at", "number"))


def risks_list(show: str = "watched") -> QuerySet[Risk]:
    """Return risks, heaviest first: those that are watched, or all."""
    listed = Risk.objects.select_related("owner").order_by("-level_rank", "pk")
    return listed if show == "all" else listed.exclude(state=RiskState.CLOSED)


def risk(risk_id: int) -> Risk:
    """Return one risk with its reviews; raises NotThere."""
    found = risks_list("all").prefetch_related("reviews").filter(pk=risk_id).first()
    if found is None:
        raise NotThere(_("There is no risk %(id)s.") % {"id": risk_id})
    return found


def risk_counts() -> dict[str, int]:
    """Return how many watched risks weigh high, medium and low."""
    counts = dict(risks_list().order_by().values_list("level_rank").annotate(n=Count("pk")))
    return {"high": counts.get(3, 0), "medium": counts.get(2, 0), "low": counts.get(1, 0)}


def person_in_charge(kind: str, subject_id: int) -> int | None:
    """Return who answers for a reading, a series of meetings or a review of a risk."""
    if kind == SERIES:
        return MeetingSeries.objects.filter(pk=subject_id).values_list("chair_id", flat=True).first()
    owned: type[Objective | Risk] = Risk if kind == RISK else Objective
    return owned.objects.filter(pk=subject_id).values_list("owner_id", flat=True).first()
