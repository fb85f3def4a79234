"""Dial other protocols only through the gate."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from tests.core.collectors.hostile import hostile_server

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.pinning import pinned
from huiying.core.collectors.reaching import reach


async def to_loopback(_host: str, _port: int) -> list[str]:
    """Answer as a name server that points at loopback."""
    return ["127.0.0.1"]


async def mixed(_host: str, _port: int) -> list[str]:
    """Answer with a good and a bad address."""
    return ["93.184.216.34", "10.0.0.1"]


async def public(_host: str, _port: int) -> list[str]:
    """Answer with an ordinary host."""
    return ["93.184.216.34"]


@pytest.mark.parametrize(
    ("resolve", "port", "code"), [(to_loopback, 443, "refused_address"), (mixed, 443, "refused_address"), (public, 993, "refused_port")]
)
def test_what_the_gate_refuses_is_not_returned(resolve: object, port: int, code: str) -> None:
    with pytest.raises(FetchError) as refused:
        asyncio.run(reach("mail.example", port, resolve=resolve))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_protocol_has_its_own_ports() -> None:
    assert asyncio.run(reach("mail.example", 993, ports={993}, resolve=public)) == ["93.184.216.34"]


def test_an_address_that_the_operator_allows_is_returned_on_any_port() -> None:
    assert asyncio.run(reach("mail.example", 1993, allow=("127.0.0.0/8",), resolve=to_loopback)) == ["127.0.0.1"]


def test_a_pinned_connector_dials_the_address_given_whatever_the_name_means() -> None:
    async def status(base: str) -> int:
        async with aiohttp.ClientSession(connector=pinned(["127.0.0.1"])) as session, session.get(base) as response:
            return response.status

    with hostile_server() as server:
        port = server.base.rpartition(":")[2]
        assert asyncio.run(status(f"http://nowhere.invalid:{port}/good")) == 200
