"""Hold the connection of a streaming source open and take in what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import cast

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Ask, BadOption, StreamConnector
from huiying.core.collectors.records import BadFeed

from ..models import Source
from ..rules.channels import connectors
from ..services import poll_failed, stream_heard
from ..services.secrets import SealBroken
from .asking import Call, Fault, fault_of, take_in, withdraw
from .network import Network

#: A connection that has stood this long without a fault counts as an answer, and again after each such time (seconds).
STANDS = 30.0


async def hold(source: Source, *, call: Call, network: Network, clock: Callable[[], datetime]) -> None:
    """Listen until the connection ends; why it ended is noted on the source, which is then due again."""
    fault = Fault("ended", "")
    try:
        ask = await network.ask_of(source, clock())
        standing = asyncio.create_task(_say_that_it_stands(source, call=call, clock=clock))
        try:
            await _listen(source, ask, call=call, clock=clock)
        finally:
            standing.cancel()
            with suppress(asyncio.CancelledError):
                await standing
    except (FetchError, BadFeed, BadOption, SealBroken, KeyError, TimeoutError) as error:
        fault = fault_of(error, network.deadline)
    await call(
        lambda: poll_failed(source_id=source.pk, now=clock(), code=fault.code, detail=fault.detail, pause_seconds=fault.pause_seconds)
    )


async def _listen(source: Source, ask: Ask, *, call: Call, clock: Callable[[], datetime]) -> None:
    connector = cast(StreamConnector, connectors()[source.connector])
    async for answer in connector.listen(ask):
        await take_in(source, answer.records, call=call, clock=clock)
        await withdraw(source, answer, call=call, clock=clock)
        cursor = answer.cursor
        await call(lambda cursor=cursor: stream_heard(source_id=source.pk, now=clock(), cursor=cursor))  # type: ignore[misc]


async def _say_that_it_stands(source: Source, *, call: Call, clock: Callable[[], datetime]) -> None:
    while True:
        await asyncio.sleep(STANDS)
        await call(lambda: stream_heard(source_id=source.pk, now=clock(), cursor=None))
