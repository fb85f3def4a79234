"""The mood and the rumour-likeness of a story: counted lazily, shown with their ground, never of one person, never as a verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from huiying.listen.sources.signals import posts_erased
from huiying.listen.stories import selectors
from huiying.listen.stories.digests import moods
from huiying.listen.stories.digests.feelings import Mood, Rumour, mood_course, mood_of_story, rumour_of_story
from huiying.listen.stories.digests.services import digest_make, digests_refresh, stale_stories
from huiying.listen.stories.models import Story, StoryDigest, StoryMood, StoryPost

from .builders import heard, source_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MATTER = "城东自来水发黄水管铁锈"
ANGRY = [
    f"{MATTER}，{end}"
    for end in (
        "气死我了",
        "太坑人了，愤怒",
        "垃圾公司，无耻",
        "真的吗？太可怕了",
        "谣言吧，求证",
        "小心啊大家，扩散",
        "骗子，严惩",
        "讨厌死了",
    )
]
NOON = timezone.now().replace(minute=5, second=0, microsecond=0) - timedelta(hours=6)


def angry(authors: int = 8, at: Any = None) -> list[dict[str, Any]]:
    start = at or NOON
    return [
        {"text": text, "author": f"zq-author-{place % authors}", "at": start + timedelta(minutes=place)} for place, text in enumerate(ANGRY)
    ]


def read(story: Story) -> Story:
    digest_make(story=Story.objects.get(pk=story.pk), now=timezone.now())
    return selectors.story(story.pk)


def mood(story: Story) -> Mood:
    return mood_of_story(read(story)) or pytest.fail("no mood")


def rumour(story: Story) -> Rumour:
    return rumour_of_story(read(story)) or pytest.fail("no rumour-likeness")


def test_a_mood_has_shares_intervals_n_voices_window_and_models() -> None:
    found = mood(heard(angry()))
    positive, negative = found.polarity
    assert positive.percent + negative.percent in (99, 100, 101)
    assert negative.percent > 50
    assert len(found.emotions) == 6
    assert all(row.low <= row.percent <= row.high for row in (*found.polarity, *found.emotions))
    assert (found.n, found.voices) == (8, 8)
    assert found.since <= NOON < found.until
    assert "polarity-zh" in found.version


def test_eight_texts_of_four_authors_are_not_enough() -> None:
    found = mood(heard(angry(authors=4)))
    assert (found.polarity, found.n, found.needed) == ((), 4, 5)


def test_copies_count_once() -> None:
    story = heard([*angry(), *({"text": ANGRY[0], "author": f"copy-{place}", "at": NOON + timedelta(minutes=30)} for place in range(30))])
    assert story.copies == 30
    assert mood(story).n == 8


def test_posts_of_unnamed_authors_are_one_voice_each() -> None:
    assert mood(heard([{**row, "author": None} for row in angry()])).voices == 8


def test_only_authors_of_texts_that_are_read_are_voices() -> None:
    story = heard(angry(authors=4))
    unread = [{"text": f"Грязная вода {'а' * place}", "author": f"zq-unread-{place}", "at": NOON} for place in range(6)]
    heard([{**row, "source": source_of(name="Abroad")} for row in unread])
    StoryPost.objects.exclude(story=story).update(story=story)
    found = mood(story)
    assert (found.polarity, found.n, found.needed) == ((), 4, 5)
    assert StoryMood.objects.aggregate(texts=Sum("texts"), voices=Sum("voices")) == {"texts": 8, "voices": 4}


def test_texts_beyond_what_is_read_in_a_round_give_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moods, "MOOD_TEXTS_MOST", 6)
    assert mood(heard(angry())).voices == 6


def test_counting_twice_changes_nothing_and_new_posts_add_up() -> None:
    story = heard(angry())
    read(story)
    before = list(StoryMood.objects.order_by("start").values())
    read(story)
    assert list(StoryMood.objects.order_by("start").values()) == before
    thanks = ("谢谢抢修师傅", "辛苦了，加油", "感动，真好", "希望早日恢复正常")
    heard([{"text": f"{MATTER}，{end}", "author": end, "at": NOON + timedelta(minutes=20)} for end in thanks])
    assert mood(story).n == 12
    sums = StoryMood.objects.get()
    StoryMood.objects.all().delete()
    read(story)
    again = StoryMood.objects.get()
    assert all(getattr(again, name) == getattr(sums, name) for name in ("texts", "voices", "positive", "angry", "happy", "last_seq"))


def test_what_another_model_counted_is_counted_anew() -> None:
    story = heard(angry())
    read(story)
    StoryMood.objects.update(version="older", positive=10**6)
    read(story)
    assert StoryMood.objects.get().positive < 8_000


def test_a_story_that_took_over_another_is_counted_anew() -> None:
    story = heard(angry())
    read(story)
    former = Story.objects.get(pk=story.pk)
    former.pk, former.merged_into = story.pk + 10_000, story.pk
    former.save(force_insert=True)
    StoryMood.objects.create(story=former, start=NOON, version="x", last_seq=1, voices=9, texts=9, **dict.fromkeys(moods.COUNTED, 0))
    assert mood(story).n == 8
    assert not StoryMood.objects.filter(story=former).exists()


def test_what_is_read_in_a_round_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moods, "MOOD_TEXTS_MOST", 6)
    assert mood(heard(angry())).n == 6


def test_the_course_shows_hours_of_five_texts_and_authors_only() -> None:
    words = ("又黄了，恶心", "洗衣服都不敢", "谁来负责啊", "投诉没人理", "孩子喝了怎么办", "还要等几天", "水费照收，可恶", "失望透顶")
    later = [
        {"text": f"{MATTER}，{end}", "author": f"b{place}", "at": NOON + timedelta(hours=1, minutes=place)}
        for place, end in enumerate(words)
    ]
    story = heard([*angry(), *later[:4]])
    assert mood_course(read(story)) is None
    heard(later[4:])
    course = mood_course(read(story)) or pytest.fail("no course")
    assert len(course.points) == 2
    assert all(0 <= value <= 100 for _at, value in course.points)


def test_an_alarm_with_doubts_is_rumour_like_for_reasons() -> None:
    story = heard([{"text": f"紧急扩散！{MATTER}，有三十多人住院，千万不要喝水，请转发给家人！", "author": "first", "at": NOON}, *angry()])
    found = rumour(story)
    assert found.percent > 50
    assert found.n >= 5
    assert any(part.is_towards and part.words for part in found.parts)


def test_without_posts_after_it_there_is_no_likeness() -> None:
    found = rumour(heard(angry(authors=4)))
    assert found.needed == 5
    assert not found.parts


def test_an_erased_post_takes_words_and_figures_along() -> None:
    story = heard(angry())
    read(story)
    posts_erased.send(sender=None, seqs=[story.medoid_seq], now=timezone.now())
    assert mood_of_story(selectors.story(story.pk)) is None
    assert rumour_of_story(selectors.story(story.pk)) is None


def test_a_story_whose_posts_are_gone_has_neither() -> None:
    story = heard(angry())
    StoryPost.objects.filter(story=story).delete()
    assert digest_make(story=story, now=timezone.now()) is None


def test_a_digest_without_a_mood_is_made_again() -> None:
    story = heard(angry())
    read(story)
    data = StoryDigest.objects.get().data
    StoryDigest.objects.update(data={name: part for name, part in data.items() if name != "mood"})
    assert mood_of_story(selectors.story(story.pk)) is None
    assert [each.pk for each in stale_stories()] == [story.pk]


def test_no_author_is_stored_with_a_mood() -> None:
    read(heard(angry()))
    assert "zq-author" not in str(StoryDigest.objects.get().data)
    assert not [field.name for field in StoryMood._meta.get_fields() if "author" in field.name]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Mood", "95 % interval", "angry", "Rumour-like wording", "says nothing about whether anything is true", "polarity-zh-3")),
        ("zh-hans", ("情绪", "95 % 区间", "愤怒", "用词与谣言的相似度", "不说明任何内容的真假", "polarity-zh-3")),
    ],
)
def test_the_page_shows_both_with_their_ground(client_as: SignIn, language: str, words: tuple[str, ...]) -> None:
    story = heard(angry())
    digests_refresh(now=timezone.now())
    page = client_as("analyst").get(f"/stories/{story.pk}/?lang={language}").content.decode()
    for expected in words:
        assert expected in page, expected
    assert "zq-author" not in page


def test_the_page_says_what_is_missing(client_as: SignIn) -> None:
    story = heard(angry(authors=4))
    digests_refresh(now=timezone.now())
    page = client_as("analyst").get(f"/stories/{story.pk}/").content.decode()
    assert "Not enough evidence yet: 4 texts or authors, 5 are needed." in page
    assert "5 are needed" in page.split("Rumour-like wording")[1]
    assert " 95 % interval" not in page


def test_words_of_posts_are_for_those_who_may_read_posts(client_as: SignIn) -> None:
    story = heard(angry())
    digests_refresh(now=timezone.now())
    page = client_as("auditor").get(f"/stories/{story.pk}/")
    if page.status_code == 200:
        text = page.content.decode()
        assert ("Rumour-like wording" in text) == ("In its own words" in text)


def test_hostile_words_stay_words(client_as: SignIn) -> None:
    story = heard([{**row, "text": f"<script>alert(1)</script>{row['text']}"} for row in angry()])
    digests_refresh(now=timezone.now())
    assert "<script>alert" not in client_as("analyst").get(f"/stories/{story.pk}/").content.decode()


def test_posts_are_found_by_the_mood_of_their_story_never_by_their_own(client_as: SignIn) -> None:
    from huiying.listen.sources.narrowing import choosing

    story = read(heard(angry()))
    shares = story.digest.data["mood"]["shares"]
    moods = choosing("mood") or pytest.fail("no moods to choose")
    found = {value: moods.chosen(value) for value, _words in moods.choices}
    posts = set(StoryPost.objects.filter(story=story).values_list("pk", flat=True))
    assert shares["angry"]["shrunk"] >= 0.25 and found[3] == posts
    assert shares["sad"]["shrunk"] < 0.25 and not found[5]
    assert not found[2]
    client = client_as("analyst")
    assert "n = 0" in client.get("/sources/search/", {"mood": "2"}).content.decode()
    assert "Of the story together, never of one post" in client.get("/sources/search/").content.decode()
    assert client.get("/sources/search/", {"mood": "99"}).status_code == 400
