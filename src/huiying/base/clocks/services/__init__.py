"""Every write about deadlines and periodic duties."""

from .cadences import cadence_create, cadence_end, cadences_sweep
from .running import clock_correct_start, clock_miss, clock_start, clock_stop, clock_waive, clocks_sweep

__all__ = [
    "cadence_create",
    "cadence_end",
    "cadences_sweep",
    "clock_correct_start",
    "clock_miss",
    "clock_start",
    "clock_stop",
    "clock_waive",
    "clocks_sweep",
]
