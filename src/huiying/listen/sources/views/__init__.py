"""The pages of the sources: parse, call, render."""

from .archive import archive, hold_act, hold_ask, post, snapshot, snapshot_ask, subject_act, subject_requests
from .calibration import (
    calibration,
    calibration_close,
    calibration_judge,
    calibration_open,
    calibration_outside,
    calibration_round,
    calibration_standard,
)
from .coverage import coverage, legal, opml, opml_export
from .delivery import file, files, upload, upload_discard, webhook
from .posts import (
    quarantine,
    quarantine_discard,
    quarantine_replay,
    report,
)
from .search import search, search_export
from .sources import (
    outages,
    source_add,
    source_detail,
    source_edit,
    source_follow,
    source_pause,
    source_resume,
    sources_list,
)
from .websub import hub

__all__ = [
    "archive",
    "calibration",
    "calibration_close",
    "calibration_judge",
    "calibration_open",
    "calibration_outside",
    "calibration_round",
    "calibration_standard",
    "coverage",
    "file",
    "files",
    "hold_act",
    "hold_ask",
    "hub",
    "legal",
    "opml",
    "opml_export",
    "outages",
    "post",
    "quarantine",
    "quarantine_discard",
    "quarantine_replay",
    "report",
    "search",
    "search_export",
    "snapshot",
    "snapshot_ask",
    "source_add",
    "source_detail",
    "source_edit",
    "source_follow",
    "source_pause",
    "source_resume",
    "sources_list",
    "subject_act",
    "subject_requests",
    "upload",
    "upload_discard",
    "webhook",
]
