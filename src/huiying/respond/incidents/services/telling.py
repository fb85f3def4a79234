"""What people are told about an incident; all of it under one name, so that the room can show who was told what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation

from huiying.base.notify.services import notify

from ..models import Incident
from ..rules import told_group


def tell(
    incident: Incident, *, now: datetime, person_ids: Iterable[int], sentence: Callable[[], str], url: str, key: str, priority: int = 0
) -> int:
    """Tell people one sentence, each in their own language, inside Huiying and by the ways they entered."""
    texts: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    return notify(
        now=now,
        person_ids=person_ids,
        text=texts,
        url=url,
        key=key,
        exercise=incident.exercise,
        channels=("in_app", "personal"),
        group=told_group(incident.pk),
        priority=priority,
    )
