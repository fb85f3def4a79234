"""What this room tells the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

#: seqs: list[int], now. Sent inside the transaction that erases posts at their author's request; the rows stay, empty.
posts_erased = Signal()
