"""Matters: stories that belong together, linked to one main story with a reason."""
