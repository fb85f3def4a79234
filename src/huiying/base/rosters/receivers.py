"""Tell the people on duty what the rooms below report: a clock ran out, a task is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind, Role
from huiying.base.accounts.selectors import group_people, ids_of_unit
from huiying.base.clocks.signals import clock_missed, clock_warned
from huiying.base.notify.services import notify
from huiying.base.sharing.selectors import url_of_subject
from huiying.base.tasks.rules import ORDER_RULES
from huiying.base.tasks.signals import task_overdue

from .rules import ALARM_ROLES, has_own_alarm, register_own_alarm
from .selectors import people_to_alarm, person_for_role


def connect() -> None:
    """Listen to the rooms below; called once when the program starts."""
    clock_missed.connect(tell_clock_missed, dispatch_uid="rosters.clock_missed")
    clock_warned.connect(tell_clock_warned, dispatch_uid="rosters.clock_warned")
    task_overdue.connect(tell_task_overdue, dispatch_uid="rosters.task_overdue")
    for rule_key in ORDER_RULES:  # a late order climbs from its owner instead of alarming command at once
        register_own_alarm("task", rule_key)


def tell_clock_missed(*, clock: Any, now: datetime, **_kwargs: object) -> None:  # Any: a lower room's record, read only by name
    """Tell command and analysis on duty that a deadline passed, unless its own room does."""
    if has_own_alarm(clock.subject_kind, clock.rule_key):
        return
    text = _in_every_language(lambda: _("Deadline missed: %(label)s") % {"label": clock.label_text})
    _tell_of_clock(clock, text, f"clock:{clock.pk}:missed", now)


def tell_clock_warned(*, clock: Any, now: datetime, **_kwargs: object) -> None:  # Any: as above
    """Remind command and analysis on duty that a deadline is near."""
    text = _in_every_language(lambda: _("Deadline near: %(label)s") % {"label": clock.label_text})
    _tell_of_clock(clock, text, f"clock:{clock.pk}:warned", now)


def tell_task_overdue(*, task: Any, step: str, now: datetime, **_kwargs: object) -> None:  # Any: as above
    """Tell whoever stands on a step of the climb; a step on which nobody stands is passed on to the next, at last to command."""
    rungs: dict[str, Callable[[], list[int]]] = {
        "owner": lambda: (
            _known(task.owner_id or (person_for_role(task.owner_role, now) if task.owner_role else None))
            or (ids_of_unit(task.unit_id) if task.unit_id else [])
        ),
        "deputy": lambda: _known(task.deputy_id),
        "group_head": lambda: _known(*group_people(task.group)[:2]),
        "command": lambda: _known(*group_people(GroupKind.COMMAND)[:2], person_for_role(Role.COMMANDER, now)),
    }
    above = list(rungs)[list(rungs).index(step) :]
    found = ((rung, rungs[rung]()) for rung in above)
    rung, people = next(((rung, people) for rung, people in found if people), ("", []))
    url = url_of_subject(task.subject_kind, task.subject_id) or "/tasks/"
    text = _in_every_language(lambda: _("Task overdue: %(title)s") % {"title": task.title_text})
    notify(now=now, person_ids=people, text=text, url=url, key=f"task:{task.pk}:overdue:{task.late_at}:{rung}", exercise=task.exercise)


def _known(*person_ids: int | None) -> list[int]:
    return [person_id for person_id in person_ids if person_id is not None]


def _tell_of_clock(clock: Any, text: dict[str, str], key: str, now: datetime) -> None:  # Any: as above
    url = url_of_subject(clock.subject_kind, clock.subject_id) or "/clocks/"
    notify(now=now, person_ids=people_to_alarm(ALARM_ROLES, now), text=text, url=url, key=key, exercise=clock.exercise)


def _in_every_language(sentence: Callable[[], str]) -> dict[str, str]:
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    return texts
