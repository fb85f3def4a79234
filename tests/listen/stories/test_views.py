"""The pages of stories, read as people with and without the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiying.listen.stories.services import apply_next_tick

from .builders import tick_add, water

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MATTERS = ("决赛点球门将扑出", "Train delayed at the platform", "超市酸奶过期被投诉", "地铁三号线信号故障", "暴雨致隧道积水封闭")


def heard(rows: list[dict[str, Any]], stream: str = "live") -> int:
    now = timezone.now()
    seqs = tick_add(rows, now=now, stream=stream)
    while apply_next_tick(stream=stream, now=now):
        pass
    return seqs[0]


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_somebody_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/stories/").status_code == 302


def test_an_outsider_may_not_read_stories(client_as: SignIn) -> None:
    story = heard(water(3))
    for url in ("/stories/", f"/stories/{story}/"):
        assert client_as("outsider").get(url).status_code == 403


def test_a_story_that_is_not_there_is_404(client_as: SignIn) -> None:
    assert client_as("analyst").get("/stories/77/").status_code == 404


@pytest.mark.parametrize("address", ["/stories/?q=%00", "/stories/?scope=all&q=a%00b", "/sources/search/?q=%00", "/?x=%00"])
def test_a_character_no_database_keeps_is_refused_in_words(client_as: SignIn, address: str) -> None:
    answer = client_as("analyst").get(address)
    assert answer.status_code == 400
    assert "holds a character that cannot be kept" in answer.content.decode()


def test_pages_only_answer_get(client_as: SignIn) -> None:
    assert client_as("analyst").post("/stories/").status_code == 405


def test_an_empty_list_teaches_the_next_step(client_as: SignIn) -> None:
    client = client_as("analyst")
    assert "Look at all stories" in text_of(client, "/stories/")
    assert "Add a source" in text_of(client, "/stories/?scope=all")
    assert "Try fewer words" in text_of(client, "/stories/?q=nothing")


def test_the_list_shows_what_is_said_most_first(client_as: SignIn) -> None:
    heard([{"text": f"决赛点球大战门将扑出{'甲乙'[n]}"} for n in range(2)])
    heard(water(5))
    heard([{"text": "超市酸奶过期被投诉"}])
    page = text_of(client_as("analyst"), "/stories/")
    assert page.index("城东") < page.index("决赛")
    assert "酸奶" not in page
    assert "酸奶" in text_of(client_as("analyst"), "/stories/?scope=all")
    assert "决赛" not in text_of(client_as("analyst"), "/stories/?q=城东")


def test_an_exercise_is_marked_as_one(client_as: SignIn) -> None:
    story = heard(water(3), stream="exercise")
    for url in ("/stories/", f"/stories/{story}/"):
        assert "exercise" in text_of(client_as("analyst"), url)


def test_fewer_than_five_authors_are_not_counted_out(client_as: SignIn) -> None:
    few = heard(water(4))
    page = text_of(client_as("analyst"), f"/stories/{few}/")
    assert "fewer than 5" in page


def test_a_story_page_shows_course_spread_texts_and_no_author(client_as: SignIn) -> None:
    story = heard(water(6, author="zq-pseudonym-7"))
    page = text_of(client_as("analyst"), f"/stories/{story}/")
    for expected in ("<svg", "Show as a table", "forum", "most typical", "n = 6 posts", "铁锈"):
        assert expected in page
    assert "zq-pseudonym-7" not in page


def test_a_long_story_is_drawn_by_the_hour(client_as: SignIn) -> None:
    now = timezone.now()
    story = heard([*water(2, at=now - timedelta(hours=20)), *water(4, at=now - timedelta(minutes=5))[2:]])
    assert "posts an hour" in text_of(client_as("analyst"), f"/stories/{story}/")


def test_the_same_pages_are_there_in_chinese(client_as: SignIn) -> None:
    story = heard(water(3))
    client = client_as("analyst")
    assert "典型" in text_of(client, f"/stories/{story}/?lang=zh-hans")


def test_hostile_text_is_shown_as_text(client_as: SignIn) -> None:
    story = heard([{"text": "城东自来水<script>alert(1)</script>发黄铁锈", "title": "<b>水</b>"}])
    page = text_of(client_as("analyst"), f"/stories/{story}/")
    assert "<script>alert" not in page
    assert "<b>水" not in page


@pytest.mark.parametrize("count", [10, 20])
def test_the_list_keeps_its_query_budget(client_as: SignIn, django_assert_max_num_queries: Any, count: int) -> None:
    for place in range(count):
        heard([{"text": f"{MATTERS[place % 5]}{chr(0x5000 + place * 7) * 2}{chr(0x6000 + place * 11) * 3}"}])
    client = client_as("analyst")
    client.get("/stories/?scope=all")
    with django_assert_max_num_queries(8):
        client.get("/stories/?scope=all")
