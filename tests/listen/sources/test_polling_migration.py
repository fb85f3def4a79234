"""What sources were before they had connectors stays known, and can be had back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = ("sources", "0002_full_text"), ("sources", "0003_polling")


def migrated(target: tuple[str, str]) -> Any:
    """Bring the room to a step and return its models of then."""
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps.get_model("sources", "Source")


@pytest.mark.django_db(transaction=True)
def test_kinds_become_connectors_and_versions_go_into_the_cursor(now: datetime) -> None:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # of every room: those above go back with this one
    try:
        old = migrated(BEFORE)
        old.objects.create(name="Forum", kind="feed", url="https://f.example/", channel="forum", created_at=now, etag='"v1"')
        old.objects.create(name="weibo", kind="file", channel="weibo", created_at=now)
        old.objects.create(name="reports", kind="report", channel="staff_report", created_at=now)
        new = migrated(AFTER)
        found = {source.name: (source.connector, source.cursor) for source in new.objects.all()}
        assert found == {"Forum": ("feed", {"etag": '"v1"'}), "weibo": ("replay", {}), "reports": ("report", {})}
        from huiying.listen.sources.rules.source import fingerprint_of

        assert new.objects.get(name="Forum").fingerprint == fingerprint_of("https://f.example/", {})
        back = migrated(BEFORE)
        assert set(back.objects.values_list("name", "kind", "etag")) == {
            ("Forum", "feed", '"v1"'),
            ("weibo", "file", ""),
            ("reports", "report", ""),
        }
        back.objects.all().delete()
    finally:
        MigrationExecutor(connection).migrate(newest)
