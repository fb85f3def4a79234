"""Two people at one warning in the same moment, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from huiying.base.audit.models import AuditEntry
from huiying.base.ui.errors import NotNow
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.services import stories_evaluate, warning_acknowledge

pytestmark = pytest.mark.postgresql


def test_a_warning_is_taken_by_exactly_one(
    at_once: Callable[..., list[Any]], make_story: Callable[..., Any], cast: Any, now: datetime
) -> None:
    story = make_story(posts=400, authors=300)
    stories_evaluate(story_ids=[story.pk], now=now)
    warning = Warning.objects.get()
    take = [partial(warning_acknowledge, actor=cast.actor(name), now=now, warning_id=warning.pk) for name in ("analyst", "commander")]
    results = at_once(*take)
    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [NotNow]
    assert AuditEntry.objects.filter(verb="warning.acknowledge").count() == 1


def test_two_evaluations_of_a_story_make_one_warning(
    at_once: Callable[..., list[Any]], make_story: Callable[..., Any], now: datetime
) -> None:
    story = make_story(posts=400, authors=300)
    judge = partial(stories_evaluate, story_ids=[story.pk], now=now)
    assert not [result for result in at_once(judge, judge, judge) if isinstance(result, Exception)]
    assert Warning.objects.count() == 1
