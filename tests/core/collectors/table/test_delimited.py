"""CSV as it comes: wrong delimiters, open quotation marks, formulas, hundreds of columns."""

from __future__ import annotations

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.collectors.dateorder import Order
from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.table import Layout, read_file
from huiying.core.collectors.table.columns import COLUMN_LIMIT
from huiying.core.collectors.table.delimited import ROW_LINES, csv_rows
from huiying.core.collectors.table.lines import LINE_LIMIT

TIME = "2026-11-23 10:00:00"


def read(path: Path, content: str | bytes, layout: Layout | None = None) -> dict[int, Record | Unreadable]:
    """Write a file and return what is read of it."""
    path = path / "a.csv" if path.is_dir() else path
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return dict(read_file(path, layout=layout))


def texts(found: dict[int, Record | Unreadable]) -> dict[int, str]:
    """Return the texts of what could be read."""
    return {number: item.text for number, item in found.items() if isinstance(item, Record)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_whatever_the_name_of_the_file_says(tmp_path: Path, delimiter: str) -> None:
    rows = [["编号", "发布时间", "内容"], ["1", TIME, "水,黄;了|a"], ["2", TIME, "停水"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    assert texts(read(tmp_path, out.getvalue())) == {2: "水,黄;了|a", 3: "停水"}


def test_a_header_whose_texts_hold_other_delimiters_still_tells(tmp_path: Path) -> None:
    assert texts(read(tmp_path, f"编号;内容;发布时间\n1;水,黄,了,吗,啊;{TIME}\n")) == {2: "水,黄,了,吗,啊"}


def test_a_delimiter_that_a_person_names_is_used(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "内容|a\nx|y\n", Layout(delimiter="|"))) == {2: "x"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    assert texts(read(tmp_path, f"标题,内容,发布时间\n停水,自来水发黄,{TIME}\n".encode(encoding))) == {2: "自来水发黄"}


def test_traditional_tables_in_big5_are_read(tmp_path: Path) -> None:
    content = f"標題,內容,發布時間\n停水,自來水發黃已經三天沒有人處理,{TIME}\n".encode("big5hkscs")
    assert texts(read(tmp_path, content, Layout({"text": "內容"}))) == {2: "自來水發黃已經三天沒有人處理"}


@pytest.mark.parametrize("encoding", ["big5hkscs", "shift_jis", "utf-16"])
def test_an_encoding_that_a_person_names_is_used(tmp_path: Path, encoding: str) -> None:
    content = f"件名,內容,時刻\n断水,自來水,{TIME}\n".encode(encoding, "ignore")
    assert texts(read(tmp_path, content, Layout({"title": "件名", "text": "時刻"}, encoding=encoding))) == {2: TIME}


def test_lines_in_another_encoding_do_not_spoil_the_others(tmp_path: Path) -> None:
    content = "内容\n水黄\n".encode() + "欢迎来电\n".encode("gb18030") + "恢复\n".encode()
    assert texts(read(tmp_path, content)) == {2: "水黄", 3: "欢迎来电", 4: "恢复"}


def test_a_formula_is_text_and_nothing_more(tmp_path: Path) -> None:
    formulas = ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-2"]
    out = io.StringIO()
    csv.writer(out).writerows([["id", "text"], *([str(n), text] for n, text in enumerate(formulas))])
    assert list(texts(read(tmp_path, out.getvalue())).values()) == formulas


def test_an_open_quotation_mark_costs_its_own_row_and_no_other(tmp_path: Path) -> None:
    rows = ["id,text", '1,"never closed', *(f"{n},post {n}" for n in range(2, 1000))]
    found = read(tmp_path, "\n".join(rows))
    assert isinstance(found[2], Unreadable) and "quotation mark" in found[2].reason and found[2].place == "line 2"
    assert texts(found) == {n + 1: f"post {n}" for n in range(2, 1000)}


def test_an_open_quotation_mark_on_the_last_lines_is_found_too(tmp_path: Path) -> None:
    found = read(tmp_path, 'id,text\n1,a\n2,"open\n3,c\n4,d')
    assert texts(found) == {2: "a", 4: "c", 5: "d"}
    assert isinstance(found[3], Unreadable)


def test_a_row_that_swallowed_others_is_told_by_its_cells(tmp_path: Path) -> None:
    found = read(tmp_path, 'id,text,url\n1,"open,x\n2,b,y\n3,"c",z\n')
    assert isinstance(found[2], Unreadable)
    assert texts(found) == {3: "b", 4: "c"}


def test_a_text_of_several_lines_is_one_post(tmp_path: Path) -> None:
    assert texts(read(tmp_path, 'id,text\n1,"a\nb\nc"\n2,d\n')) == {4: "a\nb\nc", 5: "d"}


def test_a_post_of_as_many_lines_as_a_row_may_have_is_kept(tmp_path: Path) -> None:
    text = "\n".join("x" * 3 for _ in range(ROW_LINES - 1))
    assert list(texts(read(tmp_path, f'id,text\n1,"{text}"\n2,d\n')).values()) == [text, "d"]


def test_quotation_marks_inside_a_cell_are_read_as_people_write_them(tmp_path: Path) -> None:
    assert texts(read(tmp_path, 'id,text\n1,5" pipe\n2,"a" b\n3,"say ""no"""\n')) == {2: '5" pipe', 3: "a b", 4: 'say "no"'}


def test_a_row_with_more_cells_than_the_header_is_not_cut(tmp_path: Path) -> None:
    found = read(tmp_path, "id,text\n1,water, yellow\n2,b,\n3\n")
    assert isinstance(found[2], Unreadable) and "3 cells" in found[2].reason
    assert texts(found) == {3: "b", 4: ""}


def test_two_hundred_columns_are_read_and_more_are_refused(tmp_path: Path) -> None:
    for count in (COLUMN_LIMIT, COLUMN_LIMIT + 1):
        header = ",".join(["text", *(f"c{n}" for n in range(count - 1))])
        row = ",".join(["water", *("x" for _ in range(count - 1))])
        if count <= COLUMN_LIMIT:
            assert texts(read(tmp_path, f"{header}\n{row}\n")) == {2: "water"}
        else:
            with pytest.raises(BadFeed, match=f"{count} columns, at most {COLUMN_LIMIT}"):
                read(tmp_path, f"{header}\n{row}\n")


def test_a_title_may_stand_above_the_header(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "2026年11月舆情汇总,,\n\n编号,内容,发布时间\n1,停水,2026年11月23日 10:00\n")) == {4: "停水"}


def test_a_line_beyond_all_measure_is_passed_over(tmp_path: Path) -> None:
    found = read(tmp_path, "id,text\n1," + "x" * (LINE_LIMIT + 5) + "\n2,b\n")
    assert isinstance(found[2], Unreadable) and "longer" in found[2].reason
    assert texts(found) == {3: "b"}


def test_a_wide_encoding_keeps_the_same_limit(tmp_path: Path) -> None:
    found = read(tmp_path, ("id,text\n1," + "x" * (LINE_LIMIT + 5) + "\n2,b\n").encode("utf-16"))
    assert texts(found) == {3: "b"}


def test_a_date_that_could_be_two_is_refused_until_somebody_says_which(tmp_path: Path) -> None:
    content = "text,date\na,03/04/2026 10:00\n"
    assert isinstance(read(tmp_path, content)[2], Unreadable)
    found = read(tmp_path, content, Layout(order=Order.DAY_FIRST))[2]
    assert isinstance(found, Record) and found.published_at is not None and found.published_at.month == 4


def test_what_is_kept_of_an_unreadable_row_names_no_author_and_no_column_that_is_not_read(tmp_path: Path) -> None:
    found = read(tmp_path, "内容,发布时间,作者,电话\n停水,someday,小王,13800138000\n")[2]
    assert isinstance(found, Unreadable)
    assert found.raw == '{"ts": "someday", "text": "停水"}'


def test_reading_goes_on_after_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,"a\nb"\n2,c\n3,d\n')
    assert [number for number, _ in read_file(path, skip=3)] == [4, 5]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20), min_size=3, max_size=3), max_size=8)
)
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    found = [row for _, row in csv_rows(io.BytesIO(out.getvalue().encode()), "utf-8", ",")]
    assert found == [["a", "b", "c"], *(row for row in rows if any(row))]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_the_reader_fail(content: bytes) -> None:
    assert all(isinstance(row, (list, Unreadable)) for _, row in csv_rows(io.BytesIO(content), "utf-8", ","))


def test_a_large_file_is_read_in_constant_memory(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 40_000):
        path = tmp_path / f"{count}.csv"
        path.write_text("id,text\n" + "".join(f"{n},water is yellow {n}\n" for n in range(count)))
        tracemalloc.start()
        assert sum(1 for _ in read_file(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 200_000
