"""What this room tells the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

#: clock: Clock, now. Inside the transaction that marks the clock.
clock_missed = Signal()
#: clock: Clock, now. Once, when the warning time of a running clock is reached.
clock_warned = Signal()
