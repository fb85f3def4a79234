"""What this room does when stories change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from huiying.base.rosters.rules import register_own_alarm
from huiying.listen.stories.signals import matter_joined, tick_applied

from .evaluation import stories_evaluate
from .rules import ACKNOWLEDGE_CLOCK
from .services import warnings_follow, warnings_join


def on_tick_applied(
    sender: object, *, story_ids: Iterable[int], now: datetime, merges: Iterable[tuple[int, int]] = (), **_rest: object
) -> None:
    """Let warnings follow merged stories, then judge the stories a tick changed, in the tick's own transaction."""
    warnings_follow(merges=merges, now=now)
    stories_evaluate(story_ids=story_ids, now=now)


def on_matter_joined(sender: object, *, story_id: int, main_id: int, now: datetime, **_rest: object) -> None:
    """Let a matter have one warning."""
    warnings_join(story_id=story_id, main_id=main_id, now=now)


def connect() -> None:
    """Listen to the stories room, and keep the alarm of an unanswered warning to this room: one alarm, in its words."""
    register_own_alarm("warning", ACKNOWLEDGE_CLOCK)
    tick_applied.connect(on_tick_applied, dispatch_uid="warnings.tick_applied")
    matter_joined.connect(on_matter_joined, dispatch_uid="warnings.matter_joined")
