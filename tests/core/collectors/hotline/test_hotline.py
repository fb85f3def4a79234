"""Hotline orders: the matter is read, the caller is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.core.collectors.table.books import book, sheet_xml

from huiying.core.collectors.contract import BadOption
from huiying.core.collectors.hotline import CONNECTOR
from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.table import preview, read_file
from huiying.core.collectors.table.columns import guessed

HEADER = ["工单编号", "来电时间", "姓名", "联系电话", "地址", "身份证号", "诉求内容", "诉求类型", "区县", "承办单位", "办理状态"]
PERSON = ["张小三", "13800138000", "幸福路8号", "110101199001011234"]
ROW = [
    "DH20261123001",
    "2026/11/23 10:00",
    *PERSON,
    "张小三来电称幸福路8号自来水发黄，回电13800138000。",
    "供水",
    "城东区",
    "水务集团",
    "办理中",
]
LAYOUT = CONNECTOR.layout({})


def written(path: Path, rows: list[list[str]]) -> Path:
    """Write a table of orders."""
    path.write_text("\n".join(",".join(row) for row in rows), encoding="gb18030")
    return path


def test_an_order_becomes_a_record_without_its_caller(tmp_path: Path) -> None:
    ((_, record),) = read_file(written(tmp_path / "a.csv", [HEADER, ROW]), layout=LAYOUT)
    assert isinstance(record, Record)
    assert record.item_id == "DH20261123001"
    assert record.published_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert record.title == "供水 · 城东区"
    assert record.text == "[…]来电称[…]自来水发黄，回电[…]。"
    assert record.extra == {"topic": "供水", "region": "城东区", "handler": "水务集团", "status": "办理中"}
    assert record.author_handle is None
    assert not any(word in str(record) for word in PERSON)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_no_form_of_the_table_lets_the_caller_through(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    bad = [ROW[0], "someday", *ROW[2:]]
    if suffix == "csv":
        written(path, [HEADER, ROW, bad])
    elif suffix == "xlsx":
        book(path, {"S": sheet_xml([HEADER, ROW, bad])})
    else:
        lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in (ROW, bad)]
        path.write_text("\n".join([*lines, '{"姓名": "张小三", broken']))
    found = [item for _, item in read_file(path, layout=LAYOUT)]
    assert [type(item) for item in found[:2]] == [Record, Unreadable]
    assert not any(word in str(item) for word in PERSON for item in found)
    shown = preview(path, LAYOUT)
    assert not any(word in str(shown) for word in PERSON)
    assert {column.name for column in shown.columns if column.is_person} in ({"姓名", "联系电话", "地址", "身份证号"}, set())


def test_another_state_of_the_same_order_keeps_its_id(tmp_path: Path) -> None:
    done = [*ROW[:-1], "已办结"]
    found = [item for _, item in read_file(written(tmp_path / "a.csv", [HEADER, ROW, done]), layout=LAYOUT)]
    assert len({item.item_id for item in found if isinstance(item, Record)}) == 1


def test_an_order_without_number_or_content_is_named(tmp_path: Path) -> None:
    rows = [["", *ROW[1:]], [*ROW[:6], "", *ROW[7:]]]
    found = [item for _, item in read_file(written(tmp_path / "a.csv", [HEADER, *rows, ROW]), layout=LAYOUT)]
    assert [item.reason for item in found if isinstance(item, Unreadable)] == [
        "the column of id is empty or missing",
        "the column of text is empty or missing",
    ]
    assert isinstance(found[-1], Record)


def test_a_table_without_an_order_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="工单编号"):
        list(read_file(written(tmp_path / "a.csv", [HEADER[1:], ROW[1:]]), layout=LAYOUT))


@pytest.mark.parametrize(
    "header",
    [
        ["受理编号", "受理时间", "问题描述", "问题分类", "行政区划", "主办单位", "工单状态"],
        ["order_no", "received_at", "description", "category", "district", "department", "status"],
        ["流水号", "登记时间", "反映内容", "一级分类", "所属区县", "责任单位", "处理状态"],
    ],
)
def test_other_cities_columns_are_understood(header: list[str]) -> None:
    assert guessed(header, CONNECTOR.preset) == {"id": 0, "ts": 1, "text": 2, "topic": 3, "region": 4, "handler": 5, "status": 6}


def test_a_callers_column_cannot_be_asked_for(tmp_path: Path) -> None:
    layout = CONNECTOR.layout({"columns": "title: 姓名"})
    with pytest.raises(BadFeed, match="never read"):
        list(read_file(written(tmp_path / "a.csv", [HEADER, ROW]), layout=layout))


@pytest.mark.parametrize(
    ("options", "key"),
    [({"columns": "colour: 颜色"}, "columns"), ({"encoding": "no-such-code"}, "encoding")],
)
def test_an_option_that_means_nothing_is_refused(options: dict[str, str], key: str) -> None:
    with pytest.raises(BadOption) as refused:
        CONNECTOR.check("", options)
    assert refused.value.key == key


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadOption, match="uploaded or dropped"):
        CONNECTOR.check("file:///etc/passwd", {})
