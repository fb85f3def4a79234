"""Every sample of the corpus reads as a careful reader would read it."""

from __future__ import annotations

import pytest
from tests.core.collectors.feed.corpus import corpus
from tests.core.collectors.feed.samples.model import ANY, NOW, URL, Held, Sample, Want

from huiying.core.collectors.feed import feed_of
from huiying.core.collectors.records import BadFeed, Record, Unreadable

SAMPLES = corpus()


def test_there_are_at_least_three_hundred_with_names_of_their_own() -> None:
    assert len(SAMPLES) >= 300
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_it_reads_as_a_careful_reader_would(sample: Sample) -> None:
    if sample.refused:
        with pytest.raises(BadFeed) as refused:
            feed_of(sample.body, content_type=sample.content_type, now=NOW, url=URL)
        assert refused.value.code == sample.refused
        return
    feed = feed_of(sample.body, content_type=sample.content_type, now=NOW, url=URL)
    assert [_read_as(item, want) for item, want in zip(feed.items, sample.wants, strict=False)] == list(sample.wants)
    assert len(feed.items) == len(sample.wants)
    assert tuple(feed.deleted) == sample.deleted


def _read_as(item: Record | Unreadable, want: Want | Held) -> Want | Held:
    """Return what was read, as far as the sample is about it."""
    if isinstance(item, Unreadable):
        return Held(want.reason if isinstance(want, Held) and want.reason in item.reason else item.reason)
    media, tags = item.extra.get("media", ()), item.extra.get("tags", ())
    read = Want(
        item.title,
        item.text,
        item.item_id,
        item.url,
        item.published_at,
        item.author_handle,
        item.language,
        tuple(tags),  # type: ignore[arg-type]  # a list of texts
        tuple(media),  # type: ignore[arg-type]  # a list of texts
    )
    if isinstance(want, Held):
        return read
    return Want(*[ANY if wanted == ANY else found for wanted, found in zip(_fields(want), _fields(read), strict=True)])  # type: ignore[arg-type]  # fields of a Want


def _fields(want: Want) -> list[object]:
    return [want.title, want.text, want.id, want.url, want.at, want.author, want.language, want.tags, want.media]
