"""Honour robots.txt as RFC 9309 says, against a real server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web
from tests.core.collectors.conformance import NOW
from tests.core.collectors.page.case import PAGE
from tests.core.collectors.site import Content, Site, on_site, records

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer

TEXT = PAGE.format(title="停水通知", text="北区明天上午八点到十二点停水。", date="2026-11-24 09:30")


def read(robots: Content | None, path: str = "/a") -> tuple[Answer | FetchError, list[str]]:
    """Read one page of a site with such a robots.txt; returns the answer or the refusal, and what was asked for."""

    async def act(site: Site) -> tuple[Answer | FetchError, list[str]]:
        try:
            return await site.poll("page", path), site.asked
        except FetchError as error:
            return error, site.asked

    pages: dict[str, Content] = {path: TEXT}
    return on_site(pages if robots is None else {**pages, "/robots.txt": robots}, act)


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /private", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Huiying\nAllow: /", "/a", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: huiying\nDisallow: /a", "/a", False),
        ("User-agent: OtherBot\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /news\nAllow: /news/public", "/news/public/1", True),
        ("User-agent: *\nDisallow: /*.html$", "/a.html", False),
        ("User-agent: *\nDisallow: /*.html$", "/a.htm", True),
        ("<html>no robots here</html>", "/a", True),
        (b"\xff\xfe\x00garbage\x00", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
    ],
)
def test_the_rule_for_us_with_the_longest_match_decides(robots: Content, path: str, allowed: bool) -> None:
    outcome, asked = read(robots, path)
    assert isinstance(outcome, Answer) == allowed
    assert (path in asked) == allowed
    if isinstance(outcome, FetchError):
        assert outcome.code == "robots_refused"
        assert outcome.detail.endswith(path)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_the_file_everything_may_be_read(status: int) -> None:
    outcome, _asked = read(status)
    assert isinstance(outcome, Answer)
    assert records(outcome)[0].title == "停水通知"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_host_that_cannot_answer_for_its_rules_is_not_read(status: int) -> None:
    outcome, asked = read(status)
    assert isinstance(outcome, FetchError)
    assert outcome.code == "robots_unreachable"
    assert asked == ["/robots.txt"]


def test_a_wish_to_come_later_is_passed_on() -> None:
    outcome, _asked = read(lambda _request: web.Response(status=503, headers={"Retry-After": "77"}))
    assert isinstance(outcome, FetchError)
    assert (outcome.code, getattr(outcome, "seconds", None)) == ("retry_later", 77)


def test_the_file_is_kept_for_a_day_and_longer_only_while_it_cannot_be_had() -> None:
    async def act(site: Site) -> list[int]:
        counts = []
        answer = None
        for hours, robots in ((0, "User-agent: *\nAllow: /"), (23, 500), (25, 500), (26, "User-agent: *\nDisallow: /x")):
            site.pages["/robots.txt"] = robots
            answer = await site.poll("page", "/a", after=answer, now=NOW + timedelta(hours=hours))
            counts.append(site.asked.count("/robots.txt"))
        return counts

    assert on_site({"/a": TEXT}, act) == [1, 1, 2, 3]


def test_a_long_crawl_delay_means_one_request_a_poll_and_nothing_is_lost() -> None:
    async def act(site: Site) -> tuple[list[list[str]], list[Answer]]:
        answers: list[Answer] = []
        asked: list[list[str]] = []
        for _poll in range(3):
            site.asked.clear()
            answers.append(await site.poll("page", "/list", {"shape": "list", "links": "a"}, after=answers[-1] if answers else None))
            asked.append([path for path in site.asked if path != "/robots.txt"])
        return asked, answers

    pages: dict[str, Content] = {
        "/robots.txt": "User-agent: *\nCrawl-delay: 45",
        "/list": '<ul><li><a href="/1">甲</a><li><a href="/2">乙</a></ul>',
        "/1": TEXT,
        "/2": TEXT,
    }
    asked, answers = on_site(pages, act)
    assert asked == [["/list"], ["/1"], ["/2"]]
    assert [(answer.demanded_pause, answer.more) for answer in answers] == [(45, False)] * 3
    assert [len(records(answer)) for answer in answers] == [0, 1, 1]


@pytest.mark.parametrize("wish", ["Crawl-delay: nan", "Crawl-delay: -5", "Crawl-delay: x", "Request-rate: 1/0", "Request-rate: 0/5s"])
def test_a_senseless_wish_is_no_wish(wish: str) -> None:
    outcome, _asked = read(f"User-agent: *\n{wish}\nAllow: /")
    assert isinstance(outcome, Answer)
    assert outcome.demanded_pause is None
