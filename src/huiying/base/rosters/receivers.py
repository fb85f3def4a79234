"""Tell the people on duty what the rooms below report: a clock ran out, a task is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.clocks.signals import clock_missed, clock_warned
from huiying.base.notify.services import notify
from huiying.base.sharing.selectors import url_of_subject
from huiying.base.tasks.signals import task_overdue

from .rules import ALARM_ROLES, has_own_alarm
from .selectors import people_to_alarm, person_for_role


def connect() -> None:
    """Listen to the rooms below; called once when the program starts."""
    clock_missed.connect(tell_clock_missed, dispatch_uid="rosters.clock_missed")
    clock_warned.connect(tell_clock_warned, dispatch_uid="rosters.clock_warned")
    task_overdue.connect(tell_task_overdue, dispatch_uid="rosters.task_overdue")


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


def tell_task_overdue(*, task: Any, now: datetime, **_kwargs: object) -> None:  # Any: as above
    """Tell the owner, or whoever fills the owner's role; a task of nobody goes to the commander."""
    owner = task.owner_id or (person_for_role(task.owner_role, now) if task.owner_role else None) or person_for_role("commander", now)
    if owner is None:
        return
    url = url_of_subject(task.subject_kind, task.subject_id) or "/tasks/"
    text = _in_every_language(lambda: _("Task overdue: %(title)s") % {"title": task.title_text})
    notify(now=now, person_ids=[owner], text=text, url=url, key=f"task:{task.pk}:overdue", exercise=task.exercise)


def _tell_of_clock(clock: Any, text: dict[str, str], key: str, now: datetime) -> None:  # Any: as above
    url = url_of_subject(clock.subject_kind, clock.subject_id) or "/clocks/"
    notify(now=now, person_ids=people_to_alarm(ALARM_ROLES, now), text=text, url=url, key=key, exercise=clock.exercise)


def _in_every_language(sentence: Callable[[], str]) -> dict[str, str]:
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    return texts
