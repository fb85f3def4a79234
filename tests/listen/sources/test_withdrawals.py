"""What a source deletes goes here too: single items, and all that a deleted account wrote there."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from huiying.base.audit.rules import SYSTEM
from huiying.core.collectors.records import Record
from huiying.listen.sources.services.withdrawals import accounts_withdraw, items_withdraw

if TYPE_CHECKING:
    from huiying.listen.sources.models import Source


def take(source: Source, now: datetime, **texts: str) -> None:
    """Take in one post an author."""
    from huiying.listen.sources.services import intake

    intake(source=source, records=[Record(f"{name}1", now, "", text, author_handle=name) for name, text in texts.items()], now=now)


def left() -> set[str]:
    """Return what is still said."""
    from huiying.listen.sources.models import Post

    return set(Post.objects.filter(erased_at=None).values_list("text", flat=True))


def test_what_a_deleted_account_wrote_goes_from_its_source_alone(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.models import Post, Source
    from huiying.listen.sources.selectors import search_posts

    other = Source.objects.create(name="Other", connector="feed", channel=feed.channel, created_at=now)
    take(feed, now, anna="停水一", ben="停水二")
    take(other, now, anna="停水三")
    assert accounts_withdraw(source_id=feed.pk, handles=["anna", "nobody"], now=now) == 1
    assert left() == {"停水二", "停水三"} == {post.text for post in search_posts("停水")}
    assert Post.objects.get(erased_at__isnull=False).author is None
    assert accounts_withdraw(source_id=feed.pk, handles=["anna"], now=now) == 0


def test_what_is_held_as_evidence_stays(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.models import EvidenceHold, HeldPost, Post
    from huiying.listen.sources.rules.archive import HoldState

    take(feed, now, anna="停水一")
    hold = EvidenceHold.objects.create(subject_kind="incident", subject_id=1, reason="Court", state=HoldState.HELD, asked_at=now, posts=1)
    HeldPost.objects.create(hold=hold, seq=Post.objects.get().seq)
    assert (
        accounts_withdraw(source_id=feed.pk, handles=["anna"], now=now)
        == items_withdraw(source_id=feed.pk, item_ids=["anna1"], now=now)
        == 0
    )
    assert left() == {"停水一"}


def test_held_back_records_of_a_deleted_account_lose_their_words(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.models import Quarantine
    from huiying.listen.sources.services import intake

    far = now + timedelta(days=400)
    intake(
        source=feed,
        records=[Record("1", far, "", "未来", author_handle="anna"), Record("2", far, "", "未来二", author_handle="ben")],
        now=now,
    )
    accounts_withdraw(source_id=feed.pk, handles=["anna"], now=now)
    assert sorted((row.state, row.record is None) for row in Quarantine.objects.all()) == [("discarded", True), ("held", False)]


@pytest.mark.parametrize(
    ("heard", "least", "most"),
    [
        ({"least_pause": 9000}, 60, 60),
        ({"demanded_pause": 9000}, 9000, 9000),
        ({"more": True}, 5, 5),
        ({"more": True, "demanded_pause": 45}, 45, 45),
        ({"more": True, "least_pause": 9000}, 5, 5),
    ],
)
def test_what_is_demanded_is_honoured_and_nothing_hammers(
    feed: Source, now: datetime, heard: dict[str, Any], least: float, most: float
) -> None:
    from huiying.listen.sources.services import Heard, poll_succeeded

    source = poll_succeeded(source_id=feed.pk, now=now, cursor={}, heard=Heard(**heard), rng=Random(1))
    assert source.next_poll_at is not None and least <= (source.next_poll_at - now).total_seconds() <= most


def test_the_canarys_channel_belongs_to_the_canary(db: None, now: datetime) -> None:
    from huiying.base.ui.errors import BadInput
    from huiying.listen.sources.services import source_add

    with pytest.raises(BadInput, match="canary"):
        source_add(actor=SYSTEM, now=now, name="Bird", url="https://forum.example/rss", channel="canary")


def test_the_canary_is_in_no_list_sample_or_count(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.rules.calibration import week_of
    from huiying.listen.sources.selectors import coverage, latest_posts, legal_rows, posts_taken_in, search_sources
    from huiying.listen.sources.services.calibration import round_open
    from huiying.listen.stories.models import Story
    from huiying.listen.stories.services import apply_next_tick

    bird = Source.objects.create(name="canary", connector="canary", channel="canary", created_at=now)
    take(bird, now, bird="canary0123")
    take(feed, now, anna="停水一")
    while apply_next_tick(stream="live", now=now):
        pass
    assert [post.text for post in latest_posts()] == ["停水一"]
    assert [source.name for source in search_sources()] == [feed.name] == [row.source.name for row in legal_rows()]
    assert posts_taken_in(since=now - timedelta(hours=1), until=now, exercise=False) == 1
    assert "canary" not in coverage(now).channels
    assert not Story.objects.filter(title__contains="canary").exists()
    opened = round_open(now=now + timedelta(days=7 + 7 - week_of(now.date()).weekday()))
    assert opened is None or {item.source_id for item in opened.items.all()} <= {feed.pk}
