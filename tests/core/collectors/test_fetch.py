"""Fetch from a real local server that misbehaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from tests.core.collectors.hostile import HostileServer, closed_port, hostile_server

from huiying import __version__
from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.fetch import fetch
from huiying.core.collectors.fetched import Fetched, RetryLater

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """Return a running hostile server."""
    with hostile_server() as running:
        yield running


def get(url: str, **more: object) -> Fetched:
    """Fetch with loopback allowed and a short deadline."""
    return asyncio.run(fetch(url, **{"allow": LOOPBACK, "deadline": 2.0, **more}))  # type: ignore[arg-type]


def refusal(url: str, **more: object) -> FetchError:
    """Return the error of a fetch that must fail."""
    with pytest.raises(FetchError) as refused:
        get(url, **more)
    return refused.value


def test_a_good_feed_comes_with_its_validators_and_an_honest_name(server: HostileServer) -> None:
    fetched = get(f"{server.base}/good")
    assert fetched.body and fetched.etag == '"v1"' and fetched.last_modified
    assert server.seen[0][1]["User-Agent"] == f"Huiying/{__version__}"


def test_an_unchanged_feed_has_no_body(server: HostileServer) -> None:
    assert get(f"{server.base}/good", etag='"v1"').body is None
    assert server.seen[0][1]["If-None-Match"] == '"v1"'


def test_loopback_is_refused_unless_allowed_and_nothing_is_dialled(server: HostileServer) -> None:
    assert refusal(f"{server.base}/good", allow=()).code == "refused_address"
    assert server.seen == []


def test_the_name_is_resolved_once_and_exactly_that_address_is_dialled(server: HostileServer) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    port = server.base.rsplit(":", 1)[1]
    assert get(f"http://rebind.example:{port}/good", resolve=resolve).body
    assert asked == ["rebind.example"]
    assert server.seen[0][1]["Host"] == f"rebind.example:{port}"


def test_a_redirect_is_followed_through_the_same_gate(server: HostileServer) -> None:
    assert get(f"{server.base}/once").url == f"{server.base}/good"
    assert refusal(f"{server.base}/away").code == "refused_address"


def test_a_redirect_loop_ends_after_three(server: HostileServer) -> None:
    assert refusal(f"{server.base}/loop").code == "too_many_redirects"
    assert len(server.seen) == 4


@pytest.mark.parametrize("path", ["huge", "gzip-bomb", "endless"])
def test_a_body_beyond_the_limit_is_cut_off(server: HostileServer, path: str) -> None:
    assert refusal(f"{server.base}/{path}", deadline=10.0).code == "too_large"


def test_a_dripping_server_is_cut_off_at_the_deadline(server: HostileServer) -> None:
    started = time.monotonic()
    assert refusal(f"{server.base}/drip", deadline=0.6).code == "too_slow"
    assert time.monotonic() - started < 2.0


def test_retry_after_is_told(server: HostileServer) -> None:
    error = refusal(f"{server.base}/later")
    assert isinstance(error, RetryLater) and error.seconds == 120


def test_a_bad_status_is_told(server: HostileServer) -> None:
    error = refusal(f"{server.base}/error")
    assert (error.code, error.detail) == ("http_status", "500")


def test_a_closed_port_is_unreachable() -> None:
    assert refusal(f"http://127.0.0.1:{closed_port()}/").code == "unreachable"


def test_an_unknown_host_is_told() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise FetchError("no_such_host", host)

    assert refusal("http://nowhere.example/", resolve=resolve).code == "no_such_host"
