"""Tables as a kind of source: uploaded, dropped into a folder, or fetched where somebody publishes them."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ..addresses import FetchError, checked_url
from ..contract import Answer, Ask, BadOption, Json, Kind, Mode, Option
from ..dateorder import Order
from ..encodings import codec_of
from ..records import Record, Unreadable
from .archives import PACKED_LIMIT
from .columns import POSTS, Layout, Preset, columns_of
from .reading import read_file

#: Rows taken of a table that is fetched; a larger one is for the drop folder.
ROW_LIMIT = 50_000
DELIMITER_NAMES = {"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|"}


class TableConnector:
    """A kind of source whose records come as rows: its preset says what the columns are called."""

    key = "table"
    label: Mapping[str, str] = {"zh-Hans": "表格文件", "en": "table file"}
    mode = Mode.DROP
    options = (
        Option(
            "columns",
            {"zh-Hans": "列的含义", "en": "Which column is what"},
            {
                "zh-Hans": "每行一项，例如“text: 诉求内容”；冒号后留空表示不读这一项。不填则按表头猜测。",
                "en": "One a line, such as “text: 诉求内容”; nothing after the colon: do not read it. Empty: guessed from the header.",
            },
            kind=Kind.LONG,
        ),
        Option(
            "delimiter",
            {"zh-Hans": "分隔符", "en": "Delimiter"},
            {"zh-Hans": "不填则自动识别。", "en": "Empty: found out."},
            choices=tuple(DELIMITER_NAMES),
        ),
        Option(
            "encoding",
            {"zh-Hans": "编码", "en": "Encoding"},
            {"zh-Hans": "例如 gb18030；不填则自动识别。", "en": "Such as gb18030; empty: found out."},
        ),
        Option(
            "order",
            {"zh-Hans": "日期写法", "en": "Order of dates"},
            {
                "zh-Hans": "03/04/2026 这样的日期：dmy 为日在前，mdy 为月在前；不填则拒收有歧义的日期。",
                "en": "Dates such as 03/04/2026: dmy day first, mdy month first; empty refuses those that could be either.",
            },
            choices=tuple(order.value for order in Order),
        ),
    )
    signals_deletions = False
    terms: Mapping[str, str] = {
        "zh-Hans": "确认提供方允许本单位使用该导出数据，并且导出时没有附带个人信息。",
        "en": "Check that whoever exported the table allows its use, and that it was exported without personal data.",
    }
    preset: Preset = POSTS

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address that cannot be fetched and columns that mean nothing; raises BadOption."""
        if url:
            try:
                checked_url(url)
            except FetchError as error:
                raise BadOption(
                    "url", url, "nothing (the files are uploaded or dropped), or an address of a table with https://"
                ) from error
        self.layout(options)

    def layout(self, options: Mapping[str, Json]) -> Layout:
        """Return how a table of this source is to be read; raises BadOption."""
        said = {key: str(options.get(key) or "") for key in ("columns", "encoding", "delimiter", "order")}
        try:
            columns = columns_of(said["columns"], self.preset)
        except ValueError as error:
            raise BadOption("columns", said["columns"][:200], str(error)) from error
        encoding = codec_of(said["encoding"]) if said["encoding"] else ""
        if said["encoding"] and not encoding:
            raise BadOption("encoding", said["encoding"], "utf-8, gb18030, big5 or another name of an encoding")
        order = Order(said["order"]) if said["order"] else None
        return Layout(columns, encoding, DELIMITER_NAMES.get(said["delimiter"], ""), order, self.preset)

    async def poll(self, ask: Ask) -> Answer:
        """Fetch a table that is published at an address; raises FetchError, and BadFeed when it is none."""
        if not ask.url:
            raise FetchError("not_polled", self.key)
        cursor = {key: str(ask.cursor.get(key) or "") for key in ("etag", "last_modified", "digest")}
        fetched = await ask.fetch(ask.url, etag=cursor["etag"], last_modified=cursor["last_modified"], limit=PACKED_LIMIT)
        if fetched.body is None:
            return Answer([], ask.cursor, fetched.least_pause, moved_to=fetched.moved_to)
        digest = hashlib.sha256(fetched.body).hexdigest()
        name = PurePosixPath(unquote(urlsplit(fetched.url).path)).name or "table"
        records = [] if digest == cursor["digest"] else await asyncio.to_thread(_rows, fetched.body, name, self.layout(ask.options))
        kept = {"etag": fetched.etag, "last_modified": fetched.last_modified, "digest": digest}
        return Answer(records, kept, fetched.least_pause, moved_to=fetched.moved_to)


def _rows(body: bytes, name: str, layout: Layout) -> list[Record | Unreadable]:
    with tempfile.TemporaryDirectory(prefix="huiying-") as folder:
        path = Path(folder) / "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name[-80:])
        path.write_bytes(body)
        found = [item for _number, item in islice(read_file(path, layout=layout), ROW_LIMIT + 1)]
    if len(found) > ROW_LIMIT:
        found[-1] = Unreadable(
            f"only the first {ROW_LIMIT} rows of a fetched table are read: use the drop folder", f"row {ROW_LIMIT + 1}", ""
        )
    return found
