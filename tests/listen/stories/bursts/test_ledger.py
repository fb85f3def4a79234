"""Voices are counted once, on the stream's own clock, however the log is cut; bursts are told once, of five authors at least."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.bursts import Burst
from huiying.listen.stories.bursts import ledger as ledgers
from huiying.listen.stories.bursts.ledger import ALL, BadLedger, Hour, Ledger

from .builders import FIVE_MINUTES, HOURS, START, Said, chatter, in_order, table_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUIET = chatter(30)
LOUD = chatter(2, start=START + 30 * HOURS, an_hour=600)


def counted(posts: Sequence[Said], cuts: Sequence[int] = (), *, restart: bool = False, watches: dict[int, str] | None = None,
            matched: Sequence[tuple[int, int]] = ()) -> tuple[Ledger, list[tuple[str, Burst]], list[Hour]]:  # fmt: skip
    """Count a log, cut before these places; with ``restart`` through bytes at every cut."""
    ledger, told, hours = Ledger(), [], []
    for begin, end in zip((0, *cuts), (*cuts, len(posts)), strict=True):
        ledger.follow(watches or {})
        taken = ledger.take(table_of(posts[begin:end], begin + 1), matched)
        told += [(ledger.names.get(each.burst.key, str(each.burst.key)), each.burst) for each in taken.told]
        hours += taken.hours
        if restart:
            ledger = Ledger.from_bytes(ledger.to_bytes())
    return ledger, told, hours


def names(told: Sequence[tuple[str, Burst]]) -> list[str]:
    return [name for name, _burst in told]


def test_a_channel_that_grows_is_told_once_a_day() -> None:
    """The quiet one beside it is not; the stream as a whole is told too."""
    posts = in_order(chatter(40, channel="news"), QUIET, LOUD, chatter(8, start=START + 32 * HOURS, an_hour=600))
    _ledger, told, _hours = counted(posts)
    assert sorted(names(told)) == [str(ALL), "forum"]
    burst = dict(told)["forum"]
    assert burst.seen > 2 * burst.expected
    at = EPOCH + (burst.step + 1) * FIVE_MINUTES
    assert START + 30 * HOURS < at <= START + 31 * HOURS


def test_after_a_day_it_may_be_told_again() -> None:
    later = chatter(2, start=START + 56 * HOURS, an_hour=3_000)
    posts = in_order(QUIET, LOUD, chatter(24, start=START + 32 * HOURS), later, chatter(1, start=START + 58 * HOURS))
    assert names(counted(posts)[1]).count("forum") == 2


def test_the_first_day_tells_nothing() -> None:
    posts = in_order(chatter(20), chatter(2, start=START + 20 * HOURS, an_hour=2_000), chatter(1, start=START + 22 * HOURS))
    assert counted(posts)[1] == []


def test_many_posts_of_few_authors_are_no_burst() -> None:
    flood = [Said(START + 30 * HOURS + timedelta(seconds=3 * place), "forum", f"farm{place % 4}") for place in range(2_400)]
    posts = in_order(chatter(24, an_hour=2), chatter(33, channel="news", an_hour=40), flood)
    assert "forum" not in names(counted(posts)[1])


def test_after_a_flood_of_few_authors_real_voices_are_still_told() -> None:
    flood = [Said(START + 30 * HOURS + timedelta(seconds=9 * place), "forum", f"farm{place % 4}") for place in range(800)]
    posts = in_order(chatter(30, an_hour=1), flood, chatter(2, start=START + 33 * HOURS, an_hour=100), chatter(1, start=START + 35 * HOURS))
    assert "forum" in names(counted(posts)[1])


def test_posts_without_authors_count_themselves() -> None:
    def unnamed(posts: Sequence[Said]) -> list[Said]:
        return [Said(post.at, post.channel) for post in posts]

    posts = in_order(unnamed(QUIET), unnamed(LOUD))
    _ledger, told, hours = counted(posts)
    assert "forum" in names(told)
    assert sum(hour.voices for hour in hours) == sum(post.at < START + 31 * HOURS for post in posts)


def test_an_author_counts_once_in_five_minutes() -> None:
    said = [Said(START + timedelta(seconds=second), "forum", "one") for second in range(0, 600, 10)]
    _ledger, _told, hours = counted(in_order(said, chatter(2, start=START + 2 * HOURS)))
    assert hours[0].voices == 2


def test_a_late_post_is_counted_where_it_still_can_be_and_else_left_out() -> None:
    now = START + 3 * HOURS
    late = [
        Said(now - 4 * FIVE_MINUTES, "forum", "late", now),
        Said(now - 5 * HOURS, "forum", "old", now),
    ]
    posts = in_order(chatter(3), late, chatter(1.2, start=now))
    ledger, _told, hours = counted(posts)
    assert (ledger.posts, ledger.late) == (len(posts), 1)
    without = counted(in_order(chatter(3), chatter(1.2, start=now)))[2]
    assert sum(hour.voices for hour in hours) == sum(hour.voices for hour in without) + 1


def test_a_post_of_the_future_is_counted_when_it_came_in() -> None:
    ahead = [Said(START + 9 * HOURS, "forum", "ahead", START + HOURS)]
    ledger, _told, hours = counted(in_order(chatter(3), ahead))
    assert sum(hour.voices for hour in hours) == sum(post.at < START + 2 * HOURS for post in chatter(3)) + 1
    assert ledger.late == 0


def test_a_silence_of_days_costs_nothing_and_is_not_learned() -> None:
    """After it the same voices are as usual as before."""
    posts = in_order(QUIET, chatter(4, start=START + 24 * 30 * HOURS))
    ledger, told, hours = counted(posts)
    assert told == []
    assert ledger.steps < (30 + 6 + 5) * 12
    assert len(hours) <= 30 + 6 + 5


@pytest.mark.parametrize("restart", [False, True])
def test_the_cut_of_the_log_changes_nothing(restart: bool) -> None:
    gap = START + 60 * HOURS
    posts = in_order(
        QUIET, chatter(33, channel="news", an_hour=7), LOUD, chatter(3, start=gap),
        [Said(START + 2 * HOURS, "blog", f"old{hour}", START + hour * HOURS) for hour in range(32, 60)],
    )  # fmt: skip
    whole, told, hours = counted(posts, watches={4: "x"}, matched=[(4, seq) for seq in range(1, len(posts), 3)])
    for seed in range(4):
        cuts = sorted(random.Random(seed).sample(range(1, len(posts)), 25))
        parts = counted(posts, cuts, restart=restart, watches={4: "x"}, matched=[(4, seq) for seq in range(1, len(posts), 3)])
        assert (parts[1], parts[2]) == (told, hours)
        assert parts[0].to_bytes() == whole.to_bytes()


POST = st.tuples(st.integers(0, 40_000), st.integers(-9_000, 900), st.sampled_from("abc"), st.integers(0, 3))


@settings(max_examples=20)
@given(st.lists(POST, min_size=2), st.data())
def test_any_log_cut_anywhere_gives_the_same(rows: list[tuple[int, int, str, int]], data: st.DataObject) -> None:
    posts = [
        Said(START + timedelta(seconds=at + early), channel, f"{channel}{author}" if author else None, START + timedelta(seconds=at))
        for at, early, channel, author in rows
    ]
    cut = data.draw(st.integers(1, len(posts) - 1))
    one, other = counted(posts), counted(posts, [cut], restart=True)
    assert one[0].to_bytes() == other[0].to_bytes()
    assert one[1:] == other[1:]


def test_a_watch_has_a_series_of_its_own_and_a_changed_one_begins_anew() -> None:
    posts = in_order(QUIET, LOUD)
    matched = [(7, seq) for seq, post in enumerate(posts, 1) if post.at > START + 30 * HOURS]
    assert "7" in names(counted(posts, watches={7: "water"}, matched=matched)[1])
    ledger = counted(QUIET, watches={7: "water"})[0]
    ledger.follow({7: "other"})
    taken = ledger.take(table_of(LOUD, len(QUIET) + 1), [(7, seq) for seq in range(len(QUIET) + 1, len(posts) + 1)])
    assert 7 not in [each.burst.key for each in taken.told]
    ledger.follow({})
    assert ledger.detector is not None and 7 not in ledger.detector.bank.keys


def test_channels_are_bounded_and_busy_ones_find_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "CHANNELS_MOST", 3)
    monkeypatch.setattr(ledgers, "CHANNELS_LEAVE", 1)
    later = START + 6 * HOURS
    small = [chatter(6, channel=f"c{number}", an_hour=3 + number) for number in range(3)]
    posts = in_order(*small, chatter(50, channel="busy", start=later), chatter(50, channel="c2", an_hour=6, start=later))
    ledger = counted(posts)[0]
    assert ledger.detector is not None
    followed = {ledger.names[key] for key in ledger.detector.bank.keys.tolist() if key < ALL}
    assert len(followed) == 3
    assert "busy" in followed


@pytest.mark.parametrize("data", [b"", b"HYLEDGER", b"x" * 90, Ledger().to_bytes()[:-4], counted(QUIET)[0].to_bytes()[:-9]])
def test_bytes_that_are_no_ledger_are_refused(data: bytes) -> None:
    with pytest.raises(BadLedger):
        Ledger.from_bytes(data)


def test_no_author_stays_in_the_bytes_longer_than_a_span() -> None:
    """Six hours after the last post only figures are left, and names of authors never were there."""
    ledger = counted(in_order(QUIET, [Said(START + 48 * HOURS, "news", "zz"), Said(START + 49 * HOURS, "news", "yy")]))[0]
    again = Ledger.from_bytes(ledger.to_bytes())
    assert all(step >= (again.step_number or 0) - 72 for each in again._witnesses.values() for step, _voice in each)
    assert b"zz" not in ledger.to_bytes()
