"""The interval of a share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiying.core.analysis.evidence import wilson


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_narrows(counts: tuple[int, int]) -> None:
    k, n = counts
    low, high = wilson(k / n, n)
    assert 0 <= low <= k / n <= high <= 1
    wider = wilson(k / n, n * 10)
    assert wider[1] - wider[0] <= high - low


def test_the_interval_of_a_published_example() -> None:
    """Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662."""
    assert [round(bound, 4) for bound in wilson(81 / 263, 263)] == [0.2553, 0.3662]


def test_of_nothing_everything_may_be() -> None:
    assert wilson(0.0, 0) == (0.0, 1.0)
