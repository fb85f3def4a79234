"""Watches: saved searches that count what comes in (R47)."""
