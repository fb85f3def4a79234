"""The short first text: every template we ship can be filled and handed in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiying.base.ui.errors import BadInput
from huiying.core.planning.loader import load_plan
from huiying.core.planning.model import Holding
from huiying.respond.statements.forms import TIME_SLOTS, HoldingForm
from huiying.respond.statements.holding import built_in, fill, gaps_in
from huiying.respond.statements.rules import Nature, gaps_of

AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def templates() -> list[Holding]:
    folder = Path(__file__).resolve().parents[3] / "src" / "huiying" / "core" / "planning" / "plans"
    plans = [load_plan(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    return [built_in(), *(plan.holding for plan in plans if plan.holding)]


def values(template: Holding, word: str) -> dict[str, str]:
    return {slot.key: "04:00" if slot.key in TIME_SLOTS else word for slot in template.slots}


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.title["en"])
def test_a_filled_template_has_no_gap(template: Holding) -> None:
    filled = fill(template, values(template, "某事"), values(template, "something"), fact_ids=(1,), next_update_at=AT)
    assert gaps_of(filled.title_zh, filled.title_en, filled.sentences) == []
    assert not any("{" in text.text_zh + text.text_en for text in filled.sentences)
    natures = {text.nature for text in filled.sentences}
    assert {Nature.EMPATHY, Nature.UNKNOWN, Nature.COMMITMENT, Nature.ADVICE} <= natures
    assert all(text.due_at == AT for text in filled.sentences if text.nature is Nature.COMMITMENT)


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.title["en"])
def test_every_gap_of_a_template_is_a_slot(template: Holding) -> None:
    assert set().union(*(gaps_in(line) for line in template.sentences)) <= {slot.key for slot in template.slots}


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.title["en"])
def test_the_time_is_never_typed_twice(template: Holding) -> None:
    form = HoldingForm(template, [])
    assert not any(name.split("__")[0] in TIME_SLOTS - {"next_update_at"} for name in form.fields)
    assert any(slot.key in TIME_SLOTS for slot in template.slots)


def test_an_empty_optional_gap_leaves_its_sentence_out() -> None:
    filled = fill(
        built_in(), {**values(built_in(), "某事"), "advice": ""}, {**values(built_in(), "something"), "advice": ""}, next_update_at=AT
    )
    assert len(filled.sentences) == len(built_in().sentences) - 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_needed_gap_is_named(language: str) -> None:
    zh, en = values(built_in(), "某事"), values(built_in(), "something")
    (zh if language == "zh" else en)["doing"] = " "
    with pytest.raises(BadInput, match="both languages"):
        fill(built_in(), zh, en)


def test_a_full_stop_typed_by_the_writer_is_not_doubled() -> None:
    filled = fill(built_in(), values(built_in(), "检修。"), values(built_in(), "Repairs."), next_update_at=AT)
    assert not any("。。" in text.text_zh or ".." in text.text_en for text in filled.sentences)
