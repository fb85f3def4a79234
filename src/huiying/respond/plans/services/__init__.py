"""Every write about plans; other rooms import from here."""

from .activating import activation_stand_down, aftermath_start, plan_activate
from .following import activation_follow, activations_follow
from .library import builtin_texts, load_builtin_plans
from .posts import role_slot_fill

__all__ = [
    "activation_follow",
    "activation_stand_down",
    "activations_follow",
    "aftermath_start",
    "builtin_texts",
    "load_builtin_plans",
    "plan_activate",
    "role_slot_fill",
]
