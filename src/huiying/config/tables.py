"""Make all tables of an empty database at once.

Migrations replay a history: each step rebuilds the models it touches and all that point at them, seconds in
all. An empty database has no history, so its tables are made from the models, and every migration is noted
as done. Steps in code run as well, unless they are ``elidable``: those only move rows, and there are none.
A test compares the result with what the migrations make.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation


def is_empty() -> bool:
    """Return whether the database holds no table at all."""
    return not connection.introspection.table_names()


def make_tables() -> int:
    """Make every table in one transaction; returns how many migrations are noted as done."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    with connection.schema_editor() as editor:
        executor.recorder.ensure_schema()
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for migration, _backwards in plan:
            for operation in migration.operations:
                _run(operation, migration.app_label, editor)
            executor.recorder.record_applied(migration.app_label, migration.name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    return len(plan)


def _run(operation: Operation, app_label: str, editor: BaseDatabaseSchemaEditor) -> None:
    """Run a step that is code or SQL; the models hold all others already."""
    if not isinstance(operation, RunPython | RunSQL) or operation.elidable:
        return
    if isinstance(operation, RunPython):
        operation.code(apps, editor)  # type: ignore[arg-type]  # the models of today are those after the last step
    else:
        operation.database_forwards(app_label, editor, apps, apps)  # type: ignore[arg-type]  # reads no state
