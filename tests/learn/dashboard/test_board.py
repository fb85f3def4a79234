"""The duty board: what to do first, what rises, what runs out, and whether we hear anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.services import clock_start
from huiying.base.rosters.models import Shift
from huiying.learn.dashboard.selectors import board
from huiying.listen.sources.models import Source
from huiying.listen.stories.models import Story, StoryBucket
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.services import stories_evaluate, warning_acknowledge
from huiying.respond.incidents.services import incident_open

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def make_story(number: int, *, posts: int = 70, at: datetime | None = None, questions: int = 0, exercise: bool = False) -> Story:
    """Make a story whose posts came in the last ten minutes before ``at`` (real time, as the page's)."""
    end = at or timezone.now()
    story = Story.objects.create(
        id=number,
        title=f"自来水发黄 {number}",
        first_at=end - timedelta(minutes=10),
        last_at=end,
        posts=posts,
        copies=0,
        authors=30,
        sources=3,
        questions=questions,
        media_tier_max=0,
        medoid_seq=number,
        language="zh",
        exercise=exercise,
        stream="exercise" if exercise else "live",
    )
    StoryBucket.objects.create(story=story, start=end - timedelta(minutes=10), posts=posts, questions=questions, new_authors=30)
    return story


def make_warning(number: int, **values: Any) -> Warning:
    story = make_story(number, **values)
    stories_evaluate(story_ids=[story.pk], now=timezone.now())
    return Warning.objects.get(story=story)


def make_source(name: str, answered: datetime | None) -> Source:
    return Source.objects.create(
        name=name, connector="feed", url=f"https://example.org/{name}", channel="news", created_at=timezone.now(), last_success_at=answered
    )


def page_of(client: Client, url: str = "/") -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_nobody_sees_the_board_without_signing_in() -> None:
    response = Client().get("/")
    assert response.status_code == 302 and response["Location"].startswith("/people/sign-in/")


def test_somebody_without_any_role_is_told_whom_to_ask(client_as: ClientAs) -> None:
    response = client_as("outsider").get("/")
    assert response.status_code == 403 and "Ask an administrator" in response.content.decode()


def test_an_empty_installation_says_it_is_blind_and_what_to_do(client_as: ClientAs) -> None:
    page = page_of(client_as("analyst"))
    assert "We hear nothing." in page and "/sources/" in page and "Blind:" in page
    assert "No story yet" in page and "No clock is running" in page and "Nobody is on the roster" in page


def test_silence_with_a_living_source_is_proof(client_as: ClientAs) -> None:
    make_source("alive", timezone.now())
    make_source("dead-forum", None)
    page = page_of(client_as("analyst"))
    assert "Nothing waits for you." in page
    assert "1 of 2 sources are alive" in page and "1 blind spot:" in page and "dead-forum" in page


def test_an_unacknowledged_warning_comes_first_with_its_button(client_as: ClientAs) -> None:
    make_source("alive", timezone.now())
    warning = make_warning(1)
    page = page_of(client_as("analyst"))
    assert "A warning nobody has acknowledged yet." in page
    assert f'action="/warnings/{warning.pk}/acknowledge/"' in page
    assert "1 warning without acknowledgement" in page
    assert f'action="/warnings/{warning.pk}/acknowledge/"' not in page_of(client_as("writer"))


def test_after_acknowledging_the_next_step_is_to_decide(client_as: ClientAs, cast: Any) -> None:
    warning = make_warning(1)
    warning_acknowledge(actor=cast.actor("analyst"), now=timezone.now(), warning_id=warning.pk)
    assert "Acknowledged, not decided" in page_of(client_as("analyst"))


def test_a_deadline_that_ran_out_comes_before_quiet(client_as: ClientAs) -> None:
    now = timezone.now()
    rule = ClockRule("x", {"zh-Hans": "首发简讯", "en": "Holding statement"}, 60, None, "R101")
    clock_start(
        actor=SYSTEM,
        now=now,
        subject=("incident", 9),
        rule=rule,
        started_at=now - timedelta(minutes=5),
        start_evidence="t0",
        exercise=False,
    )
    page = page_of(client_as("commander"))
    assert "This deadline has run out." in page and "Holding statement" in page and 'class="late"' in page


def test_an_opened_incident_is_being_handled_and_waits_for_verification(client_as: ClientAs, cast: Any) -> None:
    warning, analyst = make_warning(1), cast.actor("analyst")
    warning_acknowledge(actor=analyst, now=timezone.now(), warning_id=warning.pk)
    assert "/incidents/new/" in page_of(client_as("analyst"), f"/warnings/{warning.pk}/")
    incident_open(actor=analyst, now=timezone.now(), title="自来水发黄", warning_id=warning.pk, story_ids=[1])
    warning.refresh_from_db()
    assert warning.state == "opened"
    page = page_of(client_as("analyst"))
    assert "Suspected incident: verify it" in page and "Being handled" in page and "not graded yet" in page


def test_rising_stories_show_last_hour_growth_and_level(client_as: ClientAs) -> None:
    make_warning(1, posts=70)
    row = board(timezone.now()).rising[0]
    assert (row.level, row.pulse.last_hour, row.pulse.is_rising) == ("ORANGE", 70, True)
    page = page_of(client_as("analyst"))
    assert "自来水发黄 1" in page and 'class="spark rise"' in page
    assert "posts / hour · new" in " ".join(page.split()), "nothing came before, so there is no usual hour to multiply"


def test_questions_are_listed_most_asked_first(client_as: ClientAs) -> None:
    make_story(1, questions=3)
    make_story(2, questions=31)
    make_story(3, questions=0)
    assert [row.id for row in board(timezone.now()).asked] == [2, 1]
    assert "What the public asks most" in page_of(client_as("analyst"))


def test_who_is_on_duty_is_named_by_role(client_as: ClientAs, cast: Any) -> None:
    now = timezone.now()
    Shift.objects.create(person=cast.analyst, role="analyst", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=7))
    page = page_of(client_as("analyst"))
    assert "<dt>analyst</dt><dd>Analyst</dd>" in page


