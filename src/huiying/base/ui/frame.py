"""What the frame of every page shows beside the page, read in one query by whoever asks first.

Rooms say what they need; nothing is kept from one request to the next, so the frame is never older than its page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest

from .navigation import counted_here
from .together import Counting, Reading, Together, once, read_together

_readings: dict[str, Callable[[], Reading]] = {}


def register_frame_reading(name: str, reading: Callable[[], Reading]) -> None:
    """Have rows read for every page; registering the same name again replaces it."""
    _readings[name] = reading


def frame_of(request: HttpRequest, also: Mapping[str, Reading] | None = None) -> Together:
    """Return the rooms' rows, and the numbers of the navigation lines this person may see by their url name.

    A page that needs rows of its own before anything else has them read with the frame: ``also``.
    """
    frame = once(request, "frame", lambda: read_together({**_rows(), **_numbers(request), **(also or {})}))
    missing = {name: each for name, each in (also or {}).items() if name not in frame.rows}
    return Together({**frame.rows, **read_together(missing).rows}, frame.counts) if missing else frame


def frame_rows() -> Together:
    """Return the rooms' rows without anybody's navigation."""
    return read_together(_rows())


def _rows() -> dict[str, Reading]:
    return {name: reading() for name, reading in _readings.items()}


def _numbers(request: HttpRequest) -> dict[str, Counting]:
    return {item.url_name: Counting(item.counted()) for item in counted_here(request) if item.counted}
