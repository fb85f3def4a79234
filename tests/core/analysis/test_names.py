"""Places and organisations that posts name: aggregate counts, and never a person."""

from __future__ import annotations

import pytest

from huiying.core.analysis import naming
from huiying.core.analysis.evidence import Insufficient
from huiying.core.analysis.gazetteer import PLACES_EN, PLACES_ZH, STEMS_ZH
from huiying.core.analysis.names import Names, names

from .test_questions import say


def named(*texts: str) -> tuple[set[str], set[str]]:
    found = names(say(*texts))
    assert isinstance(found, Names)
    return {name.text for name in found.places}, {name.text for name in found.organisations}


def test_places_and_organisations_are_known_by_list_and_by_ending() -> None:
    places, organisations = named(
        "江州市城东区停水了",
        "我在城东区，水是黄的",
        "城东区的水厂坏了",
        "去了江州人民医院",
        "江州人民医院排长队",
        "江州人民医院没水",
        "杭州也停水了",
        "杭州停水",
    )
    assert {"杭州", "城东区"} <= places
    assert "江州人民医院" in organisations


def test_english_names_are_known() -> None:
    places, organisations = named(
        "Water is off near Eastside Bridge.", "Crowds at Eastside Bridge now", "Queue at St Mary Hospital", "The St Mary Hospital is full",
        "Ferguson is quiet", "In Ferguson again", "St Mary Hospital asked for water", "Eastside Bridge closed",
    )  # fmt: skip
    assert {"Eastside Bridge", "Ferguson"} <= places
    assert any(name.endswith("Mary Hospital") for name in organisations)


PERSONS = ["王建国", "李娜", "张伟强", "陈美丽", "刘志明", "赵秀英"]


@pytest.mark.parametrize(
    "pattern",
    [
        "{}说停水了",
        "{}先生在现场",
        "{}公司骗人",
        "{}市长来了",
        "{}局长道歉",
        "听{}老师说",
        "{}的公司",
        "名单：{}、王芳、李强",
        "{}医院的事",
        "找{}中心",
        "{}学校闹事",
    ],
)
@pytest.mark.parametrize("person", PERSONS)
def test_a_person_is_never_put_out(pattern: str, person: str) -> None:
    texts = [f"{pattern.format(person)}，第{place}天了" for place in range(6)]
    found = names(say(*[f"{text}{'甲乙丙丁戊己'[place]}" for place, text in enumerate(texts)]))
    assert isinstance(found, Names)
    assert not any(person in name.text for name in (*found.places, *found.organisations))


@pytest.mark.parametrize("person", ["John Smith", "Mary Brown", "Mayor James Knowles", "Officer Darren Wilson", "Michael Brown"])
def test_an_english_person_is_never_put_out(person: str) -> None:
    texts = [f"{person} said {word} at the meeting" for word in ("this", "that", "nothing", "enough", "sorry", "hello")]
    texts += [f"{person} Street was {word}" for word in ("full", "empty", "closed", "open")]
    found = names(say(*texts))
    assert isinstance(found, Names)
    last = person.split()[-1]
    assert not any(last in name.text for name in (*found.places, *found.organisations))


def test_a_list_of_people_gives_nothing() -> None:
    found = names(say(*[f"{'、'.join(PERSONS)} 被通报了{letter}" for letter in "甲乙丙丁戊己"]))
    assert isinstance(found, Names)
    assert (found.places, found.organisations) == ((), ())


@pytest.mark.parametrize(
    "text",
    ["市长来了", "市场关门", "区别很大", "局面失控", "村民聚集", "路上没人", "院长回应", "校长道歉", "大学生都在问", "省钱", "一路走好"],
)
def test_words_that_only_begin_like_an_ending_are_no_names(text: str) -> None:
    places, organisations = named(*[f"今天{text}{letter}" for letter in "甲乙丙丁戊己"])
    assert not organisations and not {place for place in places if place[-1] in "市区局村路院省"}


def test_below_five_authors_no_count_is_shown() -> None:
    found = names(say("江州人民医院停水", "江州人民医院没水", "江州人民医院排队", "水黄了", "真急人"))
    assert isinstance(found, Names)
    assert [name.posts for name in found.organisations] == [None]


def test_too_few_posts_are_insufficient_evidence() -> None:
    assert isinstance(names(say("江州人民医院停水")), Insufficient)


def test_the_lists_hold_no_name_twice_and_every_ending_is_known() -> None:
    for lists in (PLACES_ZH, PLACES_EN, naming.GENERIC.split(), naming.STOPS.split(), naming.SURNAMES.split()):
        assert len(set(lists)) == len(lists)
    assert set(PLACES_ZH) < STEMS_ZH
    endings = {*naming.PLACE_ENDINGS.split(), *naming.ORGANISATION_ENDINGS.split()}
    assert {pair.partition(":")[0] for pair in naming.NOT_BEFORE.split()} <= endings
