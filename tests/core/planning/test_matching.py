"""Choosing a plan: points with reasons, and what is not known counts neither way."""

from __future__ import annotations

from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from huiying.core.grading.levels import EventGrade, ResponseLevel
from huiying.core.planning.loader import load_plan
from huiying.core.planning.matching import Matter, match
from huiying.core.planning.model import Cause, Nature

FOLDER = files("huiying.core.planning") / "plans"
SERVICE = load_plan((FOLDER / "public_service_opinion.yaml").read_text(encoding="utf-8"))
ONLINE = load_plan((FOLDER / "online_opinion.yaml").read_text(encoding="utf-8"))


def test_brown_tap_water_calls_for_the_public_service_plan() -> None:
    matter = Matter("多个小区反映自来水发黄", "social", "event", EventGrade.II_MAJOR)
    service, online = match(SERVICE, matter), match(ONLINE, matter)
    assert service.score > online.score
    assert service.response_level is ResponseLevel.L2
    assert any("自来水" in reason["zh-Hans"] for reason in service.reasons)
    assert any("成因" in text["zh-Hans"] for text in online.against)


def test_a_viral_claim_calls_for_the_online_opinion_plan() -> None:
    matter = Matter("网传视频称食堂用料不实", "cultural", "media", EventGrade.III_LARGER)
    assert match(ONLINE, matter).score > match(SERVICE, matter).score


def test_what_is_not_known_counts_neither_way() -> None:
    found = match(SERVICE, Matter(""))
    assert (found.score, found.reasons, found.against, found.response_level) == (0, (), (), None)


def test_an_english_title_matches_whatever_its_case() -> None:
    assert match(SERVICE, Matter("Brown WATER in the east")).score > 0


def test_more_words_of_the_title_add_nothing_after_three() -> None:
    short, long = match(SERVICE, Matter("供水 停水 水质")), match(SERVICE, Matter("供水 停水 水质 停电 燃气 公交 医院"))
    assert short.score == long.score


def test_a_nature_nobody_declared_speaks_against_in_its_own_word() -> None:
    found = match(SERVICE, Matter("", nature="martial"))
    assert found.score < 0
    assert "martial" in found.against[0]["en"]


@given(
    st.text(max_size=30),
    st.sampled_from([None, *Nature]),
    st.sampled_from([None, *Cause]),
    st.sampled_from([None, *EventGrade]),
)
def test_a_score_is_explained_by_reasons(title: str, nature: Nature | None, cause: Cause | None, grade: EventGrade | None) -> None:
    found = match(ONLINE, Matter(title, nature, cause, grade))
    assert (found.score > 0) <= bool(found.reasons)
    assert (found.score < 0) <= bool(found.against)
    assert found.response_level == (ONLINE.level_for(grade) if grade else None)
