"""A burst in words, in each language."""

from __future__ import annotations

import pytest
from django.utils import translation

from huiying.listen.stories.bursts.rules import burst_words


@pytest.mark.parametrize(
    ("language", "burst", "words"),
    [
        ("en", (63, 12.2, 6.0), "63 voices in 6 hours, 12 are usual"),
        ("en", (1_200, 4.6, 0.25), "1,200 voices in 15 minutes, 5 are usual"),
        ("en", (9, 4.4, 0.25), "9 voices in 15 minutes, fewer than 5 are usual"),
        ("zh-hans", (63, 12.2, 6.0), "6 小时内 63 人次发声，平时 12 人次"),
        ("zh-hant", (9, 0.4, 0.25), "15 分鐘內 9 人次發聲，平時不足 5 人次"),
    ],
)
def test_a_burst_is_said_with_what_is_usual(language: str, burst: tuple[int, float, float], words: str) -> None:
    with translation.override(language):
        assert burst_words(*burst) == words
