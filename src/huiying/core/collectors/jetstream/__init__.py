"""Public posts of Bluesky, as they are written, from a Jetstream."""

from .connector import Jetstream

CONNECTOR = Jetstream()
