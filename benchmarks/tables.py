"""Rows a second that are read of a table: CSV, JSONL, XLSX, one core, median of three.

    python benchmarks/tables.py [--rows 200000] [--megabytes 0] [--json]

With ``--megabytes`` a CSV file of that size is read once besides, for the peak of memory.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from huiying.core.collectors.table import read_file

HEADER = ["编号", "发布时间", "来源", "标题", "内容", "链接", "作者"]


def rows(count: int) -> Iterator[list[str]]:
    """Yield rows of posts of everyday length."""
    for number in range(count):
        text = f"城东区幸福路从昨天晚上开始停水，到现在还没有恢复，打电话一直占线，希望尽快处理。第{number}次反映。"
        at = f"2026-11-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
        yield [f"p{number}", at, "论坛", f"停水 {number}", text, f"https://forum.example/{number}", f"u{number % 5000}"]


def write_csv(path: Path, count: int) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows(count)])
    return path


def write_jsonl(path: Path, count: int) -> Path:
    """Write lines of JSON."""
    names = ["id", "ts", "source", "title", "text", "url", "author"]
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n" for row in rows(count))
    return path


def write_xlsx(path: Path, count: int) -> Path:
    """Write a workbook."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("帖子")
        for place, row in enumerate([HEADER, *rows(count)]):
            sheet.write_row(place, 0, row)
    return path


def write_large(path: Path, megabytes: int) -> Path:
    """Write a CSV file of a size, in pieces."""
    piece = "".join(",".join(row) + "\n" for row in rows(10_000)).encode()
    with path.open("wb") as file:
        file.write((",".join(HEADER) + "\n").encode())
        while file.tell() < megabytes * 1_000_000:
            file.write(piece)
    return path


def rate(path: Path, count: int) -> float:
    """Return rows a second, the median of three readings."""
    seconds = []
    for _run in range(3):
        begun = time.perf_counter()
        found = sum(1 for _ in read_file(path))
        seconds.append(time.perf_counter() - begun)
        assert found == count, (path.name, found)
    return count / statistics.median(seconds)


def main() -> int:
    """Write the files, read them, say how fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--megabytes", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-tables-") as name:
        folder, workbook_rows = Path(name), min(said.rows, 150_000)
        found: dict[str, float] = {
            "csv_rows_per_second": rate(write_csv(folder / "a.csv", said.rows), said.rows),
            "jsonl_rows_per_second": rate(write_jsonl(folder / "a.jsonl", said.rows), said.rows),
            "xlsx_rows_per_second": rate(write_xlsx(folder / "a.xlsx", workbook_rows), workbook_rows),
        }
        if said.megabytes:
            large = write_large(folder / "large.csv", said.megabytes)
            before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
            found["large_rows"] = sum(1 for _ in read_file(large))
            found["large_seconds"] = time.perf_counter() - begun
            found["large_memory_growth_mb"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sys.stdout.write(json.dumps(found) + "\n" if said.json else "".join(f"{key}: {value:,.0f}\n" for key, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
