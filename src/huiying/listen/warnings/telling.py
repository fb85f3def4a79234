"""Tell the people on duty, each in their own language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.notify.services import notify
from huiying.base.rosters.selectors import person_for_role
from huiying.core.grading.levels import WarningLevel
from huiying.core.grading.wording import level_label

from .models import Warning
from .rules import roles_to_tell


def tell_level(warning: Warning, now: datetime) -> None:
    """Tell whoever is on duty that the warning is new or has risen; once a level."""
    level = WarningLevel(warning.level)

    def sentence(language: str) -> str:
        shown = {"level": level_label(level.value, language), "title": warning.title}
        return _("Warning, %(level)s: %(title)s. Please acknowledge it.") % shown

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
    texts: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence(code)
    notify(
        now=now,
        person_ids=sorted(people),
        text=texts,
        url=reverse("warnings:detail", args=[warning.pk]),
        key=key,
        exercise=warning.exercise,
    )
