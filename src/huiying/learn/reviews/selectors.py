"""Reads of reviews: what was planned, what was done, and what is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from huiying.base.clocks.rules import ClockState
from huiying.base.clocks.selectors import clocks_of
from huiying.base.tasks.rules import TaskState
from huiying.base.tasks.selectors import tasks_of
from huiying.base.ui.errors import NotThere
from huiying.respond.incidents.selectors import readable

from .models import CorrectiveAction, Finding, Review
from .rules import UNDONE_STATES


@dataclass(frozen=True)
class PlannedActual:
    """One thing that had a time: when it was due, when it was done, how far over (None = in time or open)."""

    kind: str
    label: str
    due_at: datetime | None
    done_at: datetime | None
    late: timedelta | None
    verdict: str

    @property
    def late_words(self) -> str:
        """How far over, in hours and minutes."""
        minutes = int(self.late.total_seconds()) // 60 if self.late else 0
        return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


@dataclass(frozen=True)
class PlannedActualCount:
    """How many had a time, how many kept it, missed it, or ended without one; n is the sum."""

    n: int
    kept: int
    late: int
    undone: int


def _readable() -> QuerySet[Review]:
    """Return the reviews of incidents that whoever reads now may see."""
    return Review.objects.filter(incident__in=readable())


def review(review_id: int) -> Review:
    """Return one review with its incident; raises NotThere."""
    found = _readable().select_related("incident", "approved_by").filter(pk=review_id).first()
    if found is None:
        raise NotThere(_("There is no review %(id)s.") % {"id": review_id})
    return found


def review_of_incident(incident_id: int) -> Review | None:
    """Return an incident's review, or None."""
    return _readable().select_related("incident").filter(incident_id=incident_id).first()


def reviews_list() -> QuerySet[Review]:
    """Return all reviews, newest first, with their numbers of findings and of undone actions."""
    undone = Count("findings__actions", filter=Q(findings__actions__state__in=UNDONE_STATES), distinct=True)
    counted = _readable().annotate(finding_count=Count("findings", distinct=True), undone_count=undone)
    return counted.select_related("incident").order_by("-opened_at", "-pk")


def findings_of(review_id: int) -> list[Finding]:
    """Return a review's findings in order, with their actions."""
    return list(Finding.objects.filter(review_id=review_id).prefetch_related("actions__owner", "actions__verified_by"))


def actions_list(*, show: str = "open", owner_id: int | None = None, at: datetime | None = None) -> QuerySet[CorrectiveAction]:
    """Return corrective actions, soonest due first: ``open``, ``mine``, ``overdue`` or ``all``."""
    seen = CorrectiveAction.objects.filter(finding__review__in=_readable())
    actions = seen.select_related("owner", "verified_by", "finding__review__incident")
    if show == "all":
        return actions
    if show == "overdue":
        return actions.filter(state__in=UNDONE_STATES, due_at__lt=at)
    still_open = actions.exclude(state__in=["closed", "rejected"])
    return still_open.filter(owner_id=owner_id) if show == "mine" else still_open


def action(action_id: int) -> CorrectiveAction:
    """Return one corrective action; raises NotThere."""
    found = actions_list(show="all").filter(pk=action_id).first()
    if found is None:
        raise NotThere(_("There is no corrective action %(id)s.") % {"id": action_id})
    return found


def overdue_action_count(at: datetime) -> int:
    """Return how many corrective actions are late."""
    return CorrectiveAction.objects.filter(state__in=UNDONE_STATES, due_at__lt=at).count()


def planned_vs_actual(incident_id: int) -> list[PlannedActual]:
    """Return every clock and task of an incident: due against done, in the order they were due."""
    subject = ("incident", incident_id)
    rows = [_of_clock(clock) for clock in clocks_of(subject)] + [_of_task(task) for task in tasks_of(subject)]
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at.timestamp() if row.due_at else 0.0, row.label))


def _of_clock(clock: object) -> PlannedActual:
    label, due, stopped, state = (getattr(clock, name) for name in ("label_text", "due_at", "stopped_at", "state"))
    if state == ClockState.WAIVED:
        return PlannedActual("clock", label, due, None, None, "waived")
    return _row("clock", label, due, stopped, is_over=state == ClockState.MISSED)


def _of_task(task: object) -> PlannedActual:
    label, due, done, state = (getattr(task, name) for name in ("title_text", "due_at", "done_at", "state"))
    if state == TaskState.CANCELLED:
        return PlannedActual("task", label, due, None, None, "cancelled")
    return _row("task", label, due, done, is_over=False)


def _row(kind: str, label: str, due: datetime | None, done: datetime | None, *, is_over: bool) -> PlannedActual:
    if done is None:
        return PlannedActual(kind, label, due, None, None, "missed" if is_over else "open")
    if due is not None and done > due:
        return PlannedActual(kind, label, due, done, done - due, "late")
    return PlannedActual(kind, label, due, done, None, "kept")


def count_planned_vs_actual(rows: list[PlannedActual]) -> PlannedActualCount:
    """Return the counts under the table, without what was waived or cancelled."""
    counted = [row for row in rows if row.verdict not in {"waived", "cancelled"}]
    verdicts = [row.verdict for row in counted]
    return PlannedActualCount(
        len(counted), verdicts.count("kept"), verdicts.count("late"), verdicts.count("missed") + verdicts.count("open")
    )
