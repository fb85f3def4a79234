"""Any RSSHub instance: its address and a route, read as the feed that it is."""

from .connector import CONNECTOR, RssHubConnector

__all__ = ["CONNECTOR", "RssHubConnector"]
