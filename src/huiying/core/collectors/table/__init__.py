"""Tables of posts: JSONL, CSV and workbooks, alone or zipped, put into the drop folder or uploaded."""

from .columns import Layout, Preset
from .connector import TableConnector
from .jsonl import read_json_line
from .lines import LINE_LIMIT
from .preview import Column, Preview, preview
from .reading import digest_of, read_file

CONNECTOR = TableConnector()

__all__ = [
    "CONNECTOR",
    "LINE_LIMIT",
    "Column",
    "Layout",
    "Preset",
    "Preview",
    "TableConnector",
    "digest_of",
    "preview",
    "read_file",
    "read_json_line",
]
