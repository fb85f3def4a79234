"""Components say things with words first; refusals have their own status; three languages are complete."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from huiying.base.ui import charts, errors, registry
from huiying.base.ui.middleware import RefusalsMiddleware
from huiying.base.ui.templatetags import ui


@pytest.mark.parametrize("language, word", [("en", "orange"), ("zh-hans", "橙色"), ("zh-hant", "橙色")])
def test_a_level_is_colour_shape_and_word(language: str, word: str) -> None:
    with translation.override(language):
        shown = ui.level("orange")
    assert "<svg" in shown and word in shown and 'class="level orange"' in shown


def test_an_unknown_level_is_said_plainly() -> None:
    with translation.override("en"):
        assert "no level" in ui.level(None)


@pytest.mark.parametrize("count, shown", [(None, "—"), (0, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (1234, "1,234")])
def test_no_number_of_authors_below_five(count: int | None, shown: str) -> None:
    with translation.override("en"):
        assert ui.authors(count) == shown


@pytest.mark.parametrize(
    "seconds, words",
    [
        (20, "just now"),
        (-20, "in a moment"),
        (300, "5 minutes ago"),
        (-7200, "in 2 hours"),
        (3 * 86400, "3 days ago"),
        (60, "1 minute ago"),
    ],
)
def test_distance_in_words(seconds: int, words: str, now: datetime) -> None:
    with translation.override("en"):
        assert ui.ago(now - timedelta(seconds=seconds), now) == words


def test_a_tone_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="purple"):
        ui.chip("x", "purple")


def test_a_chip_escapes_what_it_shows() -> None:
    assert "<b>" not in ui.chip("<b>", "ok")


def test_a_chart_has_a_table_twin(now: datetime) -> None:
    chart = charts.Chart(
        "Posts",
        "posts / 5 min",
        [(now + timedelta(minutes=5 * step), step * 2) for step in range(6)],
        note="n=30",
        marks=[(now, "warning")],
    )
    with translation.override("en"):
        shown = Template("{% chart chart %}").render(Context({"chart": chart}))
    assert shown.count("<tr>") == 7 and "<svg" in shown and "n=30" in shown and "warning" in shown


def test_a_chart_without_points_says_so() -> None:
    with translation.override("en"):
        assert "No figures" in Template("{% chart chart %}").render(Context({"chart": charts.Chart("Posts", "posts", [])}))


def test_a_chart_of_one_point_is_drawn(now: datetime) -> None:
    drawing = charts.draw(charts.Chart("Posts", "posts", [(now, 3)]))
    assert drawing is not None and drawing.path.startswith("M44")


def test_every_point_stays_inside_the_picture(now: datetime) -> None:
    drawing = charts.draw(
        charts.Chart("p", "p", [(now + timedelta(minutes=step), value) for step, value in enumerate([0, 999, 3, 100000, 7])])
    )
    assert drawing is not None
    numbers = [tuple(map(float, part[1:].split())) for part in drawing.path.replace("L", "|L").split("|")]
    assert all(charts.LEFT <= x <= charts.WIDTH and 0 <= y <= charts.HEIGHT for x, y in numbers)


@pytest.mark.parametrize("error, status", [(errors.BadInput, 400), (errors.NotYou, 403), (errors.NotThere, 404), (errors.NotNow, 409)])
def test_each_refusal_has_its_own_status_and_words(error: type[errors.HuiyingError], status: int) -> None:
    request = RequestFactory().get("/x/", headers={"accept-language": "en"})
    response = RefusalsMiddleware(lambda _request: HttpResponse()).process_exception(request, error("Statement 12 is not ready."))
    assert response is not None
    assert response.status_code == status and "Statement 12 is not ready." in response.content.decode()


def test_a_fault_is_not_swallowed() -> None:
    request: HttpRequest = RequestFactory().get("/x/")
    assert RefusalsMiddleware(lambda _request: HttpResponse()).process_exception(request, ValueError("bug")) is None


def test_an_unknown_section_of_the_navigation_is_named() -> None:
    with pytest.raises(ValueError, match="sky"):
        registry.register_nav(registry.NavItem("sky", 1, "x:y", "X", "board.read"))


@pytest.mark.django_db
@pytest.mark.parametrize("code, word, html_lang", [("en", "Sign in", "en"), ("zh-hans", "登录", "zh-Hans"), ("zh-hant", "登入", "zh-Hant")])
def test_a_page_follows_the_asked_language_and_remembers_it(code: str, word: str, html_lang: str) -> None:
    client = Client()
    for address in (f"/people/sign-in/?lang={code}", "/people/sign-in/"):
        page = client.get(address).content.decode()
        assert f'<html lang="{html_lang}">' in page
        assert word in page or (code == "zh-hant" and "登錄" in page)


@pytest.mark.django_db
def test_an_unknown_address_answers_in_our_words(client_as: Callable[[str], Client]) -> None:
    response = client_as("writer").get("/nothing/here/")
    assert response.status_code == 404


@pytest.mark.django_db
def test_pages_forbid_foreign_scripts_and_framing() -> None:
    response = Client().get("/people/sign-in/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_sign_in_says_when_it_is_wrong() -> None:
    page: Any = Client(headers={"accept-language": "en"}).post("/people/sign-in/", {"username": "nobody", "password": "wrong"})
    assert page.status_code == 200 and b'role="alert"' in page.content
