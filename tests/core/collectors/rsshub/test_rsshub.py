"""The address of a route, and what is refused as one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping

import pytest
from tests.core.collectors.conformance import asking
from tests.core.collectors.rsshub.case import CASE, KEY

from huiying.core.collectors.contract import BadOption, Json
from huiying.core.collectors.rsshub import CONNECTOR
from huiying.core.collectors.rsshub.connector import route_url


def test_a_route_is_added_to_the_instance() -> None:
    assert route_url("https://hub.example/rss/", {"route": "/a/b?limit=5"}) == "https://hub.example/rss/a/b?limit=5"


def test_the_key_signs_the_route_and_never_travels() -> None:
    url = route_url("https://hub.example", {"route": "/a/b?limit=5", "key": "open-sesame"})
    code = hashlib.md5(b"/a/bopen-sesame", usedforsecurity=False).hexdigest()
    assert url == f"https://hub.example/a/b?limit=5&code={code}"


def test_nothing_of_the_key_stays_in_the_answer() -> None:
    async def poll() -> str:
        async with asking(CASE) as (_served, ask):
            return repr(await CONNECTOR.poll(ask({})))

    answer = asyncio.run(poll())
    assert "自来水发黄" in answer and KEY not in answer and "code=" not in answer


@pytest.mark.parametrize(
    ("url", "options", "key"),
    [
        ("https://hub.example", {"route": "weibo/user/1"}, "route"),
        ("https://hub.example", {"route": "//evil.example/a"}, "route"),
        ("https://hub.example", {"route": "/a/../../b"}, "route"),
        ("https://hub.example", {"route": "/a b"}, "route"),
        ("https://hub.example", {"route": ""}, "route"),
        ("https://hub.example/?x=1", {"route": "/a"}, "url"),
        ("hub.example", {"route": "/a"}, "url"),
        ("https://hub.example", {"route": "/a", "zone": "Nowhere"}, "zone"),
    ],
)
def test_what_is_no_route_is_refused(url: str, options: Mapping[str, Json], key: str) -> None:
    with pytest.raises(BadOption) as refused:
        CONNECTOR.check(url, options)
    assert refused.value.key == key
