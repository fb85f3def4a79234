"""What this room tells the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

#: warning_id: int, now. Inside the transaction that proposes the warning.
warning_issued = Signal()
