"""DATABASE_URL as Django wants it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Seconds a writer waits for its turn, on both databases, before the page says that it did not work.
WRITER_WAITS = 20
_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-16000"
)


def database(url: str, state: Path) -> dict[str, object]:
    """Return the settings of one database; without a URL, SQLite in the state folder.

    >>> database("postgresql://u:p%40ss@/huiying?host=%2Frun%2Fpg&port=5433", Path("."))["HOST"]
    '/run/pg'
    """
    return _postgresql(url) if url.startswith("postgres") else _sqlite(url.removeprefix("sqlite:///") or str(state / "huiying.sqlite3"))


def is_postgresql_url(url: str) -> bool:
    """Return whether a URL names a PostgreSQL database, as libpq reads it."""
    try:
        parts = urlsplit(url)
        ports = [parts.port or 5432, int(_query(parts.query).get("port", "5432"))]
    except ValueError:
        return False
    return parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1 and all(0 < port < 65536 for port in ports)


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = _query(parts.query)
    wanted = f"-c lock_timeout={WRITER_WAITS}s"
    return {
        "ENGINE": "huiying.config.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": options.pop("user", unquote(parts.username or "")),
        "PASSWORD": options.pop("password", unquote(parts.password or "")),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "options": f"{wanted} {options.get('options', '')}".strip()},
    }


def _query(query: str) -> dict[str, str]:
    """Return libpq's parameters; unlike in a form, a plus is a plus."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return {unquote(name): unquote(value) for name, _equals, value in pairs}


def _sqlite(name: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": WRITER_WAITS, "init_command": _PRAGMAS},
    }
