"""Poll feeds from a real web server: what is asked, what is remembered, what the feed's wishes become."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from aiohttp import web
from tests.core.collectors.conformance import listening
from tests.core.collectors.feed.samples.model import NOW, atom, atom_entry, rss, rss_item

from huiying.core.collectors.contract import Answer, Ask, BadOption, Json
from huiying.core.collectors.feed import CONNECTOR
from huiying.core.collectors.fetch import Fetcher
from huiying.core.collectors.records import Record

Pages = Mapping[str, Callable[[web.BaseRequest], web.Response]]


class Site:
    """A web server with a few pages, and what it was asked."""

    def __init__(self, pages: Pages) -> None:
        self.pages = dict(pages)
        self.asked: list[web.BaseRequest] = []

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        self.asked.append(request)
        page = self.pages.get(str(request.rel_url))
        return page(request) if page else web.Response(status=404)

    def polls(self, *cursors: Json, options: Mapping[str, Json] | None = None, now: datetime = NOW, times: int = 1) -> list[Answer]:
        """Poll so many times, each with the cursor of the time before."""

        async def poll() -> list[Answer]:
            answers: list[Answer] = []
            async with listening(self.answer, "127.0.0.1") as port, Fetcher(allow=("127.0.0.1/32",)) as fetcher:
                cursor: Mapping[str, Json] = cursors[0] if cursors and isinstance(cursors[0], Mapping) else {}
                for _time in range(times):
                    answers.append(await CONNECTOR.poll(Ask(f"http://127.0.0.1:{port}/feed", options or {}, cursor, now, fetcher.fetch)))
                    cursor = answers[-1].cursor
            return answers

        return asyncio.run(poll())


def page(body: str, **headers: str) -> Callable[[web.BaseRequest], web.Response]:
    """Return a page that is always the same."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: web.Response(body=body.encode(), content_type="application/xml", headers=named)


def conditional(request: web.BaseRequest) -> web.Response:
    """Answer 304 to whoever has the page already."""
    headers = {"ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 02:00:00 GMT", "Cache-Control": "public, max-age=900"}
    if request.headers.get("If-None-Match") == '"v1"' and request.headers.get("If-Modified-Since"):
        return web.Response(status=304, headers=headers)
    return web.Response(text=rss([rss_item(1, title="水")]), headers=headers)


def entries(first: int, last: int, *, head: str = "") -> str:
    """Return an Atom feed with these entries, the newest first."""
    return atom([atom_entry(n, title=f"水 {n}") for n in range(last, first - 1, -1)], head=head)


def older(path: str) -> str:
    """Return the link to an older page."""
    return f'<link rel="next" href="{path}"/>'


def ids(answer: Answer) -> list[str | None]:
    """Return the ids of an answer's records."""
    return [item.item_id for item in answer.records if isinstance(item, Record)]


def test_the_second_poll_asks_only_for_what_changed() -> None:
    site = Site({"/feed": conditional})
    first, second = site.polls(times=2)
    assert ids(first) == ["urn:post:1"] and second.records == ()
    assert site.asked[1].headers["If-None-Match"] == '"v1"'
    assert second.cursor == first.cursor and first.least_pause == second.least_pause == 900


@pytest.mark.parametrize(
    ("head", "pause"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>soon</ttl>", None),
        ("<ttl>525600</ttl>", 86_400),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<sy:updatePeriod>whenever</sy:updatePeriod>", None),
        ("<skipHours><hour>8</hour><hour>9</hour></skipHours>", 7200),
        ("<skipHours><hour>7</hour><hour>10</hour></skipHours>", None),
        ("<skipDays><day>Tuesday</day></skipDays>", 16 * 3600),
        (f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(24))}</skipHours>", None),
        ("<ttl>30</ttl><skipHours><hour>8</hour></skipHours>", 3600),
    ],
)
def test_the_feeds_own_wish_becomes_the_least_pause(head: str, pause: int | None) -> None:
    body = rss([rss_item(1, title="水")], head=head, attributes=' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"')
    (answer,) = Site({"/feed": page(body)}).polls()
    assert answer.least_pause == pause


def test_the_longer_of_header_and_feed_counts() -> None:
    (answer,) = Site({"/feed": page(rss([rss_item(1, title="水")], head="<ttl>1</ttl>"), Cache_Control="max-age=300")}).polls()
    assert answer.least_pause == 300


def test_a_hub_is_found_in_the_feed() -> None:
    links = '<link rel="hub" href="https://hub.example/"/><link rel="self" href="https://news.example/feed"/>'
    (answer,) = Site({"/feed": page(entries(1, 1, head=links))}).polls()
    assert (answer.hub, answer.topic) == ("https://hub.example/", "https://news.example/feed")


def test_a_hub_is_found_inside_rss() -> None:
    links = '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://news.example/feed"/>'
    body = rss([rss_item(1, title="水")], head=links, attributes=' xmlns:atom="http://www.w3.org/2005/Atom"')
    (answer,) = Site({"/feed": page(body)}).polls()
    assert (answer.hub, answer.topic) == ("https://hub.example/", "https://news.example/feed")


def test_a_hub_in_the_link_header_goes_before_that_of_the_feed() -> None:
    header = '<https://other.example/>; rel="prefetch", <https://hub.example/?a,b>; title="a, b"; rel="x HUB", </feed>; rel=self'
    (answer,) = Site({"/feed": page(entries(1, 1, head='<link rel="hub" href="https://no.example/"/>'), Link=header)}).polls()
    assert answer.hub == "https://hub.example/?a,b" and answer.topic.endswith("/feed")


