"""Words of the full-text index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.formats.bigrams import bigram_tokens, query_phrases


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("自来水", ["自来", "来水", "水"]),
        ("水", ["水"]),
        ("PM2.5超标", ["pm2", "5", "超标", "标"]),
        ("ＡＢＣ", ["abc"]),
        ("", []),
        ("！？ ", []),
        ("tap水", ["tap", "水"]),
    ],
)
def test_han_becomes_pairs_and_the_rest_words(text: str, tokens: list[str]) -> None:
    assert bigram_tokens(text) == tokens


@given(st.text(alphabet="自来水发黄停电ab1 ，", min_size=2, max_size=40), st.integers(0, 38), st.integers(2, 6))
def test_every_piece_of_a_text_is_found_by_its_phrases(text: str, start: int, length: int) -> None:
    piece = "".join(character for character in text[start : start + length] if "\u4e00" <= character <= "\u9fff")
    if len(piece) < 2 or piece not in text:
        return
    joined = " " + " ".join(bigram_tokens(text)) + " "
    for words, is_prefix in query_phrases(piece):
        assert not is_prefix
        assert " " + " ".join(words) + " " in joined


def test_one_character_is_a_prefix_query() -> None:
    assert query_phrases("水") == [(["水"], True)]
    assert query_phrases("  ") == []
