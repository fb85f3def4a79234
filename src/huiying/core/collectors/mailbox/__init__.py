"""A mailbox of the organisation itself (complaints, hotline mail), read over IMAP and never changed."""

from .connector import Mailbox

CONNECTOR = Mailbox()
