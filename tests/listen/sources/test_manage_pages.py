"""The pages about sources: kinds, look first, add, change, health, outages, coverage, legal basis, lists of feeds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.core.collectors.hostile import HostileServer, hostile_server

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """Return a running hostile server."""
    with hostile_server() as running:
        yield running


def body(response: Any) -> str:
    """Return the page as text."""
    return str(response.content.decode())


def typed(**more: str) -> dict[str, str]:
    """Return what a person types for a feed."""
    return {
        "connector": "feed",
        "url": "https://forum.example/rss",
        "channel": "forum",
        "media_tier": "0",
        "poll_seconds": "600",
        "option_pages": "2",
        **more,
    }


def test_the_kind_is_chosen_first_and_asks_only_what_it_needs(client_as: SignIn) -> None:
    from huiying.listen.sources.rules.channels import connectors

    client = client_as("analyst")
    page = body(client.get(reverse("sources:add")))
    assert all(f"?kind={key}" in page for key in connectors())
    for key, kind in connectors().items():
        form = body(client.get(reverse("sources:add"), {"kind": key}))
        assert all(f'name="option_{option.key}"' in form for option in kind.options), key


def test_a_look_shows_what_would_be_kept_and_stores_nothing(client_as: SignIn, server: HostileServer, settings: Any) -> None:
    from huiying.listen.sources.models import Post, Source

    settings.FETCH_ALLOW = ("127.0.0.0/8",)
    page = client_as("analyst").post(reverse("sources:add"), typed(url=f"{server.base}/good", check="1", name="Mine"))
    assert "3 items" in body(page) and "utf-8" in body(page) and "自来水发黄" in body(page) and 'value="Mine"' in body(page)
    assert Source.objects.count() == Post.objects.count() == 0


@pytest.mark.parametrize(("path", "words"), [("error", "status 500"), ("html", "no RSS, Atom or JSON feed"), ("bomb", "XML entities")])
def test_a_look_at_what_is_no_feed_says_why(client_as: SignIn, server: HostileServer, settings: Any, path: str, words: str) -> None:
    settings.FETCH_ALLOW = ("127.0.0.0/8",)
    assert words in body(client_as("analyst").post(reverse("sources:add"), typed(url=f"{server.base}/{path}", check="1")))


def test_a_look_never_dials_a_private_address(client_as: SignIn, server: HostileServer) -> None:
    page = client_as("analyst").post(reverse("sources:add"), typed(url=f"{server.base}/good", check="1"))
    assert page.status_code == 400 and server.seen == []


def test_a_source_is_added_with_its_options_and_legal_ground(client_as: SignIn) -> None:
    from huiying.listen.sources.models import Source

    form = typed(region="城东", topic="water", legal_basis="public", purpose="Hear complaints", terms_url="https://forum.example/terms")
    page = client_as("analyst").post(reverse("sources:add"), form | {"terms_checked": "on", "retention_days": "90"}, follow=True)
    source = Source.objects.get()
    assert "城东" in body(page) and "Hear complaints" in body(page)
    assert (source.options["pages"], source.region, source.legal_basis, source.retention_days) == (2, "城东", "public", 90)
    assert source.terms_checked_at is not None


def test_an_option_out_of_range_is_refused_at_its_field(client_as: SignIn) -> None:
    page = client_as("analyst").post(reverse("sources:add"), typed(option_pages="9999"))
    assert page.status_code == 400 and "9999" in body(page)


def test_a_source_is_changed_and_the_log_says_what(client_as: SignIn, feed: Any) -> None:
    from huiying.base.audit.models import AuditEntry

    client = client_as("analyst")
    form = body(client.get(reverse("sources:edit", args=[feed.pk])))
    assert "https://forum.example/feed" in form and "Town forum" in form
    client.post(reverse("sources:edit", args=[feed.pk]), typed(name="New name", url=feed.url))
    feed.refresh_from_db()
    assert (feed.name, feed.poll_seconds) == ("New name", 600)
    entry = AuditEntry.objects.get(verb="source.edit")
    assert '"name"' in entry.body and '"poll_seconds"' in entry.body and '"purpose"' not in entry.body
    assert client_as("writer").get(reverse("sources:edit", args=[feed.pk])).status_code == 403
    assert client.get(reverse("sources:edit", args=[999])).status_code == 404


def test_a_moved_source_is_followed_by_a_person(client_as: SignIn, feed: Any) -> None:
    type(feed).objects.update(moved_to="https://new.example/feed", moved_times=1)
    client = client_as("analyst")
    assert "https://new.example/feed" in body(client.get(reverse("sources:detail", args=[feed.pk])))
    assert client.post(reverse("sources:follow", args=[feed.pk])).status_code == 302
    feed.refresh_from_db()
    assert (feed.url, feed.moved_to) == ("https://new.example/feed", "")
    assert client.post(reverse("sources:follow", args=[feed.pk])).status_code == 409


def test_the_health_page_shows_what_came_over_what_was_expected(client_as: SignIn, feed: Any) -> None:
    from huiying.listen.sources.models import Outage, SourceHour

    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    SourceHour.objects.bulk_create(
        SourceHour(source=feed, start=hour - timedelta(hours=back), polls=12, stored=back % 5, lag_p90=77) for back in range(24 * 20)
    )
    Outage.objects.create(source=feed, code="retry_later", detail="429", began_at=hour)
    page = body(client_as("analyst").get(reverse("sources:detail", args=[feed.pk])))
    assert 'class="area"' in page and "asks us to wait" in page and ">77<" in page and page.count("<tr>") > 72


def test_a_source_without_history_says_so(client_as: SignIn, feed: Any) -> None:
    assert "too little history" in body(client_as("analyst").get(reverse("sources:detail", args=[feed.pk])))


def test_outages_of_all_sources_are_on_one_page(client_as: SignIn, feed: Any) -> None:
    from huiying.listen.sources.models import Canary, Outage

    now = timezone.now()
    Outage.objects.create(source=feed, code="http_status", detail="502", began_at=now)
    Outage.objects.create(
        source=feed, code="http_status", detail="509", began_at=now - timedelta(days=30), ended_at=now - timedelta(days=29)
    )
    Canary.objects.create(sent_at=now, stored_at=now, found_at=now + timedelta(seconds=1.25))
    page = body(client_as("analyst").get(reverse("sources:outages")))
    assert "502" in page and "509" not in page and "1.25" in page


def test_coverage_names_what_nobody_listens_to(client_as: SignIn, feed: Any, now: datetime) -> None:
    feed_of = type(feed).objects.create
    type(feed).objects.update(region="East", topic="water")
    feed_of(name="News", connector="feed", url="https://n.example/", channel="news", region="West", topic="schools", created_at=now)
    page = body(client_as("analyst").get(reverse("sources:coverage")))
    for words in ("No source for the region East on the channel news.", "No source for the region West on the channel forum."):
        assert words in page
    assert "No source for the region East on the topic schools." in page


def test_the_legal_report_puts_what_is_missing_first(client_as: SignIn, feed: Any, now: datetime) -> None:
    whole = {"legal_basis": "public", "purpose": "=HYPERLINK(1)", "terms_url": "https://a.example/terms", "terms_checked_at": now}
    type(feed).objects.create(name="A whole one", connector="feed", url="https://a.example/", channel="news", created_at=now, **whole)
    client = client_as("auditor")
    page = body(client.get(reverse("sources:legal")))
    assert page.index("Town forum") < page.index("A whole one") and "1 source lacks something" in page
    answer = client.get(reverse("sources:legal"), {"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["Town forum", "A whole one"] and rows[1][0] == "legal basis; purpose; terms read"
    assert rows[2][6] == "'=HYPERLINK(1)" and rows[2][9] == "180"


OPML = """<?xml version="1.0"?><opml version="2.0"><head/><body><outline text="论坛">
<outline type="rss" text="城东" xmlUrl="https://east.example/rss"/><outline text="private" xmlUrl="http://10.0.0.1/rss"/></outline>
<outline text="known" xmlUrl="https://forum.example/feed"/></body></opml>"""


def test_a_list_of_feeds_is_imported_and_each_feed_accounted_for(client_as: SignIn, feed: Any) -> None:
    client = client_as("analyst")
    file = SimpleUploadedFile("list.opml", OPML.encode(), "text/x-opml")
    page = body(client.post(reverse("sources:opml"), {"file": file}))
    assert "1 added, 1 known already, 1 refused." in page and "10.0.0.1" in page
    added = type(feed).objects.get(url="https://east.example/rss")
    assert (added.name, added.channel) == ("城东", "论坛")
    assert b"https://east.example/rss" in client.get(reverse("sources:opml_export")).content


@pytest.mark.parametrize("content", [b"", b"no xml", b"<rss/>", b"<opml><body/></opml>", b'<!DOCTYPE a [<!ENTITY b "c">]><opml/>'])
def test_what_is_no_list_is_refused_with_a_sentence(client_as: SignIn, content: bytes) -> None:
    page = client_as("analyst").post(reverse("sources:opml"), {"file": SimpleUploadedFile("l.opml", content)})
    assert page.status_code == 400


@pytest.mark.parametrize("page", ["coverage", "legal", "outages", "list"])
def test_a_list_page_stays_within_its_queries(client_as: SignIn, feed: Any, now: datetime, page: str) -> None:
    counts = []
    client = client_as("analyst")
    client.get(reverse(f"sources:{page}"))
    for batch in range(2):
        type(feed).objects.bulk_create(
            type(feed)(name=f"{batch}{n}", connector="feed", url=f"https://{batch}{n}.example/", channel=f"c{n % 3}", created_at=now)
            for n in range(10)
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"sources:{page}"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, [query["sql"][:150] for query in queries.captured_queries]


@pytest.mark.parametrize("page", ["add", "opml"])
def test_only_who_manages_sources_may_change_them(client_as: SignIn, page: str) -> None:
    assert client_as("writer").get(reverse(f"sources:{page}")).status_code == 403


def test_every_page_says_blind_when_the_collector_is_dead(client_as: SignIn, feed: Any) -> None:
    from huiying.base.jobs.services import heartbeat

    now = timezone.now()
    type(feed).objects.update(last_success_at=now)
    heartbeat("collector", now - timedelta(minutes=5))
    heartbeat("worker", now)
    client = client_as("analyst")
    for page in (reverse("sources:list"), reverse("sources:coverage"), "/"):
        assert "We are blind: the collector gives no sign of life." in body(client.get(page)), page
