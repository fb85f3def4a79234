"""Tables of a public service hotline (12345): one row an order, the caller never leaves the reader."""

from .connector import Hotline

CONNECTOR = Hotline()
