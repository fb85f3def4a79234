"""DATABASE_URL, as libpq reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.config.database import database, is_postgresql_url
from huiying.config.environment import BadSetting, read

PARTS = ("HOST", "PORT", "USER", "PASSWORD", "NAME")


def parts(url: str) -> tuple[object, ...]:
    return tuple(database(url, Path("/state"))[name] for name in PARTS)


@pytest.mark.parametrize(
    "url, expected",
    [
        ("postgresql://postgres:@/postgres?host=/tmp/hy-pg/data", ("/tmp/hy-pg/data", "", "postgres", "", "postgres")),
        ("postgresql://u@/h?host=%2Frun%2Fa%20b", ("/run/a b", "", "u", "", "h")),
        ("postgres://u%40x:p%3Aw%2F%25@db.example:5433/hui%20ying", ("db.example", "5433", "u@x", "p:w/%", "hui ying")),
        ("postgresql://%2Frun%2Fpg/h", ("/run/pg", "", "", "", "h")),
        ("postgresql://[::1]:6000/h", ("::1", "6000", "", "", "h")),
        ("postgresql:///h?user=u&password=a+b&port=7000&host=a", ("a", "7000", "u", "a+b", "h")),
    ],
)
def test_an_address_is_read_as_libpq_reads_it(url: str, expected: tuple[str, ...]) -> None:
    assert parts(url) == expected
    assert read({"DATABASE_URL": url})["DATABASE_URL"] == url


def test_what_else_an_address_asks_for_reaches_the_driver() -> None:
    options = database("postgresql://db/h?sslmode=verify-full&options=-c%20search_path%3Dx", Path("/state"))["OPTIONS"]
    assert options == {"sslmode": "verify-full", "options": "-c lock_timeout=20s -c search_path=x"}


@pytest.mark.parametrize(
    "url", ["postgresql://host", "postgresql://host/", "postgresql://h:x/n", "postgresql://h/n?port=x", "postgresqlx://h/n"]
)
def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    assert not is_postgresql_url(url)
    with pytest.raises(BadSetting, match="postgresql://USER@HOST/NAME"):
        read({"DATABASE_URL": url})


def test_without_an_address_the_database_lies_in_the_state_folder() -> None:
    assert database("", Path("/state"))["NAME"] == "/state/huiying.sqlite3"
    assert database("sqlite:////other/x.db", Path("/state"))["NAME"] == "/other/x.db"
