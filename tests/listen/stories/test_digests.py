"""What the public of a story asks and says: read by a job, shown on the pages, forgotten with the posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiying.base.jobs.registry import timed_handlers
from huiying.listen.sources.signals import posts_erased
from huiying.listen.stories import selectors
from huiying.listen.stories.digests.rules import is_stale
from huiying.listen.stories.digests.selectors import said_of
from huiying.listen.stories.digests.services import digests_refresh, sayings_of, stale_stories
from huiying.listen.stories.models import Story, StoryDigest

from .builders import heard, model

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MATTER = "城东自来水发黄水管铁锈"
ASKED = [
    f"{MATTER}，到底什么时候恢复供水？",
    f"{MATTER}，几点能来水？",
    f"{MATTER}，水什么时候来啊？",
    f"{MATTER}，何时恢复供水？",
    f"{MATTER}，还要停多久才能通水？",
    f"{MATTER}，什么时候才能恢复供水啊？",
]
SAID = [
    f"{MATTER}，听说有三十多人住院了。",
    f"{MATTER}，自来水公司说是城东医院附近的管道破裂。",
    f"{MATTER}，城东医院门口排起了长队。",
    f"{MATTER}，请公布水质检测结果！",
    f"{MATTER}，这不是坑人吗？",
    f"{MATTER}，城东医院收了好几个拉肚子的孩子。",
]


def public() -> Story:
    return heard([{"text": text, "author": f"a{place}"} for place, text in enumerate(ASKED + SAID)])


def read(story: Story) -> Any:
    digests_refresh(now=timezone.now())
    said = said_of(selectors.story(story.pk))
    assert said is not None
    return said


def test_a_question_in_many_wordings_is_one_question_of_six_authors() -> None:
    said = read(public())
    first = said.asked[0]
    assert (first.wordings, first.authors, first.posts) == (5, 6, 6)  # the last is an edited copy of the first
    assert "水" in first.text and not first.is_demand


def test_demands_reproaches_claims_and_names_are_told_apart() -> None:
    said = read(public())
    assert any(row.is_demand and "公布" in row.text for row in said.asked)
    assert said.rhetorical == 1
    assert any("住院" in row.text for row in said.claims)
    assert "城东医院" in [row.text for row in said.organisations]


def test_no_figure_rests_on_fewer_than_five_authors() -> None:
    said = read(public())
    demand = next(row for row in said.asked if row.is_demand)
    assert (demand.posts, demand.authors) == (None, None)
    assert next(row for row in said.organisations if row.text == "城东医院").posts is None


def test_one_author_who_asks_again_and_again_is_shown_as_fewer_than_five() -> None:
    said = read(heard([{"text": text, "author": "flood"} for text in (ASKED + SAID) * 3]))
    assert said.asked[0].wordings > 1
    assert {(row.posts, row.authors) for row in said.asked} == {(None, None)}


def test_copies_count_for_the_question_they_repeat() -> None:
    rows = [{"text": text, "author": f"a{place}"} for place, text in enumerate(ASKED[:2] + SAID[:4])]
    rows += [{"text": ASKED[0], "author": f"b{place}"} for place in range(9)]
    story = heard(rows)
    assert story.copies >= 9
    assert read(story).asked[0].authors >= 10


def test_a_wave_of_pasted_text_is_said_of_the_matter_without_a_name() -> None:
    rows = [{"text": ASKED[0], "author": f"zq-pasted-{place}"} for place in range(30)]
    rows += [{"text": text, "author": f"a{place}"} for place, text in enumerate(SAID)]
    story = heard(rows)
    wave = read(story).waves[0]
    assert (wave.posts, wave.of, wave.percent) == (30, 36, 83)
    assert "zq-pasted" not in str(StoryDigest.objects.get().data)


def test_a_story_of_four_posts_is_left_to_people() -> None:
    heard([{"text": text, "author": f"a{place}"} for place, text in enumerate(ASKED[:4])])
    assert digests_refresh(now=timezone.now()) == 0


def test_a_story_is_read_again_when_it_grew_and_not_before() -> None:
    story = public()
    assert [each.pk for each in stale_stories()] == [story.pk]
    read(story)
    assert stale_stories() == []
    heard([{"text": f"{MATTER}，{number}号楼也停水了怎么办？", "author": f"c{number}"} for number in range(4)])
    assert [each.pk for each in stale_stories()] == [story.pk]


def test_a_digest_of_another_format_is_made_again() -> None:
    read(public())
    StoryDigest.objects.update(data={"format": 0})
    assert len(stale_stories()) == 1
    assert said_of(stale_stories()[0]) is None


def test_growth_below_a_tenth_waits() -> None:
    assert not is_stale(109, 100, same_format=True)
    assert is_stale(111, 100, same_format=True)


def test_what_is_read_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from huiying.listen.stories.digests import services

    monkeypatch.setattr(services, "TEXTS_MOST", 5)
    monkeypatch.setattr(services, "COPIES_MOST", 3)
    rows = [{"text": text, "author": f"a{place}"} for place, text in enumerate(ASKED + SAID)]
    story = heard(rows + [{"text": ASKED[0], "author": f"b{place}"} for place in range(9)])
    sayings = sayings_of(story)
    assert sum(each.copy_of is None for each in sayings) <= 7
    assert sum(each.copy_of is not None for each in sayings) == 3


def test_a_digest_goes_with_the_posts_it_quotes() -> None:
    story = public()
    read(story)
    posts_erased.send(sender=None, seqs=[story.medoid_seq], now=timezone.now())
    assert not StoryDigest.objects.exists()


def test_posts_erased_while_they_were_read_leave_no_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    story = public()
    sayings = sayings_of(story)
    model("sources", "Post").filter(pk=sayings[0].seq).update(title="", text="")
    from huiying.listen.stories.digests import services

    monkeypatch.setattr(services, "sayings_of", lambda story: sayings)
    assert services.digest_make(story=story, now=timezone.now()) is None
    assert not StoryDigest.objects.exists()


def test_the_worker_reads_digests_by_the_clock() -> None:
    story = public()
    handler = next(each for each in timed_handlers() if each.name == "stories.read_digests")
    assert not handler.atomic
    handler.run({}, timezone.now())
    assert StoryDigest.objects.get().story_id == story.pk


def test_the_story_page_shows_questions_with_figures_and_links_to_posts(client_as: SignIn) -> None:
    story = public()
    read(story)
    page = client_as("analyst").get(f"/stories/{story.pk}/").content.decode()
    for expected in (
        "What the public asks",
        "5 wordings",
        "Claims worth checking",
        "In its own words",
        "城东医院",
        "fewer than 5",
        "/sources/posts/",
    ):
        assert expected in page, expected


def test_the_story_page_says_when_nothing_is_read_yet(client_as: SignIn) -> None:
    story = public()
    page = client_as("analyst").get(f"/stories/{story.pk}/").content.decode()
    assert "are read within a minute or two" in page


def test_the_same_page_in_chinese(client_as: SignIn) -> None:
    story = public()
    read(story)
    page = client_as("analyst").get(f"/stories/{story.pk}/?lang=zh-hans").content.decode()
    for expected in ("公众在问什么", "值得核实的说法", "不足 5 人"):
        assert expected in page, expected


def test_hostile_words_stay_words(client_as: SignIn) -> None:
    story = heard(
        [{"text": f"{MATTER}<script>alert(1)</script>{text[-9:]}{place}", "author": f"a{place}"} for place, text in enumerate(ASKED)]
    )
    read(story)
    assert "<script>alert" not in client_as("analyst").get(f"/stories/{story.pk}/").content.decode()


def test_a_digest_costs_the_page_no_query(client_as: SignIn, django_assert_num_queries: Any) -> None:
    story = public()
    client, address = client_as("analyst"), f"/stories/{story.pk}/"
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    read(story)
    with django_assert_num_queries(len(before)):
        client.get(address)


def test_old_stories_leave_room_for_the_latest() -> None:
    story = public()
    Story.objects.filter(pk=story.pk).update(last_at=timezone.now() - timedelta(days=30))
    assert [each.pk for each in stale_stories()] == [story.pk]
