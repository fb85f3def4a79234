"""The pages of search, export, archive and calibration as those who may and those who may not."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from huiying.core.collectors.records import Record

if TYPE_CHECKING:
    from huiying.listen.sources.models import Source


@pytest.fixture
def heard(feed: Source) -> datetime:
    """Take in sixty posts, one of them with a formula and an author; return when."""
    from huiying.listen.sources.services import intake

    at = timezone.now() - timedelta(hours=1)
    records = [
        Record(f"p{number}", at, "", f"停水第{number}次", url=f"https://f.example/{number}", author_handle="anna") for number in range(59)
    ]
    records.append(Record("bad", at, "=1+1", "停水 leaking <b>", author_handle="anna"))
    intake(source=feed, records=records, now=at)
    return at


def test_search_shows_marked_hits_and_honest_counts(client_as: Callable[[str], Any], heard: datetime) -> None:
    page = client_as("writer").get("/sources/search/", {"q": "停水"}).content.decode()
    assert "n = 60" in page
    assert page.count("<mark>停水</mark>") == 50
    assert "before=11" in page
    older = client_as("writer").get("/sources/search/", {"q": "停水", "before": "11"}).content.decode()
    assert older.count("<mark>停水</mark>") == 10
    assert "Older posts" not in older


def test_a_pattern_or_a_count_that_stops_early_says_so(
    client_as: Callable[[str], Any], heard: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huiying.listen.sources import selectors
    from huiying.listen.sources.selectors import search

    monkeypatch.setattr(selectors, "COUNT_LIMIT", 55)
    assert "at least 55" in client_as("writer").get("/sources/search/?q=停水").content.decode()
    monkeypatch.setattr(search, "READ_LIMIT", 30)
    monkeypatch.setattr(search, "_PIECE", 30)
    assert "newest 30 posts" in client_as("writer").get("/sources/search/?q=/never/").content.decode()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 200, "Narrow it down"),
        ("q=", 200, "Narrow it down"),
        ("q=(停水", 400, "opened and never closed"),
        ("q=@anna", 400, "names an account"),
        ("q=作者:张三", 400, "no field for an author"),
        ("q=停水&since=x", 400, "停水"),
        ("q=停水&story=999", 404, "999"),
        ("q=停水&before=abc", 200, "n = 60"),
        ("q=停水&before=999999999999999999999", 200, "n = 60"),
        ("channel=forum", 200, "n = 60"),
        ("q=不存在", 200, "No post matches"),
    ],
)
def test_whatever_is_asked_gets_a_clear_answer(
    client_as: Callable[[str], Any], heard: datetime, query: str, status: int, words: str
) -> None:
    answer = client_as("writer").get(f"/sources/search/?{query}")
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_search_narrows_to_a_story_and_names_stories(client_as: Callable[[str], Any], heard: datetime) -> None:
    from huiying.listen.stories.models import Story, StoryPost
    from huiying.listen.stories.services import apply_next_tick

    apply_next_tick(stream="live", now=heard)
    story = Story.objects.order_by("-posts").first()
    assert story is not None
    page = client_as("writer").get("/sources/search/?q=停水").content.decode()
    assert f"story={story.pk}" in page
    only = client_as("writer").get(f"/sources/search/?q=停水&story={story.pk}").content.decode()
    assert f"n = {StoryPost.objects.filter(story=story).count()}<" in only


def test_the_page_asks_the_database_little(client_as: Callable[[str], Any], heard: datetime, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_as("writer")
    with CaptureQueriesContext(connection) as empty:
        client.get("/sources/search/")
    with CaptureQueriesContext(connection) as full:
        client.get("/sources/search/?q=停水&channel=forum")
    assert len(full) - len(empty) <= 3  # posts by the index, the posts, their stories; the sources are in both


def test_outsiders_search_nothing(client_as: Callable[[str], Any], heard: datetime) -> None:
    for address in ("/sources/search/?q=停水", "/sources/posts/1/", "/sources/archive/", "/sources/calibration/"):
        assert client_as("outsider").get(address).status_code == 403


def exported(client: Any, ending: str, query: str = "q=停水") -> bytes:
    """Return an export."""
    answer = client.post(f"/sources/search/export/{ending}/?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_exports_name_the_source_and_never_the_author(client_as: Callable[[str], Any], heard: datetime) -> None:
    from huiying.base.audit.models import AuditEntry
    from huiying.listen.sources.models import Post

    client = client_as("analyst")
    rows = list(csv.reader(io.StringIO(exported(client, "csv").decode("utf-8-sig"))))
    assert len(rows) == 61
    assert rows[1][0] == "Town forum"
    assert rows[1][5] == "'=1+1"
    lines = [json.loads(line) for line in exported(client, "jsonl").decode().splitlines()]
    assert set(lines[0]) == {"source", "channel", "url", "published_at", "language", "title", "text"}
    assert lines[0]["title"] == "=1+1"
    book = zipfile.ZipFile(io.BytesIO(exported(client, "xlsx")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<row") == 61
    pseudonym = Post.objects.values_list("author", flat=True).first()
    assert pseudonym
    for ending in ("csv", "jsonl"):
        assert pseudonym not in exported(client, ending).decode()
    assert all(pseudonym.encode() not in book.read(name) for name in book.namelist())
    entries = AuditEntry.objects.filter(verb="post.export")
    assert entries.count() == 5
    assert '"rows":60' in entries.first().body  # type: ignore[union-attr]


def test_exports_are_capped_and_guarded(client_as: Callable[[str], Any], heard: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiying.listen.sources.selectors import results

    assert client_as("writer").post("/sources/search/export/csv/?q=停水").status_code == 403
    client = client_as("analyst")
    assert client.get("/sources/search/export/csv/?q=停水").status_code == 405
    assert client.post("/sources/search/export/exe/?q=停水").status_code == 404
    assert client.post("/sources/search/export/csv/?q=").status_code == 400
    assert client.post("/sources/search/export/csv/?q=(").status_code == 400
    monkeypatch.setattr(results.exported, "__kwdefaults__", {"limit": 7})
    assert len(exported(client, "jsonl").decode().splitlines()) == 7


def test_a_post_page_offers_to_keep_its_page_and_its_post(client_as: Callable[[str], Any], cast: Any, heard: datetime) -> None:
    from huiying.base.jobs.models import Job
    from huiying.listen.sources.models import EvidenceHold
    from huiying.respond.incidents.services import incident_open

    incident = incident_open(actor=cast.actor("commander"), now=heard, title="Water", crisis_at=heard, crisis_evidence="A call").pk
    client = client_as("analyst")
    assert "Keep its page" in client.get("/sources/posts/1/").content.decode()
    assert client.post("/sources/posts/1/keep/").status_code == 302
    assert Job.objects.filter(name="sources.snapshot").count() == 1
    assert "is being fetched" in client.get("/sources/posts/1/").content.decode()
    assert client.post("/sources/archive/holds/add/", {"seq": "1", "incident": incident, "reason": "proof"}).status_code == 302
    hold = EvidenceHold.objects.get()
    assert client.post(f"/sources/archive/holds/{hold.pk}/confirm/").status_code == 403
    assert "proof" in client.get("/sources/posts/1/").content.decode()
    assert client_as("commander").post(f"/sources/archive/holds/{hold.pk}/confirm/").status_code == 302
    assert client_as("commander").post(f"/sources/archive/holds/{hold.pk}/confirm/").status_code == 409
    assert client_as("commander").post(f"/sources/archive/holds/{hold.pk}/burn/").status_code == 404
    assert "keeps its posts" in client.get("/sources/archive/").content.decode()
    assert client.post("/sources/archive/holds/add/", {"seq": "1", "incident": incident}).status_code == 400
    assert client.get("/sources/posts/999/").status_code == 404
    assert "Keep its page" not in client_as("writer").get("/sources/posts/1/").content.decode()


def test_a_kept_page_is_shown_with_its_proof(client_as: Callable[[str], Any], heard: datetime) -> None:
    from huiying.listen.sources.models import PageSnapshot

    kept = PageSnapshot.objects.create(
        seq=1, url="https://f.example/1", asked_at=heard, asked_by_name="A", state="failed", error="http_status 404"
    )
    page = client_as("writer").get(f"/sources/pages/{kept.pk}/").content.decode()
    assert "status 404" in page
    assert "not whole" in page
    assert client_as("writer").get("/sources/pages/999/").status_code == 404


def test_a_subject_request_goes_through_two_people(client_as: Callable[[str], Any], heard: datetime) -> None:
    from huiying.listen.sources.models import SubjectRequest
    from huiying.listen.sources.services import subject_request_count

    given = {"channel": "forum", "name": "anna", "reference": "2026-1"}
    assert client_as("analyst").post("/sources/archive/requests/", given).status_code == 302
    request = SubjectRequest.objects.get()
    subject_request_count(request_id=request.pk)
    page = client_as("lawyer").get("/sources/archive/requests/").content.decode()
    assert "Erase for good" in page
    assert ">60<" in page
    assert "anna" not in page.replace("Hanna", "")
    assert "Erase for good" not in client_as("analyst").get("/sources/archive/requests/").content.decode()
    assert client_as("lawyer").post(f"/sources/archive/requests/{request.pk}/confirm/").status_code == 302
    assert client_as("writer").get("/sources/archive/requests/").status_code == 403
    assert client_as("analyst").post("/sources/archive/requests/", {"channel": "forum"}).status_code == 400


def test_a_week_is_judged_on_its_page(client_as: Callable[[str], Any], feed: Source) -> None:
    from huiying.listen.sources.models import CalibrationItem, CalibrationRound
    from huiying.listen.sources.services import intake
    from huiying.listen.sources.services.calibration import round_open

    now = timezone.now()
    for number in range(30):
        at = now - timedelta(days=7) + timedelta(minutes=number)
        intake(source=feed, records=[Record(f"c{number}", at, "", f"停水 {number}")], now=at)
    opened = round_open(now=now)
    if opened is None:  # the half hour before this moment a week ago lay in another week
        pytest.skip("The week begins now.")
    client = client_as("analyst")
    assert "Draw last week" not in client.get("/sources/calibration/").content.decode()
    page = f"/sources/calibration/{opened.pk}/"
    assert "停水" in client.get(page).content.decode()
    items = list(CalibrationItem.objects.values_list("pk", flat=True))
    given = {f"{items[0]}-{mark}": "yes" for mark in ("relevant", "text", "time", "link")} | {f"{items[1]}-relevant": "yes", "x": "y"}
    assert client.post(f"{page}judge/", given).status_code == 302
    assert CalibrationItem.objects.exclude(judged_at=None).count() == 1
    outside = {"source": str(feed.pk), "words": "停水", "published_on": (now - timedelta(days=7)).date().isoformat()}
    assert client.post(f"{page}outside/", outside).status_code == 302
    assert "insufficient evidence, n = 1" in client.get(page).content.decode()
    assert client.post(f"{page}outside/", {}).status_code == 400
    assert client_as("writer").post(f"{page}judge/", given).status_code == 403
    assert client.post(f"{page}close/").status_code == 302
    assert CalibrationRound.objects.exclude(closed_at=None).count() == 1
    assert client.post(f"{page}judge/", given).status_code == 409
    assert client.get("/sources/calibration/999/").status_code == 404


def test_the_standard_is_set_on_its_page(client_as: Callable[[str], Any], db: None) -> None:
    given = {"precision": "70", "accuracy": "95", "recall": "80", "sample_per_source": "20"}
    assert client_as("evaluator").post("/sources/calibration/standard/", given).status_code == 302
    assert client_as("evaluator").post("/sources/calibration/standard/", given | {"recall": "800"}).status_code == 400
    assert client_as("analyst").post("/sources/calibration/standard/", given).status_code == 403
    assert 'value="70.0"' in client_as("evaluator").get("/sources/calibration/").content.decode()
    assert client_as("evaluator").post("/sources/calibration/open/").status_code == 409
