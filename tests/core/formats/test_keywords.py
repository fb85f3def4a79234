"""The keyword grammar: what it reads, what it refuses, and that index and memory agree with a naive reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.formats.cells import safe_cell
from huiying.core.formats.keywords import All, Either, Not, Pattern, QueryFault, Term, has_pattern, read_query, terms_of
from huiying.core.formats.matching import anchors_of, is_match, read_texts, snippet, spans_of


def hits(query: str, *texts: str) -> list[bool]:
    """Return whether each text matches."""
    tree = read_query(query)
    return [is_match(tree, reading) for reading in read_texts(texts)]


@pytest.mark.parametrize(
    ("query", "found", "missed"),
    [
        ("水", ["停水了", "水", "a水"], ["停電", "氷"]),
        ("停水", ["昨天停水", "停水，急", "「停水」"], ["停 水", "水停"]),
        ("自来水发黄", ["小区自來水發黃了"], ["自来水很好，发黄"]),
        ("臺灣", ["台湾", "臺灣"], ["湾台"]),
        ("PM2.5", ["今天PM2.5超标", "ＰＭ２．５", "pm 2.5"], ["PM25", "PM10 2.5"]),
        ("5G基站", ["装了5G基站", "５Ｇ基站建设"], ["15G基站", "5G 基地站"]),
        ("iPhone16", ["IPHONE16发布", "iPhone 16"], ["iPhone1", "iPhone160"]),
        ("leaking", ["pipes leak", "It LEAKS", "leaking"], ["leakproof", "bleak"]),
        ('"leaking"', ["leaking"], ["leak", "leaks"]),
        ('"water pipes"', ["old water pipes", "Water-pipes"], ["water pipe", "pipes water"]),
        ("停水 投诉", ["停水，已投诉"], ["停水", "投诉"]),
        ("停水|断水", ["断水", "停水"], ["投诉"]),
        ("停水 -演习", ["停水"], ["停水演习"]),
        ("停水+投诉-演习", ["停水投诉"], ["停水", "停水投诉演习"]),
        ("（停水｜断水）－演习", ["断水"], ["断水演习"]),
        ("a (b | c) -d", ["a c", "b a"], ["a", "a b d"]),
        ("/停.{0,2}水/", ["停大水", "停了水"], ["停了很久水"]),
        ("/LEAK(s|ing)/", ["leaks", "Leaking"], ["leak"]),
        ("/發黃/", ["水发黄"], ["水"]),
        ("well-being", ["well-being", "well being"], ["wellbeing"]),
        ("- 停水"[2:], ["停水"], []),
    ],
)
def test_a_query_finds_and_misses(query: str, found: list[str], missed: list[str]) -> None:
    assert hits(query, *found) == [True] * len(found)
    assert hits(query, *missed) == [False] * len(missed)


@pytest.mark.parametrize(
    ("query", "code", "place"),
    [
        ("", "missing", 1),
        ("停水 |", "missing", 5),
        ("(停水", "unclosed", 1),
        ("停水)", "unopened", 3),
        ('停水 "投诉', "unclosed", 4),
        ("停水 /投", "unclosed", 4),
        ("()", "missing", 2),
        ("a - b", "dangling", 3),
        ("停水 -", "dangling", 4),
        ("！！", "no_words", 1),
        ('""', "no_words", 1),
        ("-停水", "only_excludes", 1),
        ("停水 | -演习", "only_excludes", 1),
        ("/(/", "regex", 1),
        (r"/(a)\1/", "regex", 1),
        ("/" + "a" * 201 + "/", "regex_length", 1),
        ("//", "regex_length", 1),
        ("a" * 1001, "too_long", 1000),
        (" ".join(["水"] * 65), "too_many", 129),
        ("(" * 13 + "水" + ")" * 13, "too_deep", 14),
    ],
)
def test_a_fault_names_its_place(query: str, code: str, place: int) -> None:
    with pytest.raises(QueryFault) as raised:
        read_query(query)
    assert (raised.value.code, raised.value.place) == (code, place)


@pytest.mark.parametrize("query", ["@张三", "停水 ＠user", '"a@b"', "author:bob", "作者：张三", "停水 用户:x", "(from:me)", "+uid:1"])
def test_nobody_can_be_searched_for_by_account(query: str) -> None:
    with pytest.raises(QueryFault) as raised:
        read_query(query)
    assert raised.value.code in ("handle", "author_field")


def test_the_tree_has_no_place_for_an_author() -> None:
    fields = {field for node in (Term, Pattern, Not, All, Either) for field in node.__dataclass_fields__}
    assert fields == {"words", "pieces", "is_begun", "is_stem", "source", "node", "nodes"}


def test_a_pattern_that_ruins_other_engines_takes_linear_time() -> None:
    # a backtracking engine would not end within a human life
    assert hits("/(a+)+$/ | zz", "a" * 20_000 + "!") == [False]
    assert hits("/(x+x+)+y/", "x" * 20_000) == [False]


@settings(deadline=None)
@given(st.text(alphabet='停水a1 +-|()"/@：！\\', max_size=30))
def test_any_query_is_read_or_refused_with_a_place(query: str) -> None:
    try:
        tree = read_query(query)
    except QueryFault as fault:
        assert 1 <= fault.place <= max(len(query), 1) + 1
    else:
        assert is_match(tree, read_texts([""])[0]) is False or has_pattern(tree)


TEXTS = st.lists(st.text(alphabet="停水电发黄断a b1，", max_size=25), min_size=1, max_size=10)
PIECES = st.text(alphabet="停水电发黄断", min_size=1, max_size=4)


@settings(deadline=None)
@given(TEXTS, PIECES, PIECES, PIECES)
def test_chinese_means_what_substrings_mean(texts: list[str], one: str, two: str, three: str) -> None:
    tree = read_query(f"({one}|{two}) -{three}")
    found = [is_match(tree, reading) for reading in read_texts(texts)]
    assert found == [(one in text or two in text) and three not in text for text in texts]


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["停水", "水", "停水 电", "(停|断)水", "停水 | 断水 黄", "a", "停 -水", "/停/ 水", "/停/|水", "1 停"]))
def test_a_matching_text_holds_an_anchor(texts: list[str], query: str) -> None:
    tree = read_query(query)
    anchors = anchors_of(tree)
    for reading in read_texts(texts):
        words = {*reading.words.split(), *reading.stems}
        if anchors is not None and is_match(tree, reading):
            assert any(word.startswith(each.word) if each.is_begun else word == each.word for each in anchors for word in words)


def test_a_snippet_marks_what_was_looked_for() -> None:
    fragments = snippet(read_query("停水 leaking -演习"), "昨天開始停水，pipes LEAK everywhere")
    assert [fragment.text for fragment in fragments if fragment.is_hit] == ["停水", "LEAK"]
    assert "".join(fragment.text for fragment in fragments) == "昨天開始停水，pipes LEAK everywhere"


@settings(deadline=None)
@given(st.text(alphabet="停水电a1 ，㎡", max_size=300), st.sampled_from(["停水", "水", "a", "/停./", "停水|电"]))
def test_a_snippet_is_a_piece_of_the_text(text: str, query: str) -> None:
    shown = "".join(fragment.text for fragment in snippet(read_query(query), text, length=40)).strip("…")
    assert shown in text


def test_long_texts_show_the_part_around_the_hit() -> None:
    fragments = snippet(read_query("停水"), "电" * 500 + "停水" + "电" * 500, length=100)
    assert fragments[0].text == fragments[-1].text == "…"
    assert [fragment.text for fragment in fragments if fragment.is_hit] == ["停水"]


def test_mixed_scripts_are_marked_as_a_whole() -> None:
    text = "今天PM2.5超标"
    assert [text[first:last] for first, last in spans_of(read_query("PM2.5"), text)] == ["PM2.5"]


def test_terms_that_are_excluded_are_not_shown() -> None:
    assert [term.pieces for term in terms_of(read_query("停水 -(演习 | -x)")) if isinstance(term, Term)] == [("停水",), ("x",)]


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert cell.endswith(text)
    assert cell.lstrip(' "\u3000\ufeff')[:1] not in tuple("=+-@\t\r\n＝＋－＠") or not text
