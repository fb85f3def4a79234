"""Moments as the database keeps them, for rows that are written without model instances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from huiying.core.analysis.moments import moment_of

_NONE = timedelta(0)

#: A moment as a parameter of a statement.
Stored = str | datetime | None


def stored_moment(value: datetime) -> Stored:
    """Return an aware moment as a parameter; on SQLite the same text as Django's, ten times as fast for UTC."""
    if connection.vendor == "sqlite" and value.utcoffset() == _NONE:
        return value.replace(tzinfo=None).isoformat(" ")
    adapted: Stored = connection.ops.adapt_datetimefield_value(value)
    return adapted


def plain_moment(column: str) -> str:
    """Return the SQL by which a plain cursor reads a column of moments for ``read_moment``."""
    return f"CAST({column} AS text)" if connection.vendor == "sqlite" else column


def read_moment(value: Stored) -> datetime:
    """Return a moment that was read as ``plain_moment``, from a column that is never empty."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def stored_moments(column: pa.Array) -> list[Stored]:
    """Return a column of moments (microseconds, UTC, none missing) as parameters; on SQLite without a Python object for each moment."""
    if connection.vendor != "sqlite":
        return [stored_moment(each) for each in moments_in(column)]
    text = column.cast(pa.timestamp("us")).cast(pa.string())
    stored: list[Stored] = pc.replace_substring(text, ".000000", "").to_pylist()
    return stored


def moments_in(column: pa.Array) -> list[datetime]:
    """Return a column of moments (microseconds, UTC, none missing) as aware moments, ten times as fast as ``to_pylist``."""
    return [moment_of(each) for each in column.cast(pa.int64()).to_pylist()]
