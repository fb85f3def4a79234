"""One web page, or a list page and the pages it links to."""

from .connector import Page

CONNECTOR = Page()