def test_the_latest_log_is_on_the_board(client_as: ClientAs) -> None:
    make_warning(1)
    assert "proposed a warning" in page_of(client_as("analyst"))


def test_an_exercise_is_marked_everywhere(client_as: ClientAs) -> None:
    make_warning(1, exercise=True)
    assert page_of(client_as("analyst")).count("EXERCISE") >= 3


def test_the_fragment_renews_only_when_something_happened(client_as: ClientAs) -> None:
    client = client_as("analyst")
    make_source("alive", timezone.now())
    page = page_of(client)
    seen = re.search(r'hx-get="(/\?seen=\w+)" hx-trigger="live, every 5s"', page)
    assert seen is not None
    assert client.get(seen[1], headers={"hx-request": "true"}).status_code == 204
    make_warning(1)
    response = client.get(seen[1], headers={"hx-request": "true"})
    fragment = response.content.decode()
    assert response.status_code == 200 and fragment.startswith('<div id="board"') and "<html" not in fragment
    assert "A warning nobody has acknowledged yet." in fragment


def test_the_fragment_keeps_its_budget_however_much_is_on_it(client_as: ClientAs) -> None:
    client = client_as("analyst")
    counts = []
    for batch in (range(1, 11), range(11, 21)):
        for number in batch:
            make_warning(number, questions=number)
            make_source(f"s{number}", timezone.now())
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/", headers={"hx-request": "true"}).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] and counts[0] <= 10, counts


def test_the_wall_is_dark_complete_and_without_buttons(client_as: ClientAs) -> None:
    make_warning(1)
    page = page_of(client_as("analyst"), "/wall/")
    assert 'class="dark wall"' in page and "自来水发黄 1" in page
    assert "<form" not in page and page.count("<h1>") == 1
    assert 'hx-get="/wall/?seen=' in page


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "值班台"), ("zh-hant", "值班臺"), ("en", "Duty board")])
def test_the_board_speaks_three_languages(language: str, words: str, client_as: ClientAs) -> None:
    assert words in page_of(client_as("analyst"), f"/?lang={language}")


def test_hostile_titles_stay_text(client_as: ClientAs) -> None:
    story = make_story(1)
    story.title = "<img src=x onerror=alert(1)>"
    story.save()
    assert "<img src=x" not in page_of(client_as("analyst"))
