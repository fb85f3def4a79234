"""The pages of warnings, for people with and without the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from huiying.base.ui.registry import slot_renderers
from huiying.listen.stories.models import StoryBucket
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.services import stories_evaluate, warning_acknowledge

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
ClientAs = Callable[[str], Client]


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_an_empty_list_teaches_what_to_do(client_as: ClientAs) -> None:
    page = text_of(client_as("analyst"), "/warnings/")
    assert "No warning waits for a decision" in page and "/stories/" in page
    assert "There has not been a warning yet" in text_of(client_as("analyst"), "/warnings/?show=all")


def test_the_list_names_rule_level_and_reason(client_as: ClientAs, make_warning: Maker) -> None:
    make_warning()
    page = text_of(client_as("writer"), "/warnings/")
    assert "warning_default_v1" in page and "自来水发黄 1" in page and "posts in the last hour: 70" in page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("shown", ["", "?show=all"])
def test_the_list_costs_the_same_with_ten_and_twenty_rows(
    shown: str, client_as: ClientAs, make_warning: Maker, django_assert_max_num_queries: Any
) -> None:
    client = client_as("analyst")
    counts = []
    for batch in (range(1, 11), range(11, 21)):
        for number in batch:
            make_warning(number)
        with django_assert_max_num_queries(8) as seen:
            text_of(client, f"/warnings/{shown}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_page_says_why_what_is_missing_and_what_would_raise_it(client_as: ClientAs, make_warning: Maker) -> None:
    warning = make_warning()
    Warning.objects.update(missing=["questions_24h"])
    page = text_of(client_as("analyst"), f"/warnings/{warning.pk}/")
    assert "posts in the last hour: 70 (bar of orange: 60)" in page
    assert "What would raise it" in page and "red if" in page
    assert "Nobody knows:" in page and "public questions in the last 24 hours" in page
    assert "Acknowledge and assess" in page
    assert "n = 70 posts" in page


def test_the_page_is_chinese_for_chinese_readers(client_as: ClientAs, make_warning: Maker) -> None:
    warning = make_warning()
    page = text_of(client_as("analyst"), f"/warnings/{warning.pk}/?lang=zh-hans")
    assert "过去 1 小时帖文：70（橙色门槛 60）" in page and "签收" in page


def test_a_falling_warning_says_when_it_goes_down(client_as: ClientAs, make_warning: Maker, now: datetime) -> None:
    warning = make_warning()
    StoryBucket.objects.all().delete()
    stories_evaluate(story_ids=[warning.story_id], now=now + timedelta(minutes=5))
    page = text_of(client_as("analyst"), f"/warnings/{warning.pk}/")
    assert "The values are below this level now" in page and "It is falling" in page


def test_acknowledge_then_dismiss_with_a_reason(client_as: ClientAs, make_warning: Maker) -> None:
    warning, client = make_warning(), client_as("analyst")
    response = client.post(f"/warnings/{warning.pk}/acknowledge/")
    assert response.status_code == 302 and response["Location"] == f"/warnings/{warning.pk}/"
    page = text_of(client, f"/warnings/{warning.pk}/")
    assert "You have acknowledged the warning" in page and "Acknowledge and assess" not in page
    response = client.post(f"/warnings/{warning.pk}/dismiss/", {"reason": "计划内检修", "outcome": "already_handled"})
    assert response["Location"] == "/warnings/"
    page = text_of(client, f"/warnings/{warning.pk}/")
    assert "计划内检修" in page and "already being handled" in page and "Dismiss with a reason" not in page


def test_a_dismissal_without_reason_comes_back_with_what_was_typed(client_as: ClientAs, make_warning: Maker) -> None:
    warning, client = make_warning(), client_as("analyst")
    response = client.post(f"/warnings/{warning.pk}/dismiss/", {"reason": "", "outcome": "not_ours"})
    assert response.status_code == 400
    assert 'value="not_ours" selected' in response.content.decode()
    assert Warning.objects.get().state == "proposed"


def test_refusals_have_their_own_status(client_as: ClientAs, make_warning: Maker) -> None:
    warning = make_warning()
    assert client_as("writer").post(f"/warnings/{warning.pk}/acknowledge/").status_code == 403
    assert client_as("officer").post(f"/warnings/{warning.pk}/dismiss/", {"reason": "x", "outcome": "not_ours"}).status_code == 403
    assert client_as("outsider").get("/warnings/").status_code == 403
    assert client_as("outsider").get(f"/warnings/{warning.pk}/").status_code == 403
    assert client_as("analyst").get("/warnings/404/").status_code == 404
    client_as("analyst").post(f"/warnings/{warning.pk}/acknowledge/")
    assert client_as("commander").post(f"/warnings/{warning.pk}/acknowledge/").status_code == 409
    assert client_as("analyst").get(f"/warnings/{warning.pk}/acknowledge/").status_code == 405
    assert Client().get("/warnings/").status_code == 302


def test_a_reader_without_the_right_sees_no_button(client_as: ClientAs, make_warning: Maker) -> None:
    page = text_of(client_as("writer"), f"/warnings/{make_warning().pk}/")
    assert "Acknowledge and assess" not in page and "Dismiss with a reason" not in page


def test_an_exercise_is_marked(client_as: ClientAs, make_warning: Maker) -> None:
    warning = make_warning(exercise=True)
    assert "EXERCISE" in text_of(client_as("analyst"), "/warnings/")
    assert "EXERCISE" in text_of(client_as("analyst"), f"/warnings/{warning.pk}/")


def test_hostile_titles_stay_text(client_as: ClientAs, make_warning: Maker) -> None:
    warning = make_warning()
    warning.story.title = "<script>alert(1)</script>"
    warning.story.save()
    assert "<script>alert" not in text_of(client_as("analyst"), f"/warnings/{warning.pk}/")


def test_fewer_than_five_authors_are_never_shown(client_as: ClientAs, make_warning: Maker) -> None:
    warning = make_warning(posts=40, authors=20)
    Warning.objects.update(factors={"posts_1h": 40, "authors_24h": 3})
    page = text_of(client_as("analyst"), f"/warnings/{warning.pk}/")
    assert "fewer than 5" in page


def test_the_story_page_is_offered_a_panel(client_as: ClientAs, make_warning: Maker, rf: Any, cast: Any) -> None:
    warning = make_warning()
    warning_acknowledge(actor=cast.actor("analyst"), now=warning.issued_at, warning_id=warning.pk)
    request = rf.get("/")
    request.user = cast.analyst
    panels = "".join(render(request, warning.story) for render in slot_renderers("story.panels"))
    assert f"/warnings/{warning.pk}/" in panels
    request = rf.get("/")
    request.user = cast.outsider
    assert f"/warnings/{warning.pk}/" not in "".join(render(request, warning.story) for render in slot_renderers("story.panels"))
