"""The documents say what is: every named test exists, every link leads somewhere, generated pages are in step."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "docs" / "reference" / "requirements.md"
ROW = re.compile(r"^\| (R\d+) \| ([^|]+) \| ([^|]*?) ?\| (?:`([^`]+)` )?\| ([^|]+) \|$", re.MULTILINE)


def test_every_requirement_has_its_line() -> None:
    named = [match.group(1) for match in ROW.finditer(REQUIREMENTS.read_text(encoding="utf-8"))]
    assert named == [f"R{number}" for number in range(1, 228)]


def test_every_named_test_exists_and_nothing_unmet_names_one() -> None:
    missing = []
    for match in ROW.finditer(REQUIREMENTS.read_text(encoding="utf-8")):
        requirement, _text, where, test, state = match.groups()
        if state.startswith("not yet"):
            assert not test and not where, requirement
            continue
        path, _colons, function = (test or "").partition("::")
        file = ROOT / path
        if not path or not file.exists() or (function and f"def {function}(" not in file.read_text(encoding="utf-8")):
            missing.append(f"{requirement}: {test}")
    assert missing == []


def test_the_counts_on_the_page_are_those_of_its_table() -> None:
    text = REQUIREMENTS.read_text(encoding="utf-8")
    states = [match.group(5) for match in ROW.finditer(text)]
    full = sum(state == "yes" for state in states)
    unmet = sum(state.startswith("not yet") for state in states)
    assert f"Met: {full}. Met in part: {len(states) - full - unmet}. Not yet: {unmet}." in text


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_settings_and_commands_are_in_step() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None and spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    stale = [path.name for path, text in reference.pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    assert stale == [], "make docs"


def test_signals_and_slots_named_in_the_docs_are_those_in_the_code() -> None:
    house = (ROOT / "docs" / "explanation" / "house.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    for slot in set(re.findall(r'register_slot\("([a-z.]+)"', code)):
        assert f"`{slot}`" in house, slot
    for signal in set(re.findall(r"^([a-z_]+)\s*(?::\s*Signal\s*)?= Signal\(\)", code, re.MULTILINE)):
        assert f"`{signal}`" in house, signal