def test_a_feed_that_moved_for_good_says_where() -> None:
    site = Site({"/feed": lambda _request: web.Response(status=301, headers={"Location": "/new"}), "/new": page(entries(1, 1))})
    (answer,) = site.polls()
    assert answer.moved_to.endswith("/new") and ids(answer) == ["urn:post:1"]


def test_a_podcast_that_names_its_new_address_says_where() -> None:
    new = '<itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">https://new.example/feed</itunes:new-feed-url>'
    (answer,) = Site({"/feed": page(rss([rss_item(1, title="水")], head=new))}).polls()
    assert answer.moved_to == "https://new.example/feed"


def test_deleted_entries_are_told() -> None:
    grave = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:post:0" when="2026-11-24T00:00:00Z"/>'
    (answer,) = Site({"/feed": page(entries(1, 1, head=grave))}).polls()
    assert answer.deleted == ("urn:post:0",) and CONNECTOR.signals_deletions


def paged(count: int) -> dict[str, Callable[[web.BaseRequest], web.Response]]:
    """Return so many pages of two entries each."""
    pages = {}
    for number in range(count):
        last = 2 * (count - number)
        link = older(f"/p{number + 1}") if number + 1 < count else ""
        pages["/feed" if number == 0 else f"/p{number}"] = page(entries(last - 1, last, head=link))
    return pages


def test_a_new_source_is_read_back_through_its_pages() -> None:
    answers = Site(paged(3)).polls(times=4)
    assert [len(ids(answer)) for answer in answers] == [2, 2, 2, 2]
    assert [answer.more for answer in answers] == [True, True, False, False]
    assert len({one for answer in answers for one in ids(answer)}) == 6


def test_only_so_many_pages_are_read_back() -> None:
    answers = Site(paged(9)).polls(times=4, options={"pages": 2})
    assert [answer.more for answer in answers] == [True, True, False, False]


def test_pages_may_be_turned_off() -> None:
    (answer,) = Site(paged(3)).polls(options={"pages": 0})
    assert not answer.more


def test_after_a_gap_older_pages_are_read_until_something_is_known() -> None:
    known = Site({"/feed": page(entries(1, 2))}).polls()[0].cursor
    site = Site({"/feed": page(entries(7, 8, head=older("/p1"))), "/p1": page(entries(5, 6, head=older("/p2")))})
    site.pages |= {"/p2": page(entries(2, 4, head=older("/p3"))), "/p3": page(entries(1, 1))}
    answers = site.polls(known, times=4)
    assert [one for answer in answers[:3] for one in ids(answer)] == [f"urn:post:{n}" for n in range(8, 1, -1)]
    assert [answer.more for answer in answers] == [True, True, False, False]
    assert "/p3" not in [str(request.rel_url) for request in site.asked]


def test_without_a_gap_older_pages_are_left_alone() -> None:
    known = Site({"/feed": page(entries(1, 2))}).polls()[0].cursor
    (answer,) = Site({"/feed": page(entries(2, 3, head=older("/p1")))}).polls(known)
    assert not answer.more and "older" not in answer.cursor


def test_pages_that_lead_in_a_circle_come_to_an_end() -> None:
    site = Site({"/feed": page(entries(1, 2, head=older("/p1"))), "/p1": page(entries(3, 4, head=older("/p2")))})
    site.pages["/p2"] = page(entries(5, 6, head=older("/p1")))
    answers = site.polls(times=6)
    assert [answer.more for answer in answers][:6] == [True, True, True, True, True, False]


def test_an_older_page_that_cannot_be_had_is_given_up_after_some_tries() -> None:
    answers = Site({"/feed": page(entries(1, 2, head=older("/lost")))}).polls(times=5)
    assert [answer.more for answer in answers] == [True, False, False, False, False]
    assert ["older" in answer.cursor for answer in answers] == [True, True, True, False, False]
    assert ids(answers[4]) == ["urn:post:2", "urn:post:1"]


def test_ids_that_proved_useless_once_are_not_trusted_later() -> None:
    twice = rss([rss_item(n, title=f"水 {n}", guid="https://news.example/") for n in (1, 2)])
    once = rss([rss_item(3, title="水 3", guid="https://news.example/")])
    known = Site({"/feed": page(twice)}).polls()[0].cursor
    (answer,) = Site({"/feed": page(once)}).polls(known)
    assert ids(answer) == [None]


def test_times_without_a_zone_are_those_of_the_source() -> None:
    site = Site({"/feed": page(rss([rss_item(1, title="水", date="2026-11-23 10:00")]))})
    (answer,) = site.polls(options={"zone": "Europe/Paris"})
    assert isinstance(answer.records[0], Record) and answer.records[0].published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "options", "key"),
    [
        ("ftp://a.example/feed", {}, "url"),
        ("https://me:secret@a.example/feed", {}, "url"),
        ("https://a.example/feed", {"zone": "Mars/Olympus"}, "zone"),
        ("https://a.example/feed", {"zone": "../etc/passwd"}, "zone"),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_asked(url: str, options: Mapping[str, Json], key: str) -> None:
    with pytest.raises(BadOption) as refused:
        CONNECTOR.check(url, options)
    assert refused.value.key == key
