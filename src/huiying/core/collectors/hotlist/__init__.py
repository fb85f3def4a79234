"""Hot lists and other JSON lists, read by a mapping file."""

from .connector import HotList

CONNECTOR = HotList()
