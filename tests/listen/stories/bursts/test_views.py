"""What people see of bursts: a panel beside the stories, a page, and a line on the watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from huiying.listen.stories.bursts.services import bursts_count
from huiying.listen.stories.models import Burst, Watch, WatchMatch

from .builders import HOURS, START, chatter, in_order, log_ticks, posts_add

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NOON = datetime.fromisoformat("2026-11-03T04:00:00+00:00")
POSTS = in_order(chatter(33, channel="news", an_hour=30), chatter(30), chatter(3, start=START + 30 * HOURS, an_hour=600))


def count(stream: str = "live") -> None:
    log_ticks(POSTS, stream=stream)
    while bursts_count(stream=stream, now=NOON):
        pass


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return unescape(response.content.decode())


def test_before_anything_came_in_it_says_what_is_needed(client_as: SignIn) -> None:
    for url in ("/stories/", "/stories/louder/"):
        assert "A day of history is needed before something is usual: 0 of 24 hours so far." in text_of(client_as("analyst"), url)


def test_a_young_stream_says_how_much_history_it_has(client_as: SignIn) -> None:
    log_ticks(chatter(5))
    bursts_count(stream="live", now=NOON)
    assert "4 of 24 hours so far" in text_of(client_as("analyst"), "/stories/")


def test_the_panel_says_seen_and_usual_and_leads_to_the_posts(client_as: SignIn) -> None:
    count()
    page = text_of(client_as("analyst"), "/stories/")
    burst = Burst.objects.get(kind="channel")
    assert f"{burst.seen} voices in " in page
    assert f"{round(burst.expected)} are usual" in page
    assert "/sources/search/?channel=forum&since=2026-11-03&until=2026-11-03" in page


def test_a_quiet_stream_says_so(client_as: SignIn) -> None:
    log_ticks(chatter(30))
    bursts_count(stream="live", now=NOON)
    assert "No channel and no watch has more voices than usual." in text_of(client_as("analyst"), "/stories/")


def test_the_page_draws_the_week_with_its_table(client_as: SignIn) -> None:
    count()
    page = text_of(client_as("analyst"), "/stories/louder/")
    assert "Voices over time" in page and 'class="expected"' in page and "<table>" in page
    assert f"0 of {len(POSTS)} posts came in more than 60 minutes late" in page


def test_an_exercise_is_marked_and_has_its_own_page(client_as: SignIn) -> None:
    count("exercise")
    assert "exercise" in text_of(client_as("analyst"), "/stories/")
    assert "voices in " in text_of(client_as("analyst"), "/stories/louder/?stream=exercise")
    assert "voices in " not in text_of(client_as("analyst"), "/stories/louder/")


def test_a_watch_shows_its_own_bursts(client_as: SignIn, cast: Any) -> None:
    watch = Watch.objects.create(name="水", query="停水", owner=cast.analyst, created_at=START)
    seqs = posts_add(POSTS)
    WatchMatch.objects.bulk_create(
        WatchMatch(watch=watch, post_id=seq) for seq, post in zip(seqs, POSTS, strict=True) if post.channel == "forum"
    )
    count()
    assert "Louder than usual: " in text_of(client_as("analyst"), f"/stories/watches/{watch.pk}/")
    assert f'href="/stories/watches/{watch.pk}/"' in text_of(client_as("analyst"), "/stories/")
    watch.delete()
    assert not Burst.objects.filter(kind="watch").exists()


def test_an_outsider_sees_nothing(client_as: SignIn) -> None:
    assert client_as("outsider").get("/stories/louder/").status_code == 403


def test_it_speaks_chinese(client_as: SignIn) -> None:
    count()
    assert "比平时多" in text_of(client_as("analyst"), "/stories/?lang=zh-hans")
    assert "比平時多" in text_of(client_as("analyst"), "/stories/louder/?lang=zh-hant")
