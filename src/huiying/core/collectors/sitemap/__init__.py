"""What a site lists in its sitemap or news sitemap."""

from .connector import SiteMap

CONNECTOR = SiteMap()
