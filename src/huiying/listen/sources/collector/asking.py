"""One poll of one source: ask, take in what came, note how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol, TypeVar

from django.utils import timezone

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer, BadOption
from huiying.core.collectors.fetched import RetryLater
from huiying.core.collectors.records import BadFeed, Record, Unreadable

from ..models import Source
from ..rules import IntakeResult
from ..rules.channels import connectors
from ..rules.source import OwnKind
from ..services import TICK_POSTS, Heard, intake, poll_failed, poll_succeeded
from ..services.secrets import SealBroken
from ..services.websub import lease_want
from ..services.withdrawals import accounts_withdraw, items_withdraw
from .network import Network

T = TypeVar("T")
#: A poll may fetch many pages; all of them together get this many deadlines.
DEADLINES_A_POLL = 10


class Call(Protocol):
    """Run a function where the database may be used."""

    def __call__(self, function: Callable[[], T], /) -> Awaitable[T]:
        """Return what the function returns."""


@dataclass(frozen=True)
class Fault:
    """Why a source could not be read, as it is stored."""

    code: str
    detail: str = ""
    pause_seconds: int | None = None


@dataclass(frozen=True)
class Polled:
    """What one poll brought."""

    records: int
    outcome: IntakeResult
    fault: Fault | None = None


async def poll(
    source: Source, *, call: Call, network: Network, clock: Callable[[], datetime] = timezone.now, rng: Random | None = None
) -> Polled:
    """Ask one source once and take in what it has; a refusal is noted on the source, not raised."""
    rng = rng or Random()  # noqa: S311 - spreads polls in time, protects nothing
    answer = await answer_of(source, network=network, now=clock())
    if isinstance(answer, Fault):
        fault = answer
        await call(
            lambda: poll_failed(
                source_id=source.pk, now=clock(), code=fault.code, detail=fault.detail, pause_seconds=fault.pause_seconds, rng=rng
            )
        )
        return Polled(0, IntakeResult(0, 0, 0), fault)
    outcome = await take_in(source, answer.records, call=call, clock=clock)
    await withdraw(source, answer, call=call, clock=clock)
    heard = Heard(
        items=len(answer.records),
        repeated=outcome.repeated,
        published=[item.published_at for item in answer.records if isinstance(item, Record) and item.published_at],
        least_pause=answer.least_pause,
        demanded_pause=answer.demanded_pause,
        moved_to=answer.moved_to,
        more=answer.more,
    )
    kept = await call(lambda: poll_succeeded(source_id=source.pk, now=clock(), cursor=answer.cursor, heard=heard, rng=rng))
    if answer.hub and not source.exercise and source.connector != OwnKind.CANARY:
        await call(lambda: lease_want(source=kept, hub=answer.hub, topic=answer.topic or kept.url, now=clock()))
    return Polled(len(answer.records), outcome)


async def withdraw(source: Source, answer: Answer, *, call: Call, clock: Callable[[], datetime]) -> None:
    """Erase what the source says was deleted there, items and what deleted accounts wrote, a short transaction a piece."""
    for piece in _pieces(answer.deleted):
        await call(lambda piece=piece: items_withdraw(source_id=source.pk, item_ids=piece, now=clock()))  # type: ignore[misc]
    for piece in _pieces(answer.gone):
        await call(lambda piece=piece: accounts_withdraw(source_id=source.pk, handles=piece, now=clock()))  # type: ignore[misc]


def _pieces(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), TICK_POSTS):
        yield names[start : start + TICK_POSTS]


async def answer_of(source: Source, *, network: Network, now: datetime) -> Answer | Fault:
    """Return what a source answers, or why it does not."""
    try:
        connector = connectors()["feed" if source.connector == OwnKind.CANARY else source.connector]
        ask = await network.ask_of(source, now)
        async with asyncio.timeout(network.deadline * DEADLINES_A_POLL):
            return await connector.poll(ask)
    except (FetchError, BadFeed, BadOption, SealBroken, KeyError, TimeoutError) as error:
        return fault_of(error, network.deadline)


def fault_of(error: Exception, deadline: float) -> Fault:
    """Return an expected failure as it is stored."""
    if isinstance(error, RetryLater):
        return Fault(error.code, error.detail, error.seconds)
    if isinstance(error, FetchError):
        return Fault(error.code, error.detail)
    if isinstance(error, BadFeed):
        return Fault(error.code, (str(error) if error.detail is None else error.detail)[:300])
    if isinstance(error, TimeoutError):
        return Fault("too_slow", f"{deadline * DEADLINES_A_POLL:.0f}")
    if isinstance(error, SealBroken):
        return Fault("sealed", "")
    if isinstance(error, BadOption):
        return Fault("bad_option", str(error)[:300])
    return Fault("no_connector", str(error).strip("'"))


async def take_in(source: Source, records: Sequence[Record | Unreadable], *, call: Call, clock: Callable[[], datetime]) -> IntakeResult:
    """Take records in, one short transaction a piece, so that a flood of one source lets the others through."""
    stored = repeated = quarantined = 0
    for start in range(0, len(records), TICK_POSTS):
        piece = records[start : start + TICK_POSTS]
        outcome = await call(lambda piece=piece: intake(source=source, records=piece, now=clock()))  # type: ignore[misc]
        stored, repeated, quarantined = stored + outcome.stored, repeated + outcome.repeated, quarantined + outcome.quarantined
    return IntakeResult(stored, repeated, quarantined)
