"""Which column is what."""

from __future__ import annotations

import pytest

from huiying.core.collectors.records import BadFeed
from huiying.core.collectors.table.columns import Layout, columns_of, folded, guessed, is_person, placed


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["标题", "内容", "发布时间", "来源", "链接", "作者"], {"title": 0, "text": 1, "ts": 2, "source": 3, "url": 4, "author": 5}),
        (
            ["Title", "Content", "Published At", "Source", "URL", "Author"],
            {"title": 0, "text": 1, "ts": 2, "source": 3, "url": 4, "author": 5},
        ),
        (["post_id", "createdAt", "body"], {"id": 0, "ts": 1, "text": 2}),
        (["微博正文", "发布时间(北京时间)", "用户昵称"], {"text": 0, "ts": 1, "author": 2}),
        (["帖子内容", "发帖时间*", "采集时间"], {"text": 0, "ts": 1}),
        (["采集时间", "更新时间", "新闻标题"], {"title": 2}),
        (["ＴＩＴＬＥ", "ｔｅｘｔ"], {"title": 0, "text": 1}),
        (["context", "subtitles"], {}),
        (["正文", "摘要"], {"text": 0}),
        (["姓名", "电话", "地址", "身份证", "内容"], {"text": 4}),
    ],
)
def test_the_columns_are_guessed_from_chinese_and_english_names(header: list[str], expected: dict[str, int]) -> None:
    assert guessed(header) == expected


def test_what_a_person_says_goes_before_the_guess() -> None:
    header = ["标题", "内容", "补充说明"]
    assert placed(header, Layout(columns={"text": "补充说明", "title": ""})) == {"text": 2}


def test_the_first_of_two_equal_names_counts() -> None:
    assert guessed(["内容", "内容"]) == {"text": 0}
    assert placed(["a", "b", "a"], Layout(columns={"text": "a"})) == {"text": 0}


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(BadFeed, match="no column '正文' for text: it has 'a', 'b'"):
        placed(["a", "b"], Layout(columns={"text": "正文"}))


@pytest.mark.parametrize("name", ["姓名", "联系电话", "手机号", "身份证号码", "家庭住址", "Phone", "E-Mail", "诉求人"])
def test_a_column_that_holds_a_person_is_never_read_not_even_on_demand(name: str) -> None:
    assert is_person(name)
    with pytest.raises(BadFeed, match="never read"):
        placed([name, "内容"], Layout(columns={"title": name}))


def test_lines_say_which_column_is_what() -> None:
    assert columns_of("text：诉求内容\n\n ts : 来电时间\nauthor:") == {"text": "诉求内容", "ts": "来电时间", "author": ""}


@pytest.mark.parametrize("text", ["text", "colour: red", "text 内容"])
def test_a_line_that_says_nothing_is_refused_by_its_words(text: str) -> None:
    with pytest.raises(ValueError, match=text.split(":")[0]):
        columns_of(text)


def test_a_name_of_signs_alone_stays_what_it_is() -> None:
    assert folded("*") == "*"
    assert folded("(标题)") == "(标题)"
