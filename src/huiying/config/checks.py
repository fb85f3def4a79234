"""What can be wrong with a set-up, and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from huiying.base.jobs import selectors as jobs
from huiying.base.jobs.services import heartbeat

from .sqlite import SAFE_VERSION

#: Below this much free disk, in megabytes, collecting must stop and pages may fail to save.
LEAST_DISK_MB = 500
#: A clock before this program's own build year is wrong.
OLDEST_YEAR = 2026
#: A database write slower than this, in seconds, is felt on every page.
SLOW_WRITE = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at; a blocking one stops ``huiying up``."""

    name: str
    is_ok: bool
    sentence: str
    mend: str = ""
    is_blocking: bool = False


def start_findings() -> Iterator[Finding]:
    """Look at everything that needs no running process."""
    for look in _LOOKS:
        yield look()


def running_findings(now: datetime) -> Iterator[Finding]:
    """Look at the processes and the queue."""
    for role in ("worker", "collector"):
        alive = jobs.is_alive(role, now)
        yield Finding(
            role,
            alive,
            f"The {role} {'runs' if alive else 'has not reported in the last 30 seconds'}.",
            "" if alive else "Start it: huiying up",
        )
    dead = jobs.dead_count()
    yield Finding("dead jobs", dead == 0, f"{dead} jobs were given up.", "" if dead == 0 else "Look at them at /jobs/ and run them again.")


def readiness() -> dict[str, bool]:
    """Return whether each part does its work now; used by ``/readyz``."""
    now = datetime.now(UTC)
    try:
        parts = {"database": _writes_quickly(now), "migrations": not pending_migrations()}
        return parts | {role: jobs.is_alive(role, now) for role in ("worker", "collector")} | {"disk": _disk().is_ok}
    except DatabaseError:
        return {"database": False}


def pending_migrations() -> list[str]:
    """Return the migrations not applied yet, in the order they will be."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _writes_quickly(now: datetime) -> bool:
    start = time.monotonic()
    with transaction.atomic():
        heartbeat("web", now)
    return time.monotonic() - start < SLOW_WRITE


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), f"Python {version}.", "Use Python 3.11 or newer.", is_blocking=True)


def _sqlite() -> Finding:
    import sqlite3

    if connection.vendor != "sqlite":
        return Finding("sqlite", True, "SQLite is not used: the database is PostgreSQL.")
    wanted = ".".join(map(str, SAFE_VERSION))
    return Finding(
        "sqlite",
        sqlite3.sqlite_version_info >= SAFE_VERSION,
        f"SQLite {sqlite3.sqlite_version}; versions before {wanted} can damage a database.",
        "Install the wheel: pip install pysqlite3",
        is_blocking=True,
    )


def _state() -> Finding:
    folder = Path(settings.STATE)
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            "state", False, f"The state folder {folder} cannot be written.", "Make it or set HUIYING_STATE to another.", is_blocking=True
        )
    return Finding("state", True, f"The state folder is {folder}.")


def _secret() -> Finding:
    path = Path(settings.STATE) / "secret_key"
    private = path.exists() and path.stat().st_mode & 0o077 == 0
    return Finding(
        "secret key",
        private,
        f"The secret key {path} is {'private' if private else 'readable by others'}.",
        "" if private else f"chmod 600 {path}",
    )


def _disk() -> Finding:
    free = shutil.disk_usage(settings.STATE).free // 1024 // 1024
    return Finding(
        "disk", free >= LEAST_DISK_MB, f"{free} MB of disk are free.", f"Free at least {LEAST_DISK_MB} MB, or move HUIYING_STATE."
    )


def _clock() -> Finding:
    now = datetime.now(UTC)
    return Finding(
        "clock",
        now.year >= OLDEST_YEAR,
        f"The clock says {now:%Y-%m-%d %H:%M} UTC.",
        "Set the machine's clock: every deadline counts by it.",
        is_blocking=True,
    )


def _database() -> Finding:
    try:
        pending = pending_migrations()
    except DatabaseError as error:
        place = settings.DATABASES["default"]["NAME"]
        return Finding(
            "database",
            False,
            f"The database {place} does not open: {error}",
            "Check DATABASE_URL and that the server runs.",
            is_blocking=True,
        )
    return Finding(
        "database",
        not pending,
        f"{len(pending)} migrations wait." if pending else "The database is up to date.",
        "huiying up applies them." if pending else "",
    )


def _mail() -> Finding:
    url = str(settings.ENV["HUIYING_SMTP_URL"])
    if not url:
        return Finding("mail", True, "E-mail is off; messages appear in the pages only. Set HUIYING_SMTP_URL to send them.")
    good = url.startswith("smtp://") and bool(url.removeprefix("smtp://").rpartition("@")[2])
    return Finding(
        "mail",
        good,
        "E-mail goes through the server set in HUIYING_SMTP_URL.",
        "" if good else "Write it as smtp://USER:PASSWORD@HOST:PORT",
    )


def _hosts() -> Finding:
    open_to_all = "*" in settings.ALLOWED_HOSTS
    return Finding(
        "hosts",
        not open_to_all,
        f"Pages answer to {', '.join(settings.ALLOWED_HOSTS)}.",
        "Name the hosts in HUIYING_ALLOWED_HOSTS." if open_to_all else "",
    )


def _debug() -> Finding:
    return Finding(
        "debug",
        not settings.DEBUG,
        f"Debug pages are {'on' if settings.DEBUG else 'off'}.",
        "Unset HUIYING_DEBUG: tracebacks show secrets." if settings.DEBUG else "",
    )


_LOOKS: tuple[Callable[[], Finding], ...] = (_python, _sqlite, _state, _secret, _disk, _clock, _database, _mail, _hosts, _debug)
