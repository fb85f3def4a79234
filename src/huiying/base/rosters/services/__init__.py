"""Write the roster, and hand a shift over."""

from .handovers import handover_accept, handover_withdraw, handover_write
from .shifts import shift_add, shift_remove

__all__ = ["handover_accept", "handover_withdraw", "handover_write", "shift_add", "shift_remove"]
