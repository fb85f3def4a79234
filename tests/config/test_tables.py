"""An empty database gets all its tables at once, and they are those that the migrations make."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0)"
MAKE = "from huiying.config.tables import is_empty, make_tables; assert is_empty(); make_tables(); assert not is_empty()"
PENDING = "from huiying.config.checks import pending_migrations; assert pending_migrations() == []"


def database(state: Path, *steps: str) -> Path:
    """Return a database after some steps in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DATABASE_"))}
    code = ";".join(("from huiying.cli.output import prepare_django; prepare_django()", *steps))
    subprocess.run([sys.executable, "-c", code], env={**kept, "HUIYING_STATE": str(state)}, check=True, timeout=120)
    return state / "huiying.sqlite3"


def parts_of(sql: str) -> list[str]:
    """Return the columns and constraints of a CREATE TABLE, sorted: their order has no meaning."""
    depth, parts, part = 0, [], ""
    for character in sql.partition("(")[2].rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    return sorted([*parts, part.strip()])


def schema(path: Path) -> dict[str, object]:
    """Return everything a database is made of, by name."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {f"{kind} {name}": parts_of(sql) if kind == "table" else sql for kind, name, sql in rows}


def rows(path: Path, sql: str) -> list[object]:
    """Return what a query finds."""
    with sqlite3.connect(path) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a database made by the migrations and one made at once."""
    folder = tmp_path_factory.mktemp("tables")
    return database(folder / "migrated", MIGRATE), database(folder / "made", MAKE, PENDING)


def test_tables_made_at_once_are_those_the_migrations_make(both: tuple[Path, Path]) -> None:
    migrated, made = (schema(path) for path in both)
    assert sorted(made) == sorted(migrated)
    for name, parts in migrated.items():
        assert made[name] == parts, name


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT app, name FROM django_migrations ORDER BY app, name",
        "SELECT app_label, model FROM django_content_type ORDER BY app_label, model",
        "SELECT codename FROM auth_permission ORDER BY codename",
    ],
)
def test_the_rows_that_migrations_leave_are_there(both: tuple[Path, Path], sql: str) -> None:
    migrated, made = both
    assert rows(made, sql) == rows(migrated, sql) != []


def test_a_start_killed_in_the_middle_leaves_an_empty_database(tmp_path: Path) -> None:
    kill = (
        "import os, signal\n"
        "from django.db import connection\n"
        "def killing(execute, sql, *rest):\n"
        "    if 'sources_post_words' in sql: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return execute(sql, *rest)\n"
        f"with connection.execute_wrapper(killing): {MAKE.partition(';')[0]}; make_tables()"
    )
    with pytest.raises(subprocess.CalledProcessError, match="SIGKILL"):
        database(tmp_path / "cut", kill)
    assert schema(tmp_path / "cut" / "huiying.sqlite3") == {}
    assert len(schema(database(tmp_path / "cut", MAKE, PENDING))) > 100
