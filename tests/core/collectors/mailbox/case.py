"""A mailbox on a real IMAP server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.core.collectors.mailbox.server import FAULTS, PASSWORD, USER, Imap, serving


class MailboxCase:
    """Three letters of one complainant."""

    key = "mailbox"
    options: Mapping[str, object] = {"user": USER, "password": PASSWORD}
    handles = ("王小明", "wang.xiaoming@mail.example", "13800138000")
    faults = FAULTS

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Imap]:
        """Serve until the block ends."""
        async with serving() as box:
            yield box


CASE = MailboxCase()
