"""Tell the people on duty, each in their own language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any  # keyword arguments of a service

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.audit.rules import SYSTEM
from huiying.base.escalation.services import escalation_start
from huiying.base.notify.services import notify
from huiying.base.rosters.selectors import person_for_role
from huiying.core.grading.levels import WarningLevel
from huiying.core.grading.wording import level_label

from .models import Warning
from .rules import roles_to_tell


def tell_level(warning: Warning, now: datetime) -> None:
    """Tell people that the warning is new or has risen: until somebody acknowledges it, or once when somebody has it already."""
    level = WarningLevel(warning.level)

    def sentence(language: str) -> str:
        shown = {"level": level_label(level.value, language), "title": warning.title}
        return _("Warning, %(level)s: %(title)s. Please acknowledge it.") % shown

    if warning.awaits_acknowledgement:
        escalation_start(actor=SYSTEM, now=now, level=level.value, text=_texts(sentence), **_about(warning))
    else:
        _tell(warning, roles_to_tell(level), sentence, f"warning:{warning.pk}:{level.value}", now)


def tell_unanswered(warning: Warning, now: datetime) -> None:
    """Tell the commander that nobody took the warning in time."""

    def sentence(language: str) -> str:
        shown = {"level": level_label(warning.level, language), "title": warning.title}
        return _("Nobody has acknowledged the warning, %(level)s: %(title)s. It comes to you now.") % shown

    _tell(warning, ("commander",), sentence, f"warning:{warning.pk}:unanswered", now)


def _tell(warning: Warning, roles: tuple[str, ...], sentence: Callable[[str], str], key: str, now: datetime) -> None:
    found = {person_for_role(role, now) for role in roles}
    people = {person for person in found if person is not None}
    if not people:
        return
    notify(
        now=now,
        person_ids=sorted(people),
        text=_texts(sentence),
        url=_about(warning)["url"],
        key=key,
        exercise=warning.exercise,
        group=f"warning:{warning.pk}",
    )


def _about(warning: Warning) -> dict[str, Any]:
    url = reverse("warnings:detail", args=[warning.pk])
    return {"subject": ("warning", warning.pk), "url": url, "exercise": warning.exercise}


def _texts(sentence: Callable[[str], str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence(code)
    return texts


def tell_overdue(notice_id: int, title: str, exercise: bool, now: datetime, key: str) -> None:
    """Tell the analyst and the commander that a notice is past its end and still in force."""

    def sentence(_language: str) -> str:
        return _("The warning notice “%(title)s” is past its end and still in force: renew, change or lift it.") % {"title": title}

    found = {person_for_role(role, now) for role in ("analyst", "commander")}
    people = sorted(person for person in found if person is not None)
    url = reverse("warnings:notice", args=[notice_id])
    if people:
        notify(now=now, person_ids=people, text=_texts(sentence), url=url, key=f"notice:{notice_id}:overdue:{key}", exercise=exercise)
