"""The pages of the sources: parse, call, render."""

from .posts import (
    quarantine,
    quarantine_discard,
    quarantine_replay,
    report,
    search,
)
from .sources import (
    source_add,
    source_detail,
    source_pause,
    source_resume,
    sources_list,
)

__all__ = [
    "quarantine",
    "quarantine_discard",
    "quarantine_replay",
    "report",
    "search",
    "source_add",
    "source_detail",
    "source_pause",
    "source_resume",
    "sources_list",
]
