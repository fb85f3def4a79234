"""Follow sitemaps of a real server."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from tests.core.collectors.conformance import NOW
from tests.core.collectors.page.case import PAGE
from tests.core.collectors.site import Content, Site, faults, on_site, records
from tests.core.collectors.sitemap.case import news

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer

XML = '<?xml version="1.0" encoding="UTF-8"?>'


def urlset(base: str, *entries: str) -> str:
    """Return a plain sitemap; an entry is a path, or a path and its date."""
    urls = "".join(
        f"<url><loc>{base}{path}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>"
        for path, _space, date in (entry.partition(" ") for entry in entries)
    )
    return f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def index(base: str, *entries: str) -> str:
    """Return a sitemap index."""
    return urlset(base, *entries).replace("urlset", "sitemapindex").replace("<url>", "<sitemap>").replace("</url>", "</sitemap>")


def at(make: str, *entries: str) -> Content:
    """Return the content of a path whose addresses need the host of the request."""
    makers = {"urlset": urlset, "index": index}
    return lambda request: web.Response(text=makers[make](f"http://{request.host}", *entries), content_type="application/xml")


def page(text: str) -> str:
    """Return an article."""
    return PAGE.format(title="停水通知", text=text, date="2026-11-24 09:30")


def polls(pages: dict[str, Content], steps: list[dict[str, Content]], **options: object) -> tuple[list[Answer], list[list[str]]]:
    """Poll once before and once after each change; returns the answers and the paths asked for each time."""

    async def act(site: Site) -> tuple[list[Answer], list[list[str]]]:
        answers: list[Answer] = []
        asked: list[list[str]] = []
        for change in [{}, *steps]:
            site.pages |= change
            site.asked.clear()
            answers.append(await site.poll("sitemap", "/map.xml", options, after=answers[-1] if answers else None))
            asked.append([path for path in site.asked if path != "/robots.txt"])
        return answers, asked

    return on_site(pages, act)


def paths(answer: Answer) -> list[str]:
    """Return the paths of what was read."""
    return [record.url.split("/", 3)[3] for record in records(answer)]


def test_a_news_sitemap_gives_title_date_and_language_without_reading_a_page() -> None:
    pages: dict[str, Content] = {"/map.xml": lambda request: web.Response(text=news(f"http://{request.host}", 2), content_type="text/xml")}
    (answer,), asked = polls(pages, [])
    first = records(answer)[-1]
    assert (first.title, first.language) == ("自来水发黄 1", "zh-cn")
    assert first.published_at == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert asked == [["/map.xml"]]


def test_a_title_that_changes_is_a_new_record() -> None:
    def maps(title: str) -> Content:
        return lambda request: web.Response(text=news(f"http://{request.host}", 1).replace("发黄", title), content_type="text/xml")

    (first, second, third), _asked = polls({"/map.xml": maps("发黄")}, [{}, {"/map.xml": maps("已恢复")}])
    assert [len(answer.records) for answer in (first, second, third)] == [1, 0, 1]


def test_pages_are_read_where_wanted_and_again_when_their_date_moves() -> None:
    pages: dict[str, Content] = {"/map.xml": at("urlset", "/1 2026-11-23", "/2 2026-11-24"), "/1": page("一"), "/2": page("二")}
    moved: dict[str, Content] = {"/map.xml": at("urlset", "/1 2026-11-24T07:00:00Z", "/2 2026-11-24"), "/1": page("一，已恢复")}
    (first, same, changed), asked = polls(pages, [{}, moved], read_pages=True)
    assert (paths(first), paths(same), paths(changed)) == (["2", "1"], [], ["1"])
    assert asked[1] == ["/map.xml"]
    assert "已恢复" in records(changed)[0].text


def test_a_date_that_moves_without_a_new_text_is_no_record() -> None:
    pages: dict[str, Content] = {"/map.xml": at("urlset", "/1 2026-11-23"), "/1": page("一")}
    (first, second), _asked = polls(pages, [{"/map.xml": at("urlset", "/1 2026-11-24")}], read_pages=True)
    assert (len(first.records), len(second.records)) == (1, 0)


def test_what_is_older_than_the_setting_is_left_alone() -> None:
    pages: dict[str, Content] = {"/map.xml": at("urlset", "/old 2026-11-10", "/new 2026-11-24"), "/new": page("新")}
    (answer,), asked = polls(pages, [], read_pages=True, days=2)
    assert (paths(answer), asked[0]) == (["new"], ["/map.xml", "/new"])


def test_addresses_without_a_date_count_as_old_at_first_and_as_new_later() -> None:
    pages: dict[str, Content] = {"/map.xml": at("urlset", "/1", "/2"), "/3": page("三")}
    (first, second, third), _asked = polls(pages, [{"/map.xml": at("urlset", "/1", "/2", "/3")}, {}], read_pages=True)
    assert (paths(first), paths(second), paths(third)) == ([], ["3"], [])


def test_only_addresses_with_a_wanted_part_and_of_the_same_host_are_read() -> None:
    def maps(request: web.BaseRequest) -> web.Response:
        here = f"http://{request.host}"
        text = urlset(here, "/news/1 2026-11-24", "/sport/1 2026-11-24")
        return web.Response(
            text=text.replace("</urlset>", "<url><loc>http://elsewhere.example/news/2</loc></url></urlset>"), content_type="text/xml"
        )

    (answer,), _asked = polls({"/map.xml": maps, "/news/1": page("一")}, [], read_pages=True, include=["/news/"])
    assert paths(answer) == ["news/1"]


def test_of_an_index_only_files_that_changed_are_read_again_and_packed_files_too() -> None:
    def packed(request: web.BaseRequest) -> web.Response:
        return web.Response(body=gzip.compress(urlset(f"http://{request.host}", "/2 2026-11-24").encode()), content_type="application/gzip")

    pages: dict[str, Content] = {
        "/map.xml": at("index", "/a.xml 2026-11-23", "/b.xml.gz 2026-11-24"),
        "/a.xml": at("urlset", "/1 2026-11-23"),
        "/b.xml.gz": packed,
        "/1": page("一"),
        "/2": page("二"),
    }
    later: dict[str, Content] = {"/map.xml": at("index", "/a.xml 2026-11-24T07:00:00Z", "/b.xml.gz 2026-11-24")}
    (first, _second, _third), asked = polls(pages, [{}, later], read_pages=True)
    assert sorted(paths(first)) == ["1", "2"]
    assert asked[0][:3] == ["/map.xml", "/b.xml.gz", "/a.xml"]
    assert asked[1:] == [["/map.xml"], ["/map.xml", "/a.xml"]]


def test_a_host_that_wants_long_pauses_is_asked_once_a_poll_and_nothing_is_lost() -> None:
    pages: dict[str, Content] = {
        "/robots.txt": "User-agent: *\nCrawl-delay: 50",
        "/map.xml": at("index", "/a.xml 2026-11-24", "/b.xml"),
        "/a.xml": at("urlset", "/1 2026-11-24"),
        "/b.xml": at("urlset", "/2 2026-11-24"),
        "/1": page("一"),
        "/2": page("二"),
    }
    answers, asked = polls(pages, [{}] * 5, read_pages=True)
    assert [path for poll in asked for path in poll] == ["/map.xml", "/a.xml", "/b.xml", "/1", "/2", "/map.xml"]
    assert [path for answer in answers for path in paths(answer)] == ["1", "2"]
    assert {(answer.demanded_pause, answer.more) for answer in answers} == {(50, False)}


def test_files_of_an_index_that_were_all_read_do_not_ask_for_a_poll_at_once() -> None:
    names = [f"/{n}.xml" for n in range(15)]
    pages: dict[str, Content] = {"/map.xml": at("index", *names), **{name: at("urlset", "/p 2026-11-01") for name in names}}
    answers, _asked = polls(pages, [{}, {}], read_pages=True)
    assert [answer.more for answer in answers] == [True, False, False]


def test_a_large_index_is_read_in_parts_and_files_without_a_date_take_turns() -> None:
    names = [f"/{n}.xml" for n in range(15)]
    pages: dict[str, Content] = {"/map.xml": at("index", *names), **{name: at("urlset", f"/p{name} 2026-11-01") for name in names}}
    (first, _second), asked = polls(pages, [{}], read_pages=True)
    assert first.more
    assert set(asked[0][1:]) | set(asked[1][1:6]) == set(names)


def test_a_file_of_an_index_that_fails_is_told_and_stops_no_other() -> None:
    pages: dict[str, Content] = {"/map.xml": at("index", "/bad.xml", "/a.xml"), "/bad.xml": 500, "/a.xml": at("urlset", "/1 2026-11-24")}
    (answer,), _asked = polls(pages | {"/1": page("一")}, [], read_pages=True)
    assert [fault.reason for fault in faults(answer)] == ["http_status 500"]
    assert paths(answer) == ["1"]


def test_files_that_fail_again_and_again_keep_no_other_from_being_read() -> None:
    bad = [f"/bad{n}.xml" for n in range(12)]
    pages: dict[str, Content] = {
        "/map.xml": at("index", *(f"{name} 2026-11-24" for name in bad), "/a.xml 2026-11-20"),
        **dict.fromkeys(bad, 404),
    }
    pages |= {"/a.xml": at("urlset", "/1 2026-11-24", "/undated"), "/1": page("一")}
    answers, _asked = polls(pages, [{}, {}], read_pages=True)
    assert [path for answer in answers for path in paths(answer)] == ["1"]
    assert [answer.more for answer in answers] == [True, False, False]


def test_an_index_inside_an_index_is_refused() -> None:
    (answer,), _asked = polls({"/map.xml": at("index", "/map.xml")}, [], read_pages=True)
    assert [fault.reason for fault in faults(answer)] == ["broken an index inside an index"]


def test_a_file_that_ends_in_the_middle_gives_what_was_before() -> None:
    def cut(request: web.BaseRequest) -> web.Response:
        return web.Response(text=news(f"http://{request.host}", 3)[:-200], content_type="text/xml")

    (answer,), _asked = polls({"/map.xml": cut}, [])
    assert len(records(answer)) == 2
    assert faults(answer)[0].reason.startswith("the file is cut or damaged after 2 addresses")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"User-agent: *", "not_a_sitemap"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "not_a_sitemap"),
        (b"<!DOCTYPE html><html><body>moved</body></html>", "not_a_sitemap"),
        (b"<html><body>moved</body></html>", "not_a_sitemap"),
        (
            b'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
            "entity_bomb",
        ),
        (b"<urlset><url><loc>http", "broken"),
        (b"<urlset>" + b"<a>" * 50, "broken"),
        (gzip.compress(b" " * 60_000_000, mtime=0), "too_large"),
        (gzip.compress(b"<urlset>" + bytes(range(32, 127)) * 9, mtime=0)[:40], "broken"),
        (b"\x1f\x8b" + b"no gzip at all", "broken"),
        (b"<sitemapindex/>", "empty"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_its_reason(body: bytes, code: str) -> None:
    with pytest.raises(FetchError) as refused:
        polls({"/map.xml": body}, [])
    assert refused.value.code == code


def test_a_plain_sitemap_without_titles_asks_for_its_pages_to_be_read() -> None:
    with pytest.raises(FetchError) as refused:
        polls({"/map.xml": at("urlset", "/1 2026-11-24")}, [])
    assert refused.value.code == "no_titles"


def test_addresses_that_are_none_are_told_and_not_all_one_by_one() -> None:
    text = XML + "<urlset>" + "<url><loc>javascript:1</loc></url>" * 30 + "</urlset>"
    (answer,), _asked = polls({"/map.xml": text}, [], read_pages=True)
    assert len(faults(answer)) == 21
    assert faults(answer)[-1].reason == "10 more faults of this kind"


def test_of_very_many_addresses_without_a_date_the_first_are_watched_and_the_rest_is_told() -> None:
    many = at("urlset", *(f"/{n}" for n in range(10_050)))
    (first, second), _asked = polls({"/map.xml": many}, [{}], read_pages=True)
    assert [fault.reason for fault in faults(second)] == ["of the addresses without a date only the first 10000 are watched"]
    assert (len(first.cursor["undated"]), second.more) == (10_000, False)  # type: ignore[arg-type]


def test_pages_that_robots_forbids_are_told() -> None:
    pages: dict[str, Content] = {"/robots.txt": "User-agent: *\nDisallow: /1", "/map.xml": at("urlset", "/1 2026-11-24"), "/1": page("一")}
    (answer,), asked = polls(pages, [], read_pages=True)
    assert [fault.reason.split()[0] for fault in faults(answer)] == ["robots_refused"]
    assert asked == [["/map.xml"]]


def test_the_window_of_days_moves_with_the_clock() -> None:
    async def act(site: Site) -> list[int]:
        return [len((await site.poll("sitemap", "/map.xml", {}, now=NOW + timedelta(days=days))).records) for days in (0, 10)]

    maps: Content = lambda request: web.Response(text=news(f"http://{request.host}", 2), content_type="text/xml")  # noqa: E731
    assert on_site({"/map.xml": maps}, act) == [2, 0]
