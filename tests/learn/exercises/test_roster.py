"""The demo's people are on duty around the clock, and every level reaches one of them at every hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from huiying.base.escalation.services import preflight_run
from huiying.base.rosters.selectors import on_duty
from huiying.learn.exercises.people import ON_DUTY
from huiying.learn.exercises.services import demo_prepare

pytestmark = pytest.mark.django_db


def test_the_coming_week_of_a_demo_is_covered(now: datetime) -> None:
    demo_prepare(now=now, feed_url="http://127.0.0.1:9999")
    demo_prepare(now=now + timedelta(days=3), feed_url="http://127.0.0.1:9998")
    for at in (now, now + timedelta(days=30)):
        found = preflight_run(now=at)
        assert found.breaks == []
        assert sorted(entry.role for entry in on_duty(at)) == sorted(ON_DUTY)
        assert [note["kind"] for note in found.notes] == (["demo"] if at == now else [*["year"] * (at.year > 2026), "demo"])
