"""Write the roster, and hand a shift over."""

from .calendar import calendar_link_make
from .handovers import handover_accept, handover_withdraw, handover_write
from .overrides import override_add, override_withdraw
from .rotations import RotationTerms, rotation_end, rotation_plan, rotation_save
from .shifts import shift_add, shift_remove

__all__ = [
    "RotationTerms",
    "calendar_link_make",
    "handover_accept",
    "handover_withdraw",
    "handover_write",
    "override_add",
    "override_withdraw",
    "rotation_end",
    "rotation_plan",
    "rotation_save",
    "shift_add",
    "shift_remove",
]
