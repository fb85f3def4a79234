"""Recorded posts as lines of JSON, with bad lines in between."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.table import LINE_LIMIT, digest_of, read_file


def line(number: int, **more: object) -> str:
    """Return one good line."""
    row = {
        "id": f"p{number}",
        "ts": "2026-11-23T10:00:00+08:00",
        "lang": "zh",
        "source": "weibo",
        "author_hash": "abc",
        "title": None,
        "text": f"水黄 {number}",
    }
    return json.dumps({**row, **more}, ensure_ascii=False)


def write(path: Path, *lines: str | bytes) -> Path:
    """Write lines to a file."""
    path.write_bytes(b"".join((part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")) + b"\n" for part in lines))
    return path


def test_a_good_line_becomes_a_record(tmp_path: Path) -> None:
    ((number, record),) = read_file(write(tmp_path / "a.jsonl", line(1)))
    assert isinstance(record, Record)
    assert (number, record.item_id, record.channel, record.author_handle, record.language, record.title) == (
        1,
        "p1",
        "weibo",
        "abc",
        "zh",
        "",
    )
    assert record.published_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_bad_lines_are_named_with_their_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = ["{broken", '"a string"', "[1]", line(5, ts="soon"), json.dumps({"id": "x"}), line(7, text={"a": 1})]
    read = dict(read_file(write(tmp_path / "a.jsonl", line(1), *bad, line(8))))
    assert [number for number, record in read.items() if isinstance(record, Record)] == [1, 8]
    assert all(isinstance(read[number], Unreadable) and read[number].place == f"line {number}" for number in range(2, 8))


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    assert [number for number, _ in read_file(write(tmp_path / "a.jsonl", line(1), "", "  ", line(4)))] == [1, 4]


def test_a_gzipped_file_reads_the_same(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.jsonl", line(1), line(2))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read_file(plain)) == list(read_file(tmp_path / "b.jsonl.gz"))


def test_lone_surrogates_nul_and_other_encodings_do_not_stop_the_reader(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        line(1),
        '{"id":"s","text":"\\ud83d half"}',
        '{"id":"n","text":"a\\u0000b"}',
        line(4).encode("gb18030"),
        b"\xff\xfe\x00{",
        line(6),
    )
    read = dict(read_file(path))
    assert isinstance(read[4], Record) and read[4].text == "水黄 4"
    assert isinstance(read[5], Unreadable)
    assert isinstance(read[6], Record)


def test_a_line_beyond_all_measure_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    read = dict(read_file(write(tmp_path / "a.jsonl", line(1), '{"text":"' + "x" * (LINE_LIMIT * 2) + '"}', line(3))))
    assert isinstance(read[2], Unreadable) and "longer" in read[2].reason
    assert isinstance(read[3], Record)


def test_reading_can_go_on_after_a_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *(line(n) for n in range(1, 6)))
    assert [number for number, _ in read_file(path, skip=3)] == [4, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_file_is_read_whatever_its_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["发布时间", "作者", "正文"], ["2026/11/23 10:00", "小王", '"水,黄;了"'], ["bad", "x", "y"]]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    read = [record for _, record in read_file(path)]
    assert isinstance(read[0], Record) and read[0].text == "水,黄;了" and read[0].author_handle == "小王"
    assert read[0].published_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert isinstance(read[1], Unreadable) and read[1].place == "line 3"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x7fELF" + bytes(range(256)) * 20, "not a text file"),
        (b"PK\x03\x04zip", "zip file is damaged"),
        (b"hello\nworld\n", "JSON object"),
        (b"\x1f\x8bdamaged", "damaged"),
    ],
)
def test_a_file_that_holds_no_posts_is_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadFeed, match=words):
        list(read_file(path))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(BadFeed, match="cannot be opened"):
            list(read_file(path))


def test_a_csv_without_a_text_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(BadFeed, match="no column of text"):
        list(read_file(path))


def test_a_truncated_gzip_gives_what_it_has_and_then_says_so(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(line(n) for n in range(5000)).encode())
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed[: len(packed) - 200])
    with pytest.raises(BadFeed, match="damaged"):
        list(read_file(path))


def test_the_digest_names_the_content(tmp_path: Path) -> None:
    assert digest_of(write(tmp_path / "a", line(1))) == digest_of(write(tmp_path / "b", line(1)))
