"""What the next commander must know, generated from the record."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.clocks.selectors import clocks_of

from ..models import CommandHandover, Incident
from ..rules import SUBJECT
from .reading import tasks_of_incident

DECISIONS_TOLD = 10
_TASK_ENDED = frozenset({"done", "cancelled"})


def command_summary(incident: Incident, now: datetime) -> list[dict[str, object]]:
    """Return state, grade, running clocks, open tasks and the last decisions, once in each language of the house."""
    return [{"language": code, "sections": _in(code, incident)} for code, _name in settings.LANGUAGES]


def _in(code: str, incident: Incident) -> list[dict[str, object]]:
    with translation.override(code):
        clocks = [clock for clock in clocks_of((SUBJECT, incident.pk)) if clock.stopped_at is None and clock.state != "waived"]
        tasks = [task for task in tasks_of_incident(incident.pk) if task.state not in _TASK_ENDED]
        log = incident.log_entries.order_by("-at", "-pk")[:DECISIONS_TOLD]
        return [
            {"title": _("State and grade"), "lines": [str(incident.get_state_display()), incident.grade or _("Not graded yet.")]},
            {"title": _("Clocks"), "lines": [f"{clock.label_text} · {clock.due_at:%Y-%m-%d %H:%M} UTC" for clock in clocks]},
            {"title": _("Tasks"), "lines": [f"{task.title_text} · {task.owner or task.owner_words}" for task in tasks]},
            {"title": _("Decisions"), "lines": [f"{entry.text} · {entry.by_name}" for entry in log]},
        ]


def handover_sections(handover: CommandHandover) -> list[dict[str, object]]:
    """Return a summary in the reader's language."""
    told = {each["language"]: each["sections"] for each in handover.summary}
    found = told.get(translation.get_language() or "zh-hans") or told.get("zh-hans") or []
    assert isinstance(found, list)
    return found
