"""Read pages and lists of pages from a real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from tests.core.collectors.conformance import NOW
from tests.core.collectors.page.case import PAGE
from tests.core.collectors.site import Content, Site, faults, on_site, records

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer, BadOption
from huiying.core.collectors.registry import CONNECTORS, checked_options

LIST: dict[str, object] = {"shape": "list", "links": "ul.news a"}


def notice(text: str, *, title: str = "停水通知", date: str = "2026-11-24 09:30") -> str:
    """Return the page of a notice."""
    return PAGE.format(title=title, text=text, date=date)


def listing(*paths: str) -> str:
    """Return a list page."""
    return '<ul class="news">' + "".join(f'<li><a href="{path}">{path}</a></li>' for path in paths) + "</ul>"


def polls(pages: dict[str, Content], steps: list[dict[str, Content]], options: dict[str, object], path: str = "/list") -> list[Answer]:
    """Poll once before and once after each change of the site."""

    async def act(site: Site) -> list[Answer]:
        answers = [await site.poll("page", path, options)]
        for change in steps:
            site.pages |= change
            answers.append(await site.poll("page", path, options, after=answers[-1], now=NOW + timedelta(hours=30 * len(answers))))
        return answers

    return on_site(pages, act)


def test_a_page_gives_its_title_text_date_and_language_and_no_boilerplate() -> None:
    (answer,) = polls({"/a": notice("北区明天上午八点到十二点停水。")}, [], {}, "/a")
    (record,) = records(answer)
    assert record.title == "停水通知"
    assert record.text == "北区明天上午八点到十二点停水。\n因管道抢修，给您带来不便，敬请谅解。恢复供水时间另行通知。"
    assert record.published_at == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    assert record.language == "zh-CN"


def test_a_page_that_says_something_else_is_a_new_record_and_an_unchanged_one_is_none() -> None:
    pages: dict[str, Content] = {"/a": notice("停水到十二点。")}
    first, same, other = polls(pages, [{}, {"/a": notice("停水延长到十八点。")}], {}, "/a")
    assert not same.records
    (old,), (new,) = records(first), records(other)
    assert (old.url, old.item_id != new.item_id) == (new.url, True)
    assert "十八点" in new.text


def test_a_counter_of_visits_is_no_change() -> None:
    pages: dict[str, Content] = {"/a": notice("停水到十二点。", date="2026-11-24 09:30 浏览次数：7")}
    _first, second = polls(pages, [{"/a": notice("停水到十二点。", date="2026-11-24 09:30 浏览次数：8")}], {}, "/a")
    assert not second.records


def test_an_unchanged_page_is_not_sent_twice() -> None:
    def page(request: web.BaseRequest) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(text=notice("停水。"), content_type="text/html", headers={"ETag": '"v1"'})

    first, second = polls({"/a": page}, [{}], {}, "/a")
    assert len(first.records) == 1
    assert (second.records, second.cursor["etag"]) == ((), '"v1"')


def test_other_settings_make_an_unchanged_page_be_read_again() -> None:
    def page(request: web.BaseRequest) -> web.Response:
        same = request.headers.get("If-None-Match") == '"v1"'
        html = "<h1>停水</h1><div class=a>北区停水</div><div class=b>南区停水</div>"
        return web.Response(status=304) if same else web.Response(text=html, content_type="text/html", headers={"ETag": '"v1"'})

    async def act(site: Site) -> list[str]:
        first = await site.poll("page", "/a", {"text": "div.a"})
        second = await site.poll("page", "/a", {"text": "div.b"}, after=first)
        return [record.text for answer in (first, second) for record in records(answer)]

    assert on_site({"/a": page}, act) == ["北区停水", "南区停水"]


def test_a_page_in_an_old_encoding_is_read() -> None:
    text = notice("北区明天停水，请提前储水。").replace('charset="utf-8"', 'charset="gb2312"')
    (answer,) = polls({"/a": lambda _request: web.Response(body=text.encode("gbk"), content_type="text/html")}, [], {}, "/a")
    assert "请提前储水" in records(answer)[0].text


def test_selectors_say_what_is_title_text_and_date_and_what_to_leave_out() -> None:
    html = """<h1>站名</h1><h2 class=t>停水通知</h2><p class=d>昨天 16:30</p>
        <div class=b>明天停水<span class=ad>广告</span></div><div class=b>请储水</div>"""
    options: dict[str, object] = {"title": "h2.t", "text": "div.b", "date": "p.d", "drop": [".ad"]}
    (answer,) = polls({"/a": html}, [], options, "/a")
    (record,) = records(answer)
    assert (record.title, record.text) == ("停水通知", "明天停水\n请储水")
    assert record.published_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_a_selector_of_the_text_that_finds_nothing_is_told() -> None:
    (answer,) = polls({"/a": notice("停水。")}, [], {"text": "div.gone"}, "/a")
    assert [fault.reason for fault in faults(answer)] == ["nothing matches the selector of the text, div.gone"]


def test_a_list_is_read_once_and_then_only_what_is_new() -> None:
    pages: dict[str, Content] = {"/list": listing("/1", "/2#top", "/2"), "/1": notice("一"), "/2": notice("二"), "/3": notice("三")}
    first, second, third = polls(pages, [{}, {"/list": listing("/3", "/1")}], LIST | {"recheck_hours": 0})
    assert [record.url.rpartition("/")[2] for record in records(first)] == ["1", "2"]
    assert not second.records
    assert [record.url.rpartition("/")[2] for record in records(third)] == ["3"]


def test_the_date_beside_the_link_counts_when_the_page_shows_none() -> None:
    row = '<ul class="news"><li><p><a href="/1">停水</a></p><span>3小时前</span></li></ul>'
    (answer,) = polls({"/list": row, "/1": "<h1>停水</h1><p>北区明天上午停水，请大家提前储水。</p>"}, [], LIST)
    assert records(answer)[0].published_at == NOW - timedelta(hours=3)


def test_a_listed_page_is_read_again_after_a_day_and_its_change_is_a_new_record() -> None:
    pages: dict[str, Content] = {"/list": listing("/1"), "/1": notice("停水到十二点。")}
    first, same, changed = polls(pages, [{}, {"/1": notice("停水到十八点。")}], LIST)
    assert [len(answer.records) for answer in (first, same, changed)] == [1, 0, 1]


def test_new_pages_come_before_those_that_are_read_again() -> None:
    pages: dict[str, Content] = {"/list": listing("/1", "/2"), **{f"/{n}": notice(f"第{n}") for n in range(1, 5)}}
    _first, second = polls(pages, [{"/list": listing("/1", "/2", "/3", "/4"), "/1": notice("改")}], LIST | {"pages": 2})
    assert [record.url.rpartition("/")[2] for record in records(second)] == ["3", "4"]


def test_no_more_pages_are_read_in_one_poll_than_allowed_and_the_rest_follows() -> None:
    pages: dict[str, Content] = {"/list": listing(*(f"/{n}" for n in range(5))), **{f"/{n}": notice(f"第{n}") for n in range(5)}}
    answers = polls(pages, [{}, {}], LIST | {"pages": 2, "recheck_hours": 0})
    assert [(len(answer.records), answer.more) for answer in answers] == [(2, True), (2, True), (1, False)]


def test_a_page_that_is_gone_is_told_once_and_one_that_fails_is_tried_three_times() -> None:
    pages: dict[str, Content] = {"/list": listing("/gone", "/sick", "/1"), "/sick": 500, "/1": notice("一")}
    answers = polls(pages, [{}, {}, {}], LIST | {"recheck_hours": 0})
    told = [[(fault.reason, fault.place.rpartition("/")[2]) for fault in faults(answer)] for answer in answers]
    assert told == [[("http_status 404", "gone")], [], [("http_status 500", "sick")], []]
    assert len(records(answers[0])) == 1


def test_a_page_that_wants_us_later_stops_this_poll_and_is_not_forgotten() -> None:
    later: Content = lambda _request: web.Response(status=429, headers={"Retry-After": "90"})  # noqa: E731
    first, second = polls({"/list": listing("/1", "/2"), "/1": later, "/2": notice("二")}, [{"/1": notice("一")}], LIST)
    assert (first.records, first.demanded_pause, first.more) == ([], 90, False)
    assert len(records(second)) == 2


def test_links_to_other_hosts_and_to_nothing_are_left_alone() -> None:
    links = listing("http://elsewhere.example/x", "javascript:alert(1)", "mailto:a@b.c", "#", "http://[bad", "/1")
    (answer,) = polls({"/list": links, "/1": notice("一")}, [], LIST)
    assert (len(records(answer)), faults(answer)) == (1, [])


def test_a_link_to_a_forbidden_address_is_told_and_never_dialled() -> None:
    (answer,) = polls({"/list": listing("http://127.0.0.2/x", "/1"), "/1": notice("一")}, [], LIST | {"other_hosts": True})
    assert [fault.reason.split()[0] for fault in faults(answer)] == ["refused_address"]
    assert len(records(answer)) == 1


def test_a_list_in_which_the_selector_finds_nothing_is_a_failure() -> None:
    with pytest.raises(FetchError) as refused:
        polls({"/list": "<p>neu gestaltet</p>"}, [], LIST)
    assert (refused.value.code, refused.value.detail) == ("no_links", "ul.news a")


def test_a_picture_is_no_page() -> None:
    with pytest.raises(FetchError) as refused:
        polls({"/a": lambda _request: web.Response(body=b"\x89PNG", content_type="image/png")}, [], {}, "/a")
    assert refused.value.code == "not_a_page"


def test_a_page_of_very_many_elements_needs_a_selector() -> None:
    html = "<div class=b>停水</div>" + "<p>x</p>" * 7_000
    (found,), (named,) = polls({"/a": html}, [], {}, "/a"), polls({"/a": html}, [], {"text": "div.b"}, "/a")
    assert faults(found)[0].reason.startswith("more than 6000 elements")
    assert records(named)[0].text == "停水"
    with pytest.raises(FetchError) as refused:
        polls({"/a": "<p>" * 31_000}, [], {}, "/a")
    assert refused.value.code == "too_many_elements"


def test_elements_inside_each_other_are_left_out_together() -> None:
    html = "<nav>" * 300 + "<a>首页</a>" + "</nav>" * 300 + "<h1>停水</h1><p>北区明天上午停水，请大家提前储水。</p>"
    (answer,) = polls({"/a": html}, [], {"drop": ["nav", "nav nav"]}, "/a")
    assert records(answer)[0].text == "北区明天上午停水，请大家提前储水。"


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"shape": "list"}, "links"),
        ({"shape": "list", "links": "ul[["}, "links"),
        ({"text": "div::text"}, "text"),
        ({"drop": ["a", "!!"]}, "drop"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(options: dict[str, object], key: str) -> None:
    page = CONNECTORS["page"]
    with pytest.raises(BadOption) as refused:
        page.check("https://example.org/", checked_options(page, options))
    assert refused.value.key == key


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(FetchError):
        CONNECTORS["page"].check("file:///etc/passwd", {})
