"""Follow timelines of a real server that answers as Mastodon does."""

from __future__ import annotations

import pytest
from aiohttp import web
from tests.core.collectors.mastodon.case import HANDLE, status, timeline
from tests.core.collectors.site import Site, faults, on_site, records

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer, BadOption
from huiying.core.collectors.registry import CONNECTORS, checked_options

Statuses = list[dict[str, object]]
PUBLIC = "/api/v1/timelines/public"


def account(**more: object) -> dict[str, object]:
    """Return an account that asked for something."""
    return {"id": "1", "acct": HANDLE, "note": "", "discoverable": True, "noindex": False, **more}


def polls(steps: list[Statuses], headers: dict[str, str] | None = None, **options: object) -> tuple[list[Answer], list[web.BaseRequest]]:
    """Poll once for each state of the server."""
    offered: Statuses = []

    def answer(request: web.BaseRequest) -> web.Response:
        response = timeline(offered, request)
        response.headers.update(headers or {})
        return response

    async def act(site: Site) -> tuple[list[Answer], list[web.BaseRequest]]:
        answers: list[Answer] = []
        for step in steps:
            offered[:] = step
            answers.append(await site.poll("mastodon", "/", options, after=answers[-1] if answers else None))
        return answers, site.requests

    return on_site({PUBLIC: answer, "/api/v1/timelines/tag/停水": answer}, act)


def numbers(answer: Answer) -> list[int]:
    """Return the numbers of the statuses that came."""
    return [int(str(record.item_id).partition("#")[0]) % 1_000_000 for record in records(answer)]


def run(*statuses: dict[str, object], **options: object) -> Answer:
    """Poll a server with these statuses once."""
    return polls([list(statuses)], None, **options)[0][0]


def test_the_first_poll_takes_the_newest_page_and_says_who_we_are() -> None:
    (answer,), requests = polls([[status(n) for n in range(1, 101)]])
    assert numbers(answer) == list(range(61, 101))
    assert len(requests) == 1
    assert requests[0].headers["User-Agent"].startswith("Huiying/")
    assert "Authorization" not in requests[0].headers


def test_a_gap_of_more_than_a_page_is_filled_without_loss() -> None:
    first = [status(n) for n in range(1, 31)]
    (_first, second), requests = polls([first, [status(n) for n in range(1, 151)]])
    assert numbers(second) == list(range(31, 151))
    assert len({request.query.get("min_id") for request in requests}) == len(requests)


def test_a_gap_of_very_many_pages_is_filled_over_several_polls() -> None:
    everything = [status(n) for n in range(1, 501)]
    answers, _requests = polls([everything[:30], everything, everything, everything, everything])
    assert [n for answer in answers[1:] for n in numbers(answer)] == list(range(31, 501))
    assert [answer.more for answer in answers] == [False, True, True, False, False]


def test_a_quiet_timeline_costs_one_request() -> None:
    statuses = [status(n) for n in range(1, 61)]
    (_first, second), requests = polls([statuses, statuses])
    assert (second.records, len(requests)) == ([], 2)


def test_posts_that_follow_an_empty_timeline_are_all_read() -> None:
    (_first, second), _requests = polls([[], [status(n) for n in range(1, 61)]])
    assert numbers(second) == list(range(1, 61))


def test_an_edit_of_a_recent_post_is_a_new_record() -> None:
    statuses = [status(n) for n in range(1, 31)]
    edited = status(28, edited_at="2026-11-24T07:30:00.000Z", content="<p>已恢复供水</p>")
    (_first, second, third), _requests = polls(
        [statuses, [*statuses[:27], edited, *statuses[28:]], [*statuses[:27], edited, *statuses[28:]]]
    )
    (record,) = records(second)
    assert record.item_id == f"{status(28)['id']}#2026-11-24T07:30:00.000Z"
    assert (record.text, record.extra["edited"]) == ("已恢复供水", True)
    assert third.records == []


def test_html_becomes_text_and_a_content_warning_its_title() -> None:
    content = '<p>看 <a href="https://a.example/x"><span class="invisible">https://</span>a.example/x</a></p><p>第二段 &amp; 完</p>'
    (record,) = records(run(status(1, content=content, spoiler_text="停水", sensitive=True)))
    assert (record.title, record.text) == ("停水", "看 https://a.example/x\n第二段 & 完")
    assert record.extra["content_warning"] is True


