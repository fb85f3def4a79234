"""The pages of the sources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiying.core.collectors.records import Record, Unreadable

Maker = Callable[..., list[Record]]
SignIn = Callable[[str], Client]


def body(response: Any) -> str:
    """Return the text of a page."""
    return str(response.content.decode())


@pytest.mark.parametrize("name", ["list", "search", "report", "quarantine", "add"])
def test_every_page_opens_empty_and_teaches_the_next_step(client_as: SignIn, name: str) -> None:
    response = client_as("analyst").get(reverse(f"sources:{name}"))
    assert response.status_code == 200
    assert body(response).count("<h1") == 1


@pytest.mark.parametrize(
    ("who", "name"), [("outsider", "list"), ("outsider", "search"), ("outsider", "report"), ("outsider", "quarantine"), ("writer", "add")]
)
def test_whoever_lacks_the_right_is_refused(client_as: SignIn, who: str, name: str) -> None:
    assert client_as(who).get(reverse(f"sources:{name}")).status_code == 403


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    assert Client().get(reverse("sources:list")).status_code == 302


def test_a_source_is_added_paused_and_resumed_by_forms(client_as: SignIn) -> None:
    client = client_as("analyst")
    form = {
        "connector": "feed",
        "name": "Forum",
        "url": "https://forum.example/rss",
        "channel": "forum",
        "media_tier": "0",
        "poll_seconds": "60",
    }
    response = client.post(reverse("sources:add"), form, follow=True)
    assert "Forum" in body(response)
    number = response.context["source"].pk
    assert client.post(reverse("sources:add"), form).status_code == 400
    assert client.post(reverse("sources:add"), {**form, "url": "http://10.0.0.1/"}).status_code == 400
    assert client.post(reverse("sources:pause", args=[number])).status_code == 302
    assert client.post(reverse("sources:pause", args=[number])).status_code == 409
    assert client.post(reverse("sources:resume", args=[number])).status_code == 302
    assert client.get(reverse("sources:pause", args=[number])).status_code == 405
    assert client.get(reverse("sources:detail", args=[999])).status_code == 404
    assert client_as("writer").post(reverse("sources:pause", args=[number])).status_code == 403


def test_an_error_is_said_in_words(client_as: SignIn, feed: Any, now: datetime) -> None:
    from huiying.listen.sources.services import poll_failed

    poll_failed(source_id=feed.pk, now=now, code="http_status", detail="500")
    client = client_as("analyst")
    assert "answered with status 500" in body(client.get(reverse("sources:list")))
    assert "answered with status 500" in body(client.get(reverse("sources:detail", args=[feed.pk])))


def test_the_frame_says_blind_when_no_source_answers(client_as: SignIn, feed: Any) -> None:
    from django.utils import timezone

    from huiying.listen.sources.services import poll_succeeded

    client = client_as("analyst")
    assert "blind" in body(client.get(reverse("sources:report")))
    poll_succeeded(source_id=feed.pk, now=timezone.now(), cursor={})
    assert "1 of 1 sources alive" in body(client.get(reverse("sources:report")))


def test_posts_are_found_without_their_authors(client_as: SignIn, feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.services import intake

    intake(source=feed, records=posts("<b>自来水</b>发黄", author_handle="zhang"), now=now)
    page = body(client_as("writer").get(reverse("sources:search"), {"q": "自来水"}))
    assert "&lt;b&gt;自来水&lt;/b&gt;发黄" in page.replace("<mark>", "").replace("</mark>", "")
    assert str(Post.objects.get().author) not in page
    assert "No post matches" in body(client_as("writer").get(reverse("sources:search"), {"q": "停电", "before": "x"}))


def test_a_first_report_is_filed_from_its_form(client_as: SignIn) -> None:
    from huiying.listen.sources.models import FirstReport

    client = client_as("officer")
    assert client.post(reverse("sources:report"), {"facts": "水黄"}).status_code == 400
    response = client.post(reverse("sources:report"), {"facts": "水黄", "origin": "群", "reaction": "急"}, follow=True)
    assert "first report is in" in body(response)
    assert FirstReport.objects.get().person_name == "Officer"


def test_held_back_records_can_be_tried_again_and_discarded(client_as: SignIn, feed: Any, now: datetime) -> None:
    from huiying.listen.sources.models import Quarantine
    from huiying.listen.sources.services import intake

    intake(source=feed, records=[Unreadable("x", "line 1", '{"text":"ok","id":"1"}'), Unreadable("x", "line 2", "{no")], now=now)
    good, bad = Quarantine.objects.order_by("pk")
    client = client_as("analyst")
    assert "line 2" in body(client.get(reverse("sources:quarantine")))
    client.post(reverse("sources:quarantine_replay", args=[good.pk]))
    assert "still cannot be read" in body(client.post(reverse("sources:quarantine_replay", args=[bad.pk]), follow=True))
    client.post(reverse("sources:quarantine_discard", args=[bad.pk]))
    assert list(Quarantine.objects.order_by("pk").values_list("state", flat=True)) == ["replayed", "discarded"]
    assert client_as("writer").post(reverse("sources:quarantine_replay", args=[good.pk])).status_code == 403
    assert client.post(reverse("sources:quarantine_replay", args=[good.pk])).status_code == 409


@pytest.mark.parametrize("page", ["list", "quarantine", "search"])
def test_a_longer_list_asks_no_more_queries(client_as: SignIn, feed: Any, posts: Maker, now: datetime, page: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from huiying.listen.sources.models import Source
    from huiying.listen.sources.services import intake

    counts = []
    client = client_as("analyst")
    for batch in range(2):
        for number in range(10):
            Source.objects.create(
                name=f"s{batch}{number}", connector="feed", url=f"https://{batch}{number}.example/", channel="web", created_at=now
            )
        intake(source=feed, records=posts(*["停水"] * 10, item_id=None, title=f"{batch}"), now=now)
        intake(source=feed, records=[Unreadable(f"{batch} {n}", "line", "{") for n in range(10)], now=now)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(f"sources:{page}"), {"q": "停水"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
