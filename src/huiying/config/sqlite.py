"""Put the wheel's SQLite in the place of the system's.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when two connections checkpoint and write at the
same moment; 3.51.3 is the first without that fault. Must run before Django is imported.
"""

from __future__ import annotations

import sys

SAFE_VERSION = (3, 51, 3)


def use_wheel() -> None:
    """Make ``import sqlite3`` give the wheel's build, where there is a wheel for this system."""
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
