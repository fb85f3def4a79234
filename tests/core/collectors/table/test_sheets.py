"""Workbooks: what people save, and what is meant to bring the reader down."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.core.collectors.table.books import HEAD, TAIL, book, cell, sheet_xml

from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.table import read_file
from huiying.core.collectors.table.archives import MEGABYTE

HEADER = ["编号", "发布时间", "标题", "内容", "链接"]


def read(path: Path) -> list[tuple[int, Record | Unreadable]]:
    """Return everything that is read of a file."""
    return list(read_file(path))


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [
        HEADER,
        [123456789012, 46349.5, "水黄", "自来水发黄", "https://a.example/1"],
        ["b", "2026-11-23 11:00", None, "停水"],
    ]
    first, second = read(book(tmp_path / "a.xlsx", {"投诉": sheet_xml(rows)}))
    assert isinstance(first[1], Record) and isinstance(second[1], Record)
    assert (first[0], first[1].item_id, first[1].title, first[1].text) == (2, "123456789012", "水黄", "自来水发黄")
    assert first[1].published_at == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    assert first[1].place == "投诉, row 2"
    assert (second[1].item_id, second[1].text, second[1].url) == ("b", "停水", "")


def test_an_old_workbook_is_read_below_the_title_above_its_header() -> None:
    found = read(Path(__file__).parent / "data" / "complaints.xls")
    assert [(item.item_id, item.text) for _, item in found if isinstance(item, Record)] == [("a1", "自来水发黄"), ("2", "停水")]
    assert found[0][1].place == "投诉, row 3"
    assert isinstance(found[0][1], Record) and found[0][1].published_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    assert len(read(book(tmp_path / "a.csv", {"S": sheet_xml([HEADER, ["1", None, "t", "x"]])}))) == 1


def test_every_sheet_is_read_and_one_without_posts_is_named(tmp_path: Path) -> None:
    good = [["id", "text"], ["1", "a"], ["2", "b"]]
    found = read(book(tmp_path / "a.xlsx", {"One": sheet_xml(good), "Notes": sheet_xml([["x", "y"]]), "Two": sheet_xml(good)}))
    assert [number for number, _ in found] == sorted({number for number, _ in found})
    assert [item.place for _, item in found if isinstance(item, Record)] == ["One, row 2", "One, row 3", "Two, row 2", "Two, row 3"]
    assert [item.place for _, item in found if isinstance(item, Unreadable)] == ["Notes"]


def test_reading_goes_on_after_a_row_of_the_second_sheet(tmp_path: Path) -> None:
    good = [["id", "text"], ["1", "a"], ["2", "b"]]
    path = book(tmp_path / "a.xlsx", {"One": sheet_xml(good), "Two": sheet_xml(good)})
    everything = read(path)
    assert list(read_file(path, skip=everything[2][0])) == everything[3:]


def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [HEADER, ["1", "someday", "t", "x"], ["2", None, "t", "y"], [None, None, "a", "b", "c", "d"]]
    found = read(book(tmp_path / "a.xlsx", {"S": sheet_xml(rows)}))
    assert [type(item) for _, item in found] == [Unreadable, Record, Unreadable]
    assert found[0][1].place == "S, row 2" and "someday" in str(found[0][1])


def test_a_workbook_with_a_million_empty_rows_is_read_within_bounds(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{n}" spans="1:9"><c r="A{n}" s="0"/></row>' for n in range(3, 1_048_576))
    head = "".join(f'<row r="{n}">{cell(f"A{n}", text)}</row>' for n, text in ((1, "text"), (2, "water")))
    path = book(tmp_path / "a.xlsx", {"S": HEAD + head + empty + f'<row r="1048576">{cell("A1048576", "last")}</row>' + TAIL})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = read(path)
    assert [item.place for _, item in found] == ["S, row 2", "S, row 1048576"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_cell_in_the_last_corner_of_an_empty_sheet_does_not_take_the_reader_along(tmp_path: Path) -> None:
    rows = f'<row r="1">{cell("A1", "text")}</row><row r="2">{cell("A2", "x")}</row><row r="1048576">{cell("XFD1048576", "y")}</row>'
    with pytest.raises(BadFeed, match=r"more than 2 GB of memory: delete the empty rows"):
        read(book(tmp_path / "a.xlsx", {"S": HEAD + rows + TAIL}))


def test_an_entity_bomb_in_a_workbook_explodes_nowhere(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>' + HEAD.removeprefix('<?xml version="1.0"?>')
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    )
    path = book(tmp_path / "a.xlsx", {"S": bomb + rows + TAIL})
    try:
        texts = [item.text for _, item in read(path) if isinstance(item, Record)]
    except BadFeed as error:
        assert "cannot be read" in str(error)
    else:
        assert all(len(text) < 1000 for text in texts)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_damaged_old_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    with pytest.raises(BadFeed, match="cannot be read"):
        read(path)


def test_a_workbook_whose_sheet_is_missing_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"S": "this is no XML <<<"})
    with pytest.raises(BadFeed):
        read(path)


def test_a_workbook_too_large_is_sent_to_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    with path.open("wb") as file:
        file.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        file.truncate(21 * MEGABYTE)
    with pytest.raises(BadFeed, match="larger than 20 MB: save it as CSV"):
        read(path)


def test_a_web_page_under_the_name_of_a_workbook_is_called_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><table><tr><td>内容</td></tr></table></html>")
    with pytest.raises(BadFeed, match="web page"):
        read(path)


def test_whoever_stops_reading_leaves_no_process_behind(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"S": sheet_xml([["id", "text"], *([n, f"post {n}" * 20] for n in range(5000))])})
    reading = read_file(path)
    next(reading)
    reading.close()
    listed = subprocess.run(["ps", "-ef"], capture_output=True, text=True, check=False).stdout if sys.platform == "linux" else ""
    assert str(path) not in listed


def test_formulas_are_read_as_the_values_they_had(tmp_path: Path) -> None:
    formula = '<c r="A2" t="str"><f>HYPERLINK("http://x")</f><v>shown</v></c>'
    rows = f'<row r="1">{cell("A1", "text")}</row><row r="2">{formula}</row>'
    assert [item.text for _, item in read(book(tmp_path / "a.xlsx", {"S": HEAD + rows + TAIL})) if isinstance(item, Record)] == ["shown"]
