"""Emptying the database: only the test runner may, and it must lift the append-only triggers for it."""

from __future__ import annotations

from typing import Any

from django.core import mail
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from huiying.base.audit.triggers import create_statements, drop_statements


class Command(flush.Command):
    """Empty the test database; refuses everywhere else."""

    def handle(self, **options: Any) -> None:  # Any: Django's own signature
        if not hasattr(mail, "outbox"):  # set by Django's test environment and by nothing else
            raise CommandError("The audit log cannot be emptied. Delete the state folder to start anew.")
        connection = connections[str(options["database"])]
        if "audit_auditentry" not in connection.introspection.table_names():
            super().handle(**options)
            return
        with connection.cursor() as cursor:
            for statement in drop_statements(connection.vendor):
                cursor.execute(statement)
        super().handle(**options)
        if connection.vendor == "postgresql":
            _empty_the_others(connection)
        with connection.cursor() as cursor:
            for statement in create_statements(connection.vendor):
                cursor.execute(statement)


def _empty_the_others(connection: BaseDatabaseWrapper) -> None:
    """Empty the tables that have no model, such as the full-text index; SQLite's needs no emptying, it takes a row again."""
    known = {"django_migrations", *connection.introspection.django_table_names()}
    with connection.cursor() as cursor:
        for name in set(connection.introspection.table_names(cursor)) - known:
            cursor.execute(f"TRUNCATE {connection.ops.quote_name(name)}")
