"""Issued warnings: what the law asks a warning to say, its changes, its end."""
