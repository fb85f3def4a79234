"""Digests: what the public asks and says about each story, read by a job and shown on pages."""
