"""Public and hashtag timelines of a Mastodon server."""

from .connector import Mastodon

CONNECTOR = Mastodon()
