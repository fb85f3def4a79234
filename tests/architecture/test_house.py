"""The house stands: foreign keys point down, a room's models stay inside it, states move in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "huiying"
FLOORS = ("base", "listen", "respond", "learn")
ORDER = (
    "ui",
    "audit",
    "accounts",
    "live",
    "jobs",
    "notify",
    "sharing",
    "clocks",
    "approvals",
    "tasks",
    "rosters",
    "escalation",
    "sources",
    "stories",
    "warnings",
    "incidents",
    "plans",
    "statements",
    "dialogue",
    "programme",
    "exercises",
    "reviews",
    "dashboard",
)


def modules() -> Iterator[tuple[Path, str, ast.Module]]:
    """Yield every module of the database floors with its room."""
    for floor in FLOORS:
        for path in sorted((PACKAGE / floor).rglob("*.py")):
            if "migrations" not in path.parts and len(path.relative_to(PACKAGE).parts) > 2:
                yield path, ".".join(path.relative_to(PACKAGE).parts[:2]), ast.parse(path.read_text(encoding="utf-8"))


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ORDER:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or not isinstance(target, type) or target._meta.app_label not in ORDER:
                continue
            if ORDER.index(target._meta.app_label) > ORDER.index(label):
                wrong.append(f"{label}.{model.__name__}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_a_rooms_models_are_imported_only_inside_it() -> None:
    wrong = []
    for path, room, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("huiying.") and node.level == 0:
                parts = node.module.split(".")
                names = [alias.name for alias in node.names]
                reaches_models = "models" in parts[3:] or (len(parts) == 3 and "models" in names)
                allowed = parts[1:3] == ["base", "accounts"] and names == ["Person"]
                if reaches_models and ".".join(parts[1:3]) != room and not allowed:
                    wrong.append(f"{path.relative_to(PACKAGE)}: {node.module} ({', '.join(names)})")
    assert wrong == []


def test_a_state_is_assigned_only_in_services() -> None:
    wrong = []
    for path, _room, tree in modules():
        if path.stem == "services" or "services" in path.parts:
            continue
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            wrong += [
                f"{path.relative_to(PACKAGE)}:{node.lineno}"
                for target in targets
                if isinstance(target, ast.Attribute) and target.attr == "state"
            ]
    assert wrong == []


@pytest.mark.parametrize("floor", FLOORS)
def test_every_folder_of_a_floor_is_a_room_with_an_app(floor: str) -> None:
    folders = {path.name for path in (PACKAGE / floor).iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(ORDER)
    assert all((PACKAGE / floor / name / "apps.py").exists() for name in folders)


def test_no_vague_file_names() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "manager", "data", "info"}
    assert [path for path in PACKAGE.rglob("*.py") if path.stem in vague] == []


PERSON_TRACKING = (
    "author_handle",
    "author_name",
    "username",
    "handle",
    "latitude",
    "longitude",
    "follower",
    "influence",
    "watchlist",
    "profile",
)


def test_no_model_keeps_who_an_author_is_or_where() -> None:
    """DESIGN section 1: authors are pseudonyms; nothing locates, ranks or profiles them."""
    kept = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ORDER and model._meta.label != "accounts.Person"
        for field in model._meta.get_fields()
        if any(word in field.name for word in PERSON_TRACKING)
    ]
    assert kept == []


def test_no_address_leads_to_an_author() -> None:
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
            else:
                yield prefix + str(pattern.pattern)

    addresses = list(walk(get_resolver().url_patterns))
    assert len(addresses) > 30
    assert [
        address for address in addresses if any(word in address for word in ("author", "profile", "takedown", "watchlist", "locate"))
    ] == []
