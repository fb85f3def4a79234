"""A changed story becomes a warning, the warning follows it, and people on duty hear of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from huiying.base.audit.models import AuditEntry
from huiying.base.clocks.selectors import clocks_of
from huiying.base.clocks.services import clocks_sweep
from huiying.base.escalation.services import escalations_sweep
from huiying.base.notify.models import Message
from huiying.listen.stories.models import StoryBucket
from huiying.listen.stories.signals import tick_applied
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.rules import Outcome, WarningState, as_known
from huiying.listen.warnings.services import stories_evaluate, warning_acknowledge, warning_dismiss, warning_mark_opened, warnings_sweep
from huiying.listen.warnings.signals import warning_issued

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]


def grow(story: Any, posts: int, authors: int | None = None) -> None:
    """Let the story have so many posts in the last hour."""
    StoryBucket.objects.filter(story=story).update(posts=posts)
    story.posts, story.authors = posts, posts // 2 if authors is None else authors
    story.save()


def verbs() -> list[str]:
    return list(AuditEntry.objects.filter(subject_kind="warning").order_by("seq").values_list("verb", flat=True))


def test_a_surge_is_proposed_with_reasons_rule_and_clock(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(posts=70, authors=30)
    assert (warning.level, warning.peak_level, warning.state) == ("ORANGE", "ORANGE", "proposed")
    assert {reason["factor"] for reason in warning.reasons} == {"posts_1h", "authors_24h"}
    assert (warning.rule_key, warning.rule_version) == ("warning_default_v1", "1.0")
    assert warning.counterfactual and warning.counterfactual[0]["level"] == "RED"
    clock = clocks_of(("warning", warning.pk))[0]
    assert clock.rule_key == "acknowledge" and clock.due_at == now + timedelta(minutes=15)


def test_chatter_is_no_warning(make_story: Maker, now: datetime) -> None:
    story = make_story(posts=12, authors=10)
    assert stories_evaluate(story_ids=[story.pk], now=now) == 0
    assert not Warning.objects.exists()


def test_the_analyst_and_from_orange_the_commander_are_told_in_their_language(make_warning: Maker, cast: Any) -> None:
    warning = make_warning()
    told = {message.person_id: message.text for message in Message.objects.filter(group=f"warning:{warning.pk}")}
    assert set(told) == {cast.analyst.pk, cast.commander.pk}
    assert told[cast.analyst.pk] == "Warning, orange: 自来水发黄 1. Please acknowledge it."


def test_a_blue_warning_is_for_the_analyst_only_and_waits_for_the_morning(make_warning: Maker, cast: Any, now: datetime) -> None:
    make_warning(posts=22, authors=10)
    assert not Message.objects.exists()
    escalations_sweep(now=now + timedelta(hours=5))
    assert list(Message.objects.values_list("person_id", flat=True)) == [cast.analyst.pk]


def test_without_anybody_on_duty_the_warning_is_still_there(make_warning: Maker) -> None:
    assert make_warning().state == "proposed"
    assert not Message.objects.exists()


def test_one_story_has_one_live_warning_updated_in_place(make_warning: Maker, now: datetime) -> None:
    warning = make_warning(posts=40, authors=20)
    assert warning.level == "YELLOW"
    grow(warning.story, 90)
    for minute in (1, 2, 3):
        assert stories_evaluate(story_ids=[warning.story_id], now=now + timedelta(minutes=minute)) == 0
    warning.refresh_from_db()
    assert (warning.level, warning.peak_level) == ("ORANGE", "ORANGE")
    assert Warning.objects.count() == 1
    assert verbs().count("warning.raise") == 1
    assert {reason["factor"]: reason["value"] for reason in warning.reasons}["posts_1h"] == 90


def test_the_level_falls_only_after_an_hour_and_the_peak_stays(make_warning: Maker, now: datetime) -> None:
    warning = make_warning(posts=70, authors=30)
    StoryBucket.objects.all().delete()
    stories_evaluate(story_ids=[warning.story_id], now=now + timedelta(minutes=5))
    warning.refresh_from_db()
    assert warning.level == "ORANGE" and warning.below_since == now + timedelta(minutes=5) and warning.counterfactual == []
    stories_evaluate(story_ids=[], now=now + timedelta(minutes=70))
    warning.refresh_from_db()
    assert (warning.level, warning.peak_level) == ("BLUE", "ORANGE")
    assert "warning.lower" in verbs()
    assert warning.state == "proposed", "a warning never ends itself"


def test_a_dismissed_story_stays_quiet_until_it_is_worse_or_hours_passed(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(posts=40, authors=20)
    warning_dismiss(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, reason="计划内的检修", outcome=Outcome.ALREADY_HANDLED)
    assert stories_evaluate(story_ids=[warning.story_id], now=now + timedelta(minutes=1)) == 0
    grow(warning.story, 90)
    assert stories_evaluate(story_ids=[warning.story_id], now=now + timedelta(minutes=2)) == 1
    assert Warning.objects.filter(story=warning.story).count() == 2


def test_an_opened_warning_follows_its_story_and_makes_no_second(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(posts=40, authors=20)
    warning_acknowledge(actor=cast.actor("analyst"), now=now, warning_id=warning.pk)
    warning_mark_opened(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, incident_id=7)
    grow(warning.story, 90)
    assert stories_evaluate(story_ids=[warning.story_id], now=now + timedelta(minutes=1)) == 0
    warning.refresh_from_db()
    assert (warning.state, warning.level) == ("opened", "ORANGE")


def test_an_exercise_story_makes_an_exercise_warning_all_the_way(make_warning: Maker, cast: Any) -> None:
    warning = make_warning(exercise=True)
    assert warning.exercise
    assert all(clock.exercise for clock in clocks_of(("warning", warning.pk)))
    assert all(Message.objects.values_list("exercise", flat=True))
    assert all(AuditEntry.objects.filter(subject_kind="warning").values_list("exercise", flat=True))


def test_posts_without_any_author_count_as_authors_unknown(make_warning: Maker) -> None:
    warning = make_warning(posts=130, authors=0)
    assert warning.level == "ORANGE"
    assert "authors_24h" in warning.missing
    from huiying.core.grading.factors import FactorTable

    assert as_known(FactorTable(posts_24h=0, authors_24h=0)).authors_24h == 0


def test_the_rooms_above_hear_of_it_inside_the_transaction(make_story: Maker, now: datetime) -> None:
    heard: list[tuple[int, bool]] = []

    def listen(*, warning_id: int, **_rest: object) -> None:
        heard.append((warning_id, transaction.get_connection().in_atomic_block))

    warning_issued.connect(listen)
    try:
        stories_evaluate(story_ids=[make_story().pk], now=now)
    finally:
        warning_issued.disconnect(listen)
    assert heard == [(Warning.objects.get().pk, True)]


def test_a_tick_evaluates_what_it_changed(make_story: Maker, now: datetime) -> None:
    story = make_story()
    tick_applied.send(sender=None, stream="live", tick=1, story_ids=[story.pk], now=now)
    assert Warning.objects.get().story_id == story.pk


def test_hundreds_of_changed_stories_cost_a_handful_of_queries(
    make_story: Maker, make_warning: Maker, now: datetime, django_assert_max_num_queries: Any
) -> None:
    make_warning(999)
    ids = [make_story(number, posts=3, authors=3).pk for number in range(1, 301)]
    with django_assert_max_num_queries(10):
        stories_evaluate(story_ids=[*ids, 999], now=now + timedelta(minutes=1))


def test_the_sweep_brings_an_unanswered_warning_to_the_commander_once(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(posts=22, authors=10)
    assert warnings_sweep(now=now + timedelta(minutes=14)) == 0
    assert warnings_sweep(now=now + timedelta(minutes=15)) == 1
    assert warnings_sweep(now=now + timedelta(minutes=16)) == 0
    message = Message.objects.get(key=f"warning:{warning.pk}:unanswered")
    assert message.person_id == cast.commander.pk and message.url == f"/warnings/{warning.pk}/"


def test_an_unanswered_warning_alarms_once_and_in_its_own_words(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(posts=22, authors=10)
    before = set(Message.objects.values_list("pk", flat=True))
    late = now + timedelta(minutes=15, seconds=30)
    clocks_sweep(now=late)
    warnings_sweep(now=late)
    assert clocks_of(("warning", warning.pk))[0].state == "missed"
    told = Message.objects.exclude(pk__in=before)
    assert [(message.person_id, message.key) for message in told] == [(cast.commander.pk, f"warning:{warning.pk}:unanswered")]


def test_an_acknowledged_warning_is_not_brought_to_the_commander(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(posts=22, authors=10)
    warning_acknowledge(actor=cast.actor("analyst"), now=now, warning_id=warning.pk)
    assert warnings_sweep(now=now + timedelta(hours=1)) == 0
    assert Warning.objects.get().state == WarningState.ACKNOWLEDGED
