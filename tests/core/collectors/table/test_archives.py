"""Zip files: honest ones, and those that are weapons."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
from tests.core.collectors.table.books import book, sheet_xml

from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.table import read_file
from huiying.core.collectors.table.archives import ENTRY_LIMIT, MEGABYTE, WORKBOOK_LIMIT

CSV = "编号,内容\n1,停水\n2,水黄\n".encode()


def packed(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip file."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def places(path: Path) -> list[str]:
    """Return where each record that is read stands."""
    return [item.place for _, item in read_file(path) if isinstance(item, Record)]


def test_every_table_in_a_zip_file_is_read(tmp_path: Path) -> None:
    workbook = book(tmp_path / "b.xlsx", {"S": sheet_xml([["id", "text"], ["9", "x"]])}).read_bytes()
    files = {"a.csv": CSV, "b.xlsx": workbook, "c/d.jsonl": b'{"id":"1","text":"t"}\n', "__MACOSX/._a.csv": b"\0\1", ".DS_Store": b"\0"}
    path = packed(tmp_path / "a.zip", files)
    assert places(path) == ["a.csv, line 2", "a.csv, line 3", "b.xlsx, S, row 2", "c/d.jsonl, line 1"]
    numbers = [number for number, _ in read_file(path)]
    assert numbers == sorted(set(numbers))
    assert list(read_file(path, skip=numbers[1])) == list(read_file(path))[2:]


def test_what_is_no_table_in_a_zip_file_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"readme.txt": b"hello\n", "scan.pdf": b"%PDF-1.4", "a.csv": CSV})
    assert places(path) == ["a.csv, line 2", "a.csv, line 3"]
    assert [item.place for _, item in read_file(path) if isinstance(item, Unreadable)] == ["readme.txt", "scan.pdf"]


def test_chinese_names_of_old_packers_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CSV)
    path.write_bytes(path.read_bytes().replace(b"a.csv", "投.c".encode("gb18030") + b"s"))
    assert places(path)[0] == "投.cs, line 2"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "empty|damaged"),
        ({"/etc/a.csv": CSV}, "leads out"),
        ({"../a.csv": CSV}, "leads out"),
        ({"a/../../b.csv": CSV}, "leads out"),
        ({"..\\a.csv": CSV}, "leads out"),
        ({"C:\\a.csv": CSV}, "leads out"),
        ({f"{n}.csv": b"" for n in range(ENTRY_LIMIT + 1)}, f"at most {ENTRY_LIMIT}"),
        ({"a.csv": b"text\n" + b"0" * (2 * MEGABYTE)}, "more than 100 times its size"),
        ({"a.csv": CSV, "b.zip": b"PK\x03\x04rest"}, "packed again"),
        ({"a.csv": CSV, "b.csv.gz": gzip.compress(CSV)}, "packed again"),
        ({f"{n}.xlsx": b"x" for n in range(WORKBOOK_LIMIT + 1)}, f"at most {WORKBOOK_LIMIT}"),
        ({"readme.txt": b"hello"}, "no column of text"),
    ],
)
def test_a_zip_file_that_is_none_of_ours_is_refused_with_its_reason(tmp_path: Path, files: dict[str, bytes], words: str) -> None:
    with pytest.raises(BadFeed, match=words):
        places(packed(tmp_path / "a.zip", files))


def test_a_zip_file_too_large_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": os.urandom(21 * MEGABYTE)}, zipfile.ZIP_STORED)
    with pytest.raises(BadFeed, match="larger than 20 MB"):
        places(path)


def test_a_list_of_contents_that_adds_up_to_too_much_is_refused(tmp_path: Path) -> None:
    lines = b"text\n" + b"".join(os.urandom(30).hex().encode() + b"-" * 940 + b"\n" for _ in range(4 * 1024))
    path = packed(tmp_path / "a.zip", {f"{n}.csv": lines for n in range(55)})
    assert path.stat().st_size < 20 * MEGABYTE
    with pytest.raises(BadFeed, match="more than 200 MB"):
        places(path)


def test_a_list_of_contents_that_lies_about_the_size_is_found_out_while_reading(tmp_path: Path) -> None:
    content = b"text\n" + b"water is yellow\n" * 400_000
    path = packed(tmp_path / "a.zip", {"a.csv": content})
    raw = path.read_bytes()
    path.write_bytes(raw.replace(len(content).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    found = None
    try:
        found = places(path)
    except BadFeed as error:
        assert "damaged" in str(error) or "100 times" in str(error)
    assert found is None or len(found) < 100


def test_a_locked_or_damaged_zip_file_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": CSV}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    locked = bytearray(raw)
    locked[6] |= 1
    locked[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    with pytest.raises(BadFeed, match="password"):
        places(path)
    at = raw.index(CSV) + len(CSV) - 3
    raw[at] ^= 0x01
    path.write_bytes(raw)
    with pytest.raises(BadFeed, match="damaged"):
        places(path)


def test_a_gzip_bomb_is_stopped_early(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write(b"id,text\n1,a\n")
        for _ in range(300):
            file.write(b"0" * MEGABYTE)
    with pytest.raises(BadFeed, match="100 times"):
        list(read_file(path))


def test_a_dense_gzip_of_posts_is_no_bomb(tmp_path: Path) -> None:
    out = io.StringIO()
    out.write("id,text\n")
    for number in range(100_000):
        out.write(f"{number},自来水发黄 {number * 7919 % 100003}\n")
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(out.getvalue().encode()))
    assert sum(1 for _ in read_file(path)) == 100_000
