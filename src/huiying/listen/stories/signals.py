"""What this room tells the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

#: stream: str, tick: int, story_ids: list[int], merges: list[(former, into)], now. Sent inside the transaction that applies the tick.
tick_applied = Signal()
#: burst_id: int, stream: str, kind: str, key: str, at: datetime, now. Sent inside the transaction that counts the five minutes.
burst_told = Signal()
#: story_id: int, main_id: int, now. Sent inside the transaction that links a story to the main story of its matter.
matter_joined = Signal()
