"""Huiying (回应): hear public concern early, judge it, act on a plan, answer with facts, and learn."""

__version__ = "0.1.0"
