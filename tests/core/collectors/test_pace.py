"""How often and how widely one host is asked, by a clock of our own."""

from __future__ import annotations

import asyncio

from huiying.core.collectors.pace import Pace


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def test_requests_to_one_host_keep_a_gap() -> None:
    clock = Clock()
    pace = Pace(at_once=1, gap=2.0, clock=clock, sleep=clock.sleep)
    starts: list[float] = []

    async def ask() -> None:
        async with pace.turn("one.example"):
            starts.append(clock.now)

    async def run() -> None:
        await asyncio.gather(*(ask() for _turn in range(4)))

    asyncio.run(run())
    assert starts == [0.0, 2.0, 4.0, 6.0]


def test_one_host_never_waits_for_another() -> None:
    clock = Clock()
    pace = Pace(at_once=1, gap=100.0, clock=clock, sleep=clock.sleep)

    async def run() -> float:
        async with pace.turn("slow.example"), pace.turn("quick.example"):
            return clock.now

    assert asyncio.run(run()) == 0.0


def test_no_more_than_the_limit_are_under_way_at_one_host() -> None:
    pace = Pace(at_once=2, gap=0.0)
    under_way = most = 0

    async def ask() -> None:
        nonlocal under_way, most
        async with pace.turn("one.example"):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    async def run() -> None:
        await asyncio.gather(*(ask() for _turn in range(10)))

    asyncio.run(run())
    assert most == 2


def test_a_request_that_fails_gives_its_slot_back() -> None:
    pace = Pace(at_once=1, gap=0.0)

    async def run() -> bool:
        for _turn in range(3):
            try:
                async with pace.turn("one.example"):
                    raise OSError
            except OSError:
                pass
        return True

    assert asyncio.run(run())
