"""Each model that ships has its card: what it is, what it learned from, where it was measured, what it cannot."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

CARDS = Path(__file__).resolve().parents[3] / "docs/reference/models.md"
MODELS = sorted(each.name for each in (files("huiying.core.analysis") / "models").iterdir() if each.name.endswith((".json", ".npz")))


def cards() -> dict[str, str]:
    parts = CARDS.read_text(encoding="utf-8").split("\n## ")[1:]
    return {part.split("\n", 1)[0].strip(): part for part in parts}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_has_its_card(name: str) -> None:
    card = cards()[name]
    assert "Trained on" in card
    assert "Limits" in card or "limits" in card


def test_no_card_is_left_without_its_model() -> None:
    assert sorted(cards()) == MODELS
