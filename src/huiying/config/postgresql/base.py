"""PostgreSQL with SQLite's promise: one writing transaction at a time, from its first statement on.

Acts look before they write (the next number, nobody was first, the last audit entry), and write
several tables in an order of their own. SQLite begins every transaction IMMEDIATE, so that is safe;
here an advisory lock at the begin of the transaction does the same. No numbering can clash and no
two acts can wait for each other. Single statements outside a transaction, and so all reads, never wait.
"""

from __future__ import annotations

from django.db.backends.postgresql import base

#: The key of the lock, "HUIY" in ASCII; advisory locks are apart in each database of a server.
WRITER = 0x48554959


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL engine, whose transactions take turns."""

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        """Begin or end a transaction; one that begins waits for its turn, ``lock_timeout`` at most."""
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if autocommit:
            return
        try:
            with self.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER])
        except BaseException:
            if self.connection is not None and not self.connection.closed:
                self.rollback()
                super().set_autocommit(True)
            raise
