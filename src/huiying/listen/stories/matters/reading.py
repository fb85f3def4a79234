"""Portraits of stories: made from their texts, kept, and given their meaning when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from huiying.core.analysis.links import ENCODED_MOST, SEARCHED_MOST, TEXTS_MOST, Portrait, bare, portrait_of
from huiying.core.analysis.meaning import Meaning, meaning_of
from huiying.core.formats.folding import as_one

from ..models import Story, StoryPost
from .models import StoryPortrait
from .rules import spread


def portrait_make(story: Story, asked: Iterable[str]) -> StoryPortrait:
    """Read a story and keep its portrait; ``asked`` are names that other stories hold."""
    texts = _texts_of(story)
    found = portrait_of(story.pk, list(texts.values()), asked)
    seqs = list(texts)[:SEARCHED_MOST]
    row = StoryPortrait(
        story=story,
        posts=story.posts,
        is_chinese=found.is_chinese,
        names=dict(found.names),
        places=sorted(found.places),
        seqs=[seqs[place] for place in spread(len(seqs), ENCODED_MOST)],
        meaning=None,
    )
    fields = ["posts", "is_chinese", "names", "places", "seqs", "meaning"]
    StoryPortrait.objects.bulk_create([row], update_conflicts=True, unique_fields=["story"], update_fields=fields)
    return row


def _texts_of(story: Story) -> dict[int, str]:
    """Return texts of a story by number: the most typical one, then texts spread evenly over the newest, each wording once.

    Copies are among them: a text that only names another street is a copy, and the street is what is looked for.
    """
    newest = list(StoryPost.objects.filter(story=story).order_by("-at", "-pk").values_list("pk", flat=True)[:TEXTS_MOST])
    few = [newest[place] for place in spread(len(newest), SEARCHED_MOST)]
    order = list(dict.fromkeys([story.medoid_seq, *few, *newest]))
    texts = _texts(order)
    first = {text: seq for seq, text in reversed(texts.items())}
    return {seq: text for seq, text in texts.items() if first[text] == seq}


def _texts(seqs: Sequence[int]) -> dict[int, str]:
    """Return title and text of posts as one, in the order of their numbers given."""
    rows = StoryPost.objects.filter(pk__in=seqs).values_list("pk", "post__title", "post__text")
    found = {seq: as_one(title, text) for seq, title, text in rows}
    return {seq: found[seq] for seq in seqs if seq in found}


def as_portrait(row: StoryPortrait) -> Portrait:
    """Return a kept portrait as the analysis takes it."""
    return Portrait(row.pk, row.is_chinese, row.names, frozenset(row.places))


class Meanings:
    """What stories mean, read when it is asked for and kept with their portraits."""

    def __init__(self, rows: Mapping[int, StoryPortrait]) -> None:
        self._rows = rows

    def __call__(self, story: int) -> Meaning | None:
        """Return what a story means, None where nobody can read it."""
        row = self._rows[story]
        if row.meaning is None:
            found = meaning_of(bare(list(_texts(row.seqs).values()), row.names))
            row.meaning = b"" if found is None else found.tobytes()
            row.save(update_fields=["meaning"])
        return np.frombuffer(bytes(row.meaning), np.int8) if row.meaning else None
