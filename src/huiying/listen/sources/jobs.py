"""What the worker does for the sources."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import Payload, every, job, pump

from .dropping import Reader
from .services import (
    posts_purge,
    salt_rotate,
    snapshot_fetch,
    subject_request_count,
    subject_request_erase,
    subject_requests_go_on,
)
from .services.calibration import cadence_begin, round_open
from .services.delivery import calls_forget, uploads_clear
from .services.health import lags_note, outages_tell, parts_tell, volumes_judge

_READER = Reader()


@every(3600, "sources.rotate_salt")
def rotate_salt(now: datetime) -> None:
    """Begin a new epoch of pseudonyms when it is time, and destroy the old salt."""
    salt_rotate(now=now)


@every(60, "sources.tell_outages")
def tell_outages(now: datetime) -> None:
    """Tell the person on duty of sources that fail and of a broken way to the board."""
    outages_tell(now=now)
    parts_tell(now=now)


@every(3600, "sources.judge_volumes")
def judge_volumes(now: datetime) -> None:
    """Note how late the posts of the last hours came, and doubt volumes that chance does not explain."""
    lags_note(now=now)
    volumes_judge(now=now)


@every(3600, "sources.purge", atomic=False)
def purge(now: datetime) -> None:
    """Purge what no retention covers any more, and erase what a released hold gave free."""
    posts_purge(now=now)
    subject_requests_go_on(now=now)


@job("sources.count_request")
def count_request(payload: Payload, now: datetime) -> None:
    """Count the posts of a subject request."""
    subject_request_count(request_id=int(str(payload["request"])))


@job("sources.erase", atomic=False)
def erase(payload: Payload, now: datetime) -> None:
    """Erase the posts of a confirmed subject request."""
    subject_request_erase(request_id=int(str(payload["request"])), now=now)


@job("sources.snapshot", atomic=False)
def snapshot(payload: Payload, now: datetime) -> None:
    """Fetch and keep the page behind a post."""
    snapshot_fetch(snapshot_id=int(str(payload["snapshot"])), now=now)


@every(3600, "sources.calibrate")
def calibrate(now: datetime) -> None:
    """Draw the week's sample on Monday, and see that the weekly duty is there."""
    cadence_begin(now=now)
    round_open(now=now)


@pump("sources.files")
def read_files(now: datetime) -> bool:
    """Take in one tick of the files that were uploaded or dropped."""
    return _READER.turn(now)


@every(3600, "sources.clear_deliveries")
def clear_deliveries(now: datetime) -> None:
    """Erase uploads that nobody confirmed, and forget old calls of webhooks."""
    uploads_clear(now=now)
    calls_forget(now=now)
