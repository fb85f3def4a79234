"""A subject that is escalated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.audit.rules import SYSTEM
from huiying.base.escalation.models import Run
from huiying.base.escalation.services import escalation_start

SUBJECT = ("warning", 12)
#: A program of its own, which the tests start as a process.
collect_ignore = ["crash_sweeper.py"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let messages be in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def start(now: datetime) -> Callable[..., Run]:
    """Return a starter of escalations of one subject."""

    def begin(level: str = "ORANGE", *, at: datetime | None = None, subject: tuple[str, object] = SUBJECT, **values: Any) -> Run:
        text = {"en": "Water turns yellow", "zh-Hans": "自来水发黄"}
        given: dict[str, Any] = {"actor": SYSTEM, "text": text, "url": "/warnings/12/", "exercise": False, **values}
        return escalation_start(now=at or now, subject=subject, level=level, **given)

    return begin


@pytest.fixture
def on_duty(cast: Any, now: datetime) -> Any:
    """Put analyst and commander on duty for a day."""
    from huiying.base.rosters.services import shift_add

    for name in ("analyst", "commander"):
        person = getattr(cast, name)
        begins = now - timedelta(hours=1)
        shift_add(actor=SYSTEM, now=now, person_id=person.pk, role=name, starts_at=begins, ends_at=begins + timedelta(hours=24))
    return cast
