"""No hostile address is ever dialled: every dial of the process is recorded while the table is tried."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from tests.core.collectors.hostile import HostileServer, hostile_server

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.fetch import Fetcher, fetch
from huiying.core.collectors.reaching import system_resolve

#: What the faked name server answers.
NAMES = {
    "loopback.example": ["127.0.0.1"],
    "private-ten.example": ["10.0.0.5"],
    "private-172.example": ["172.16.3.4"],
    "private-192.example": ["192.168.1.1"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "mixed-six.example": ["93.184.216.34", "::1"],
    "metadata.example": ["169.254.169.254"],
    "alibaba.example": ["100.100.100.200"],
    "oracle.example": ["192.0.0.192"],
    "carrier.example": ["100.64.0.1"],
    "nought.example": ["0.0.0.0"],
    "broadcast.example": ["255.255.255.255"],
    "multicast.example": ["224.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "teredo.example": ["2001::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "site-local.example": ["fec0::1"],
    "unique-local.example": ["fd00::1"],
    "link-local.example": ["fe80::1"],
    "documentation.example": ["2001:db8::1"],
    "nobody.example": [],
}
URLS = [
    *(f"http://{name}/feed" for name in NAMES),
    *(f"https://{name}/feed" for name in ("loopback.example", "mixed.example")),
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://017700000001/",
    "http://127.0.0.1:8600/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://⑯⑨。②⑤④。⑯⑨｡②⑤④/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://93.184.216.34:22/",
    "http://93.184.216.34:6379/",
    "https://93.184.216.34:8443/",
    "http://user:secret@93.184.216.34/",
    "http://93.184.216.34@127.0.0.1/",
    "http://127.0.0.1\\@93.184.216.34/",
    "http:///127.0.0.1/",
    "http://",
    "//93.184.216.34/",
    "file:///etc/passwd",
    "ftp://93.184.216.34/",
    "gopher://93.184.216.34/",
    "data:text/xml,<rss/>",
    "javascript:alert(1)",
    "http://93.184.216.34/ HTTP/1.1\r\nX: y",
    "http://[::1",
    "",
]


@pytest.fixture
def dials(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Record every dial of this process and let none out."""
    dialled: list[Any] = []

    def refuse(self: socket.socket, address: Any) -> None:
        dialled.append(address)
        raise ConnectionRefusedError("the test refuses every dial")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield dialled


async def faked(host: str, port: int) -> list[str]:
    """Answer from the table; a host in figures goes to the system, which needs no network for it."""
    return NAMES[host] if host in NAMES else await system_resolve(host, port)


@pytest.mark.parametrize("url", URLS)
def test_no_hostile_address_is_dialled(url: str, dials: list[Any]) -> None:
    with pytest.raises(FetchError) as refused:
        asyncio.run(fetch(url, resolve=faked, deadline=5.0))
    assert refused.value.code in {"bad_url", "refused_address", "refused_port", "no_such_host"}, refused.value
    assert dials == []


def test_a_public_address_is_dialled_so_that_the_table_proves_something(dials: list[Any]) -> None:
    with pytest.raises(FetchError) as refused:
        asyncio.run(fetch("http://public.example/", resolve=_public, deadline=5.0))
    assert refused.value.code == "unreachable" and dials == [("93.184.216.34", 80)]


async def _public(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


def test_a_name_that_changes_its_mind_between_two_dials_is_checked_at_each(dials: list[Any]) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    async def twice() -> list[str]:
        codes = []
        async with Fetcher(resolve=rebinding) as fetcher:
            for _turn in range(2):
                with pytest.raises(FetchError) as refused:
                    await fetcher.fetch("http://rebind.example/", deadline=5.0)
                codes.append(refused.value.code)
        return codes

    assert asyncio.run(twice()) == ["unreachable", "refused_address"]
    assert dials == [("93.184.216.34", 80)]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """Return a running hostile server."""
    with hostile_server() as running:
        yield running


def test_a_redirect_to_a_private_name_is_not_dialled(server: HostileServer) -> None:
    with pytest.raises(FetchError) as refused:
        asyncio.run(fetch(f"{server.base}/away", allow=("127.0.0.1/32",), resolve=faked, deadline=5.0))
    assert refused.value.code == "refused_address"


def test_one_pool_keeps_the_gate_of_each_caller_apart(server: HostileServer) -> None:
    async def both() -> tuple[int, str]:
        async with Fetcher(allow=("127.0.0.0/8",)) as inside, Fetcher() as outside:
            fetched = await inside.fetch(f"{server.base}/good")
            with pytest.raises(FetchError) as refused:
                await outside.fetch(f"{server.base}/good")
            return len(fetched.body or b""), refused.value.code

    length, code = asyncio.run(both())
    assert length and code == "refused_address"
