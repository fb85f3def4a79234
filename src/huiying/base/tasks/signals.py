"""What this room tells the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

#: task: Task, step: ClimbStep, now. Each time the lateness of an open task climbs to the next step.
task_overdue = Signal()
