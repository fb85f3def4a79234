"""RSS, RDF, Atom and JSON Feed: how they are read, and the connector that polls them."""

from .connector import CONNECTOR, FeedConnector
from .model import ITEM_LIMIT
from .reading import FEED_LIMIT, Feed, feed_of, read_feed

__all__ = ["CONNECTOR", "FEED_LIMIT", "ITEM_LIMIT", "Feed", "FeedConnector", "feed_of", "read_feed"]
