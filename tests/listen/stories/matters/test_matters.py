"""Stories are linked to their matter as ticks are applied; people have the last word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.listen.stories.builders import START, model, tick_add

from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.listen.stories.matters import selectors, services
from huiying.listen.stories.matters.models import StoryLink, StoryPortrait
from huiying.listen.stories.models import Story
from huiying.listen.stories.services import apply_next_tick

pytestmark = pytest.mark.django_db

PLACES = ("柳湖小区", "青年路", "纺织新村", "北门桥")
WAYS = ("放了一小时还没变清", "这水能喝吗，安全吗", "全是铁锈，是褐色的", "家里有婴儿，没法用", "没有人接电话")
ZH = [f"{place}{number}栋自来水发黄，{way}" for number, place in enumerate(PLACES * 2) for way in WAYS]
EN = [
    f"{text} in {place}, house {number}"
    for number in range(3)
    for place in ("Willow Lake", "Youth Road")
    for text in (
        "Tap water is brown and has not cleared for an hour",
        "Is the brown tap water safe to drink",
        "Rusty brown tap water",
        "We have a baby and the tap water is brown",
    )
]
BUSES = [f"{number}路公交首班车又调整时间，等了二十分钟，希望加密班次" for number in range(30)]


def told(texts: list[str], at: datetime = START, stream: str = "live") -> list[int]:
    """Take in posts over half an hour and put them into stories."""
    rows = [{"text": text, "at": at + timedelta(minutes=place % 30), "author": f"a{text}"[:20]} for place, text in enumerate(texts)]
    seqs = tick_add(rows, now=at + timedelta(minutes=31), stream=stream)
    while apply_next_tick(stream=stream, now=at + timedelta(minutes=31)):
        pass
    return seqs


def story_with(word: str) -> Story:
    return Story.objects.filter(title__contains=word, merged_into=None).order_by("-posts").first() or pytest.fail(f"no story of {word}")


@pytest.fixture
def make(now: datetime) -> Callable[..., Story]:
    """Return a maker of stories without posts."""

    def make(number: int, *, matter: int | None = None, stream: str = "live", posts: int = 30) -> Story:
        fields = dict.fromkeys(("copies", "authors", "sources", "questions", "media_tier_max"), 0)
        common = {"title": f"Story {number}", "first_at": now, "last_at": now, "language": "zh", "exercise": stream == "exercise"}
        story = Story.objects.create(id=number, posts=posts, medoid_seq=number, stream=stream, matter=matter, **common, **fields)
        if matter is not None:
            StoryLink.objects.create(story=story, main_id=matter, reason="place", at=now, tick=1)
        return story

    return make


def test_a_matter_told_in_two_languages_is_one_and_the_buses_are_not_of_it() -> None:
    told([*ZH, *EN, *BUSES])
    chinese, english, buses = story_with("发黄"), story_with("rown"), story_with("公交")
    assert selectors.matter_of(english.pk) == chinese.pk
    assert buses.matter is None and not buses.links.exists()
    link = StoryLink.objects.get(story=english)
    assert (link.main_id, link.state, link.reason, link.person_id) == (chinese.pk, "linked", "language", None)
    assert link.nearness is not None and link.nearness > 0.5
    assert english.pk in selectors.stories_of_matter(chinese.pk)


def test_the_same_log_gives_the_same_links_again() -> None:
    told([*ZH, *EN])

    def links() -> list[tuple[Any, ...]]:
        return list(StoryLink.objects.order_by("pk").values_list("story", "main", "reason", "nearness", "tick", "at"))

    first, portraits = links(), list(StoryPortrait.objects.order_by("pk").values_list("pk", "names", "seqs"))
    assert first
    model("warnings", "Warning").all().delete()
    for name in ("StoryLink", "StoryPortrait", "StoryPost", "StoryBucket", "Story", "AnalysisState"):
        model("stories", name).all().delete()
    from huiying.listen.stories import memory

    memory.forget()
    while apply_next_tick(stream="live", now=START + timedelta(minutes=31)):
        pass
    assert (links(), list(StoryPortrait.objects.order_by("pk").values_list("pk", "names", "seqs"))) == (first, portraits)


def test_a_matter_of_last_month_does_not_take_in_a_new_one() -> None:
    told(ZH)
    told(EN, at=START + timedelta(days=30))
    assert StoryPortrait.objects.count() == 2
    assert not StoryLink.objects.exists()


def test_an_exercise_is_never_linked_to_real_posts() -> None:
    told(ZH)
    told(EN, stream="exercise")
    assert StoryPortrait.objects.count() == 2
    assert not StoryLink.objects.exists()


def test_what_has_too_few_posts_is_not_looked_at() -> None:
    told(ZH[:10])
    assert not StoryPortrait.objects.exists()


def test_a_persons_word_holds_against_the_analysis(cast: Any, now: datetime) -> None:
    told([*ZH, *EN])
    english, chinese = story_with("rown"), story_with("发黄")
    assert services.matter_leave(actor=cast.actor("analyst"), now=now, story_id=english.pk) == chinese.pk
    told([f"{text} tonight {place}" for place, text in enumerate(EN * 3)], at=START + timedelta(minutes=40))
    english.refresh_from_db()
    assert english.matter is None
    assert list(StoryLink.objects.filter(story=english).values_list("state", "person")) == [("apart", cast.analyst.pk)]


def test_stories_joined_by_a_person_stay_joined_with_those_that_were_linked_to_them(make: Any, cast: Any, now: datetime) -> None:
    main, other, side = make(1), make(2), make(3, matter=2)
    assert services.matter_join(actor=cast.actor("analyst"), now=now, story_id=other.pk, main_id=main.pk) == main.pk
    assert selectors.matters_of_many([1, 2, 3]) == {1: 1, 2: 1, 3: 1}
    assert selectors.stories_of_matters([1]) == {1: [1, 2, 3]}
    assert [link.state for link in StoryLink.objects.filter(story=side).order_by("pk")] == ["withdrawn", "linked"]
    assert {member.link.reason_label if member.link else "" for member in selectors.members_of(main)} >= {""}


def test_joining_through_a_side_story_joins_its_matter_and_lifts_what_was_ruled_out(make: Any, cast: Any, now: datetime) -> None:
    make(1), make(2, matter=1), make(3, matter=1)
    services.matter_leave(actor=cast.actor("analyst"), now=now, story_id=3)
    services.matter_join(actor=cast.actor("analyst"), now=now, story_id=3, main_id=2)
    assert selectors.matter_of(3) == 1
    assert not StoryLink.objects.filter(state="apart").exists()


def test_what_cannot_be_joined_or_parted_is_said(make: Any, cast: Any, now: datetime) -> None:
    make(1), make(2, matter=1), make(3, stream="exercise")
    analyst, common = cast.actor("analyst"), {"now": now}
    for story, main, fault in ((1, 1, BadInput), (2, 1, BadInput), (1, 2, BadInput), (3, 1, BadInput), (1, 99, NotThere)):
        with pytest.raises(fault):
            services.matter_join(actor=analyst, story_id=story, main_id=main, **common)
    with pytest.raises(NotNow):
        services.matter_leave(actor=analyst, story_id=1, **common)
    with pytest.raises(NotYou):
        services.matter_leave(actor=cast.actor("writer"), story_id=2, **common)
    with pytest.raises(NotYou):
        services.matter_join(actor=cast.actor("writer"), story_id=1, main_id=2, **common)


def test_a_merge_takes_the_links_along(make: Any, now: datetime) -> None:
    make(1), make(2, matter=1), make(5)
    Story.objects.filter(pk=1).update(merged_into=5)
    services.matters_merged(former=1, into=5, now=now)
    assert (selectors.matter_of(2), selectors.matter_of(5)) == (5, 5)
    assert StoryLink.objects.get(story=2, state="linked").main_id == 5


def test_a_main_story_merged_into_its_own_side_story_leaves_it_the_main_one(make: Any, now: datetime) -> None:
    make(1), make(2, matter=1), make(3, matter=1)
    services.matters_merged(former=1, into=2, now=now)
    assert selectors.matters_of_many([2, 3]) == {2: 2, 3: 2}
    assert [link.state for link in StoryLink.objects.filter(story=2)] == ["withdrawn"]


def test_a_side_story_that_is_merged_brings_a_single_survivor_into_the_matter(make: Any, now: datetime) -> None:
    make(1), make(2, matter=1), make(3)
    services.matters_merged(former=2, into=3, now=now)
    assert selectors.matters_of_many([2, 3]) == {2: 2, 3: 1}


def test_erased_posts_take_portrait_and_names_with_them() -> None:
    from huiying.listen.sources.signals import posts_erased

    seqs = told([*ZH, *EN])
    StoryLink.objects.update(names=["柳湖小区"])
    posts_erased.send(sender=None, seqs=seqs[:1], now=START)
    assert not StoryPortrait.objects.filter(story=story_with("发黄") if Story.objects.filter(title__contains="发黄") else 0).exists()
    assert set(map(tuple, StoryLink.objects.values_list("names", flat=True))) == {()}


def test_the_story_page_names_the_matter_and_the_list_folds_it(make: Any, client_as: Callable[[str], Client]) -> None:
    make(1), make(2, matter=1)
    client = client_as("analyst")
    page = client.get(reverse("stories:detail", args=[2])).content.decode()
    assert 'id="matter"' in page and reverse("stories:detail", args=[1]) in page
    assert reverse("stories:matter_leave", args=[2]) in page
    folded = client.get(reverse("stories:list"), {"scope": "all"})
    assert [row.story.pk for row in folded.context["rows"]] == [1]
    assert [side.pk for side in folded.context["rows"][0].sides] == [2]
    assert [row.story.pk for row in client.get(reverse("stories:list"), {"scope": "all", "all": "1"}).context["rows"]] == [2, 1]
    assert [row.story.pk for row in client.get(reverse("stories:list"), {"scope": "all", "q": "Story 2"}).context["rows"]] == [2]


def test_who_may_not_judge_sees_the_matter_without_the_buttons(make: Any, client_as: Callable[[str], Client]) -> None:
    make(1), make(2, matter=1)
    page = client_as("writer").get(reverse("stories:detail", args=[2])).content.decode()
    assert 'id="matter"' in page and "matter/leave" not in page and "matter/join" not in page


def test_the_page_parts_and_joins(make: Any, client_as: Callable[[str], Client]) -> None:
    make(1), make(2, matter=1)
    client = client_as("analyst")
    assert client.post(reverse("stories:matter_leave", args=[2])).status_code == 302
    assert selectors.matter_of(2) == 2
    assert client.post(reverse("stories:matter_leave", args=[2])).status_code == 409
    assert client.post(reverse("stories:matter_join", args=[2]), {"other": "no"}).status_code == 400
    assert client.post(reverse("stories:matter_join", args=[2]), {"other": "1"}).status_code == 302
    assert selectors.matter_of(2) == 1
    assert client_as("writer").post(reverse("stories:matter_join", args=[2]), {"other": "1"}).status_code == 403
