"""Build hook: compile the catalogues, so that users need no gettext program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling is typed loosely
    """Write every .mo before files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before both a wheel and an editable install."""
        sys.path.insert(0, str(Path(self.root) / "tools"))
        import messages

        messages.compile_all()
