"""Run escalations, edit their chains, and look ahead."""

from .chains import chain_reset, chain_save
from .preflights import preflight_ask, preflight_run, preflight_soon
from .runs import escalation_acknowledge, escalation_end, escalation_start, escalations_sweep

__all__ = [
    "chain_reset",
    "chain_save",
    "escalation_acknowledge",
    "escalation_end",
    "escalation_start",
    "escalations_sweep",
    "preflight_ask",
    "preflight_run",
    "preflight_soon",
]
