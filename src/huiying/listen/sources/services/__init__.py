"""Every write of the room: sources, intake, first reports, quarantine, replays."""

from .intake import TICK_POSTS, intake
from .manage import poll_failed, poll_succeeded, source_add, source_pause, source_resume
from .moments import stored_moment
from .pseudonyms import salt_rotate
from .quarantine import quarantine_discard, quarantine_replay
from .replay import ReplayState, replay_begin, replay_tick
from .reports import report_file

__all__ = [
    "TICK_POSTS",
    "ReplayState",
    "intake",
    "poll_failed",
    "poll_succeeded",
    "quarantine_discard",
    "quarantine_replay",
    "replay_begin",
    "replay_tick",
    "report_file",
    "salt_rotate",
    "source_add",
    "source_pause",
    "source_resume",
    "stored_moment",
]
