"""Database triggers that keep the log append-only, whoever writes the SQL."""

from __future__ import annotations

TABLE = "audit_auditentry"
MESSAGE = "The audit log is append-only."

_SQLITE = (
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    # INSERT OR REPLACE deletes without a delete trigger, so the next number is demanded instead.
    f"CREATE TRIGGER audit_only_next BEFORE INSERT ON {TABLE} WHEN NEW.seq <> COALESCE((SELECT MAX(seq) FROM {TABLE}), 0) + 1 "  # noqa: S608  constants only
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
)
_SQLITE_DROP = tuple(f"DROP TRIGGER IF EXISTS {name}" for name in ("audit_no_update", "audit_no_delete", "audit_only_next"))

_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE OR REPLACE FUNCTION audit_next() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.seq <> COALESCE((SELECT MAX(seq) FROM {TABLE}), 0) + 1 THEN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",  # noqa: S608  constants only
    f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_only_next BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_next()",
)
_POSTGRESQL_DROP = (
    *(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}" for name in ("audit_no_change", "audit_no_truncate", "audit_only_next")),
    "DROP FUNCTION IF EXISTS audit_refuse()",
    "DROP FUNCTION IF EXISTS audit_next()",
)


def create_statements(vendor: str) -> tuple[str, ...]:
    """Return the SQL that puts the triggers in place on ``sqlite`` or ``postgresql``."""
    return {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]


def drop_statements(vendor: str) -> tuple[str, ...]:
    """Return the SQL that takes the triggers away, for tests and for going back a migration."""
    return {"sqlite": _SQLITE_DROP, "postgresql": _POSTGRESQL_DROP}[vendor]
