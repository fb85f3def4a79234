"""What this room knows for a hand-over: the deadlines and tasks that are running."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.clocks.selectors import open_clocks
from huiying.base.sharing.selectors import url_of_subject
from huiying.base.tasks.selectors import open_tasks

from .registry import HandoverLine

#: lines; what one person can read and keep at a change of shift.
MOST_LINES = 20


def clock_lines(now: datetime) -> list[HandoverLine]:
    """Return the open deadlines, soonest due first."""
    lines = []
    for clock in open_clocks()[:MOST_LINES]:
        shown = {"label": clock.label_text, "due": _at(clock.due_at)}
        text = _("%(label)s: due %(due)s, over") if clock.due_at < now else _("%(label)s: due %(due)s")
        lines.append(HandoverLine(_marked(text % shown, clock.exercise), url_of_subject(clock.subject_kind, clock.subject_id)))
    return lines


def task_lines(now: datetime) -> list[HandoverLine]:
    """Return the tasks that are due within the next day or late, soonest due first."""
    lines = []
    for task in open_tasks().filter(due_at__lt=now + timedelta(days=1))[:MOST_LINES]:
        shown = {"title": task.title_text, "owner": str(task.owner or task.owner_words), "due": _at(task.due_at)}
        lines.append(HandoverLine(_marked(_("%(title)s (%(owner)s): due %(due)s") % shown, task.exercise), f"/tasks/{task.pk}/"))
    return lines


def _at(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%m-%d %H:%M") if moment else "–"


def _marked(text: str, exercise: bool) -> str:
    return _("[exercise] %(text)s") % {"text": text} if exercise else text
