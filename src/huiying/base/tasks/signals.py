"""What this room tells the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

#: task: Task, now. Once, when an open task passes its due time.
task_overdue = Signal()
