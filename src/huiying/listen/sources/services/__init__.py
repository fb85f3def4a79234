"""Every write of the room: sources, intake, first reports, quarantine, replays."""

from .enquiries import LONGEST as LONGEST_ENQUIRY
from .enquiries import enquiry_receive
from .erasure import (
    subject_request_confirm,
    subject_request_count,
    subject_request_erase,
    subject_request_make,
    subject_request_refuse,
    subject_requests_go_on,
)
from .exports import posts_export
from .holds import hold_ask, hold_confirm, hold_refuse, hold_release, holds_release
from .intake import TICK_POSTS, intake
from .manage import Wish, source_add, source_edit, source_follow, source_pause, source_resume
from .moments import Stored, moments_in, plain_moment, read_moment, stored_moment, stored_moments
from .opml import Imported, opml_export, opml_import
from .polling import Heard, poll_failed, poll_succeeded, stream_heard
from .pseudonyms import salt_rotate
from .quarantine import quarantine_discard, quarantine_replay
from .replay import ReplayState, replay_begin, replay_tick
from .reports import report_file
from .retention import posts_purge
from .snapshots import is_snapshot_whole, page_snapshot, snapshot_ask, snapshot_fetch
from .websub import hub_delivery, lease_verify

__all__ = [
    "LONGEST_ENQUIRY",
    "TICK_POSTS",
    "Heard",
    "Imported",
    "ReplayState",
    "Stored",
    "Wish",
    "enquiry_receive",
    "hold_ask",
    "hold_confirm",
    "hold_refuse",
    "hold_release",
    "holds_release",
    "hub_delivery",
    "intake",
    "is_snapshot_whole",
    "lease_verify",
    "moments_in",
    "opml_export",
    "opml_import",
    "page_snapshot",
    "plain_moment",
    "poll_failed",
    "poll_succeeded",
    "posts_export",
    "posts_purge",
    "quarantine_discard",
    "quarantine_replay",
    "read_moment",
    "replay_begin",
    "replay_tick",
    "report_file",
    "salt_rotate",
    "snapshot_ask",
    "snapshot_fetch",
    "source_add",
    "source_edit",
    "source_follow",
    "source_pause",
    "source_resume",
    "stored_moment",
    "stored_moments",
    "stream_heard",
    "subject_request_confirm",
    "subject_request_count",
    "subject_request_erase",
    "subject_request_make",
    "subject_request_refuse",
    "subject_requests_go_on",
]