def test_the_choices_of_a_poll_are_part_of_the_text() -> None:
    (record,) = records(run(status(1, poll={"options": [{"title": "已恢复"}, {"title": "没有"}]})))
    assert record.text.endswith("已恢复\n没有")


def test_a_boost_is_read_as_the_original_it_repeats() -> None:
    original = status(5, account=account(acct="li@other.example"), content="<p>原文</p>")
    (record,) = records(run(status(9, reblog=original, content="")))
    assert (record.text, record.author_handle, record.extra["boost"]) == ("原文", "li@other.example", True)
    assert record.item_id == original["id"]


def test_the_address_of_a_post_names_no_account() -> None:
    (record,) = records(run(status(1)))
    assert record.url.endswith(f"/statuses/{status(1)['id']}")
    assert HANDLE not in record.url
    assert record.author_handle == f"{HANDLE}@127.0.0.1"


@pytest.mark.parametrize(
    "more",
    [
        {"visibility": "unlisted"},
        {"visibility": "private"},
        {"visibility": "direct"},
        {"visibility": None},
        {"account": account(noindex=True)},
        {"account": account(discoverable=False)},
        {"account": account(note="<p>hello #nobot</p>")},
        {"account": account(note="#NoIndex")},
        {"reblog": status(3, visibility="unlisted")},
        {"reblog": status(3, account=account(noindex=True))},
    ],
)
def test_what_is_not_public_or_asks_to_be_left_out_is_not_kept(more: dict[str, object]) -> None:
    assert run(status(1, **more)).records == []


def test_an_account_that_never_decided_is_kept() -> None:
    assert len(run(status(1, account={"acct": HANDLE, "discoverable": None})).records) == 1


def test_only_the_languages_asked_for_are_kept() -> None:
    answer = run(status(1, language="zh"), status(2, language="de"), status(3, language=None), languages=["zh", "en"])
    assert numbers(answer) == [1]


def test_local_and_hashtag_timelines_are_asked_for_as_such() -> None:
    _answers, local = polls([[]], timeline="local")
    _answers, tag = polls([[]], timeline="hashtag", hashtag="#停水")
    assert (local[0].path, local[0].query["local"]) == (PUBLIC, "true")
    assert tag[0].path == "/api/v1/timelines/tag/停水"


@pytest.mark.parametrize(("left", "pause"), [("299", None), ("9", 300), ("0", 300), ("x", None)])
def test_the_limit_of_the_server_is_honoured(left: str, pause: int | None) -> None:
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": left, "X-RateLimit-Reset": "2026-11-24T08:05:00.000Z"}
    answers, requests = polls([[status(1)], [status(n) for n in range(1, 100)]], headers)
    assert answers[-1].demanded_pause == pause
    assert len(requests) == (2 if pause else 5)


def test_nothing_is_lost_when_the_limit_stops_a_poll() -> None:
    headers = {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "2026-11-24T08:05:00.000Z"}
    everything = [status(n) for n in range(1, 101)]
    answers, _requests = polls([everything[:10], *([everything] * 4)], headers)
    assert [n for answer in answers for n in numbers(answer)] == list(range(1, 101))


def test_what_cannot_be_read_is_told_and_stops_nothing_else() -> None:
    answer = run(status(1, created_at="yesterday"), status(2, content=None), status(3))
    assert numbers(answer) == [3]
    assert len(faults(answer)) == 2


@pytest.mark.parametrize(
    ("body", "code", "detail"),
    [
        ('{"error": "This method requires an authenticated user"}', "not_a_timeline", "This method requires an authenticated user"),
        ("<html>no</html>", "not_json", None),
        ("null", "not_a_timeline", ""),
    ],
)
def test_a_server_that_gives_no_timeline_is_a_failure(body: str, code: str, detail: str | None) -> None:
    async def act(site: Site) -> Answer:
        return await site.poll("mastodon", "/")

    with pytest.raises(FetchError) as refused:
        on_site({PUBLIC: lambda _request: web.Response(text=body, content_type="application/json")}, act)
    assert refused.value.code == code
    assert detail in (None, refused.value.detail)


@pytest.mark.parametrize("hashtag", ["", "#", "two words", "a/b", "x?y", "a" * 200])
def test_a_hashtag_that_is_none_is_refused(hashtag: str) -> None:
    mastodon = CONNECTORS["mastodon"]
    with pytest.raises(BadOption) as refused:
        mastodon.check("https://m.example/", checked_options(mastodon, {"timeline": "hashtag", "hashtag": hashtag}))
    assert refused.value.key == "hashtag"
