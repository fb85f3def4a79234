"""What this room tells the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

#: stream: str, tick: int, story_ids: list[int], merges: list[(former, into)], now. Sent inside the transaction that applies the tick.
tick_applied = Signal()
