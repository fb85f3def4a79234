"""One post after the other: is it a copy, does it join a story, or does it found one?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .resources import Resources
from .state import F64, I32, I64, STEPS, State, Story

BUCKET_US = 300_000_000
#: Squared idf is kept as an integer of 1/256.
WEIGHT_STEPS = 256
#: Below this cosine by postings a text is no candidate for a copy; its exact cosine is not computed.
_COPY_SUSPECT = 0.25
#: A text this near to a full story's texts adds nothing to the window; of the others every fourth is kept.
#: Nearest texts whose stories are compared.
_TOP = 10
_FAMILIAR, _KEEP_EVERY = 0.5, 4


@dataclass(frozen=True)
class Post:
    """One post of the tick, its terms with their squared weights and the sum of these."""

    seq: int
    ts: int
    source: int
    media_tier: int
    author: int
    key: int
    is_question: bool
    terms: I32
    weights: I64
    norm: int


@dataclass(frozen=True)
class Match:
    """Where a post belongs: story row, its cosines, and the texts it resembles there."""

    row: int
    score: float
    nearest: float
    nearest_slot: int
    slots: I64
    cosines: F64


def weights_of(state: State, terms: I32) -> I64:
    """Return the squared idf of the terms as integers. Source: Spärck Jones 1972, with a virtual past."""
    idf = np.log((state.resources.prior_posts + state.seen) / (1.0 + state.frequency[terms]))
    idf = np.maximum(idf, 0.05)
    idf[terms >= (1 << state.resources.term_bits)] *= state.resources.tag_weight
    weights: I64 = np.rint(idf * idf * WEIGHT_STEPS).astype(np.int64)
    return weights


def place_post(state: State, post: Post) -> tuple[int, int | None, bool]:
    """Put one post into a story; return the story's row, the seq it copies, and whether its text was new."""
    known = state.keys.get(post.key)
    if known is not None and (row := state.rows.get(known[1])) is not None and not _is_quiet(state, row, post.ts):
        _count(state, row, post, is_copy=True)
        return row, known[0], False
    match = _best(state, post)
    if match is not None and (original := _copied(state, post, match)) is not None:
        row = match.row
        _count(state, row, post, is_copy=True)
        _remember_key(state, post.key, original, row)
        return row, original, False
    if match is not None and match.score >= _join_at(post, state.resources):
        row = match.row
        _count(state, row, post, is_copy=False)
        _join(state, match, post)
    else:
        _make_room(state)
        row = state.open_story(post.seq, post.ts)
        _count(state, row, post, is_copy=False)
        _enter(state, row, post)
        story = _story(state, row)
        story.medoid_seq = post.seq
    _remember_key(state, post.key, post.seq, row)
    return row, None, True


def _join_at(post: Post, resources: Resources) -> float:
    """Return the score a post needs; terms are sorted and hashtags lie above all words."""
    return resources.join_tagged_at if post.terms[-1] >= (1 << resources.term_bits) else resources.join_at


def _story(state: State, row: int) -> Story:
    story = state.stories[row]
    assert story is not None
    return story


def _is_quiet(state: State, row: int, ts: int) -> bool:
    story = _story(state, row)
    return max(ts - story.last, story.first - ts) > state.resources.quiet_us


def _best(state: State, post: Post) -> Match | None:
    """Return the story that fits best, or None when no text of the window is near."""
    dots = state.dots(post.terms, post.weights.astype(np.float64))
    dots *= state.inverse_norm
    norm = math.sqrt(post.norm)
    found = (dots > state.resources.near_at * norm).nonzero()[0]
    if not len(found):
        return None
    cosines = dots[found]
    cosines *= 1.0 / norm
    np.minimum(cosines, 1.0, out=cosines)
    rows = state.story_of[found]
    score, row = _choose(state, rows, cosines, post)
    if score <= 0.0:
        return None
    own = (rows == row).nonzero()[0]
    own_slots, own_cosines = found[own], cosines[own]
    best = int(own_cosines.argmax())
    return Match(row, score, float(own_cosines[best]), int(own_slots[best]), own_slots, own_cosines)


def _choose(state: State, rows: I32, cosines: F64, post: Post) -> tuple[float, int]:
    """Return the best score and its row; of equals, the older story.

    The centroid cosine follows from the mean cosine to the members and the members' mean cosine to each other,
    ``sum / sqrt(m (1 + (m - 1) pair))``, kept as ``inverse_spread``; so it stays right when old members leave the window.
    """
    resources = state.resources
    share = resources.centroid_share
    top = cosines.argpartition(-_TOP)[-_TOP:] if len(rows) > _TOP else slice(None)
    near: dict[int, float] = {}
    for each, cosine in zip(rows[top].tolist(), cosines[top].tolist(), strict=True):
        near[each] = max(cosine, near.get(each, 0.0))
    candidates = []
    for (each, nearest), total in zip(near.items(), state.sums(rows, cosines, list(near)), strict=True):
        story = _story(state, each)
        gap = max(post.ts - story.last, story.first - post.ts, 0)
        if gap <= resources.quiet_us:
            score = share * min(total * state.inverse_spread[each], 1.0) + (1.0 - share) * nearest
            candidates.append((score * 2.0 ** (-gap / resources.half_life_us), -story.id, each))
    score, _older, row = max(candidates, default=(0.0, 0, 0))
    return score, row


def _copied(state: State, post: Post, match: Match) -> int | None:
    """Return the seq of the text the post repeats, by exact cosine or containment."""
    if match.nearest < _COPY_SUSPECT:
        return None
    slot = match.nearest_slot
    terms = state.terms_of[slot]
    if terms is None:
        return None
    places = np.minimum(np.searchsorted(terms, post.terms), len(terms) - 1)
    shared = terms[places] == post.terms
    dot = float(post.weights[shared].sum())
    other = float(state.norm_of[slot])
    if dot / np.sqrt(post.norm * other) >= state.resources.copy_at:
        return int(state.seq_of[slot])
    shorter = min(len(terms), len(post.terms))
    if shorter >= state.resources.contained_terms and dot / min(post.norm, other) >= state.resources.contained_at:
        return int(state.seq_of[slot])
    return None


def _join(state: State, match: Match, post: Post) -> None:
    """Add a new text to its story: support of the texts it resembles, title text, and the window."""
    row, story = match.row, _story(state, match.row)
    steps = np.rint(match.cosines * STEPS).astype(np.int64)
    state.support[match.slots] += steps
    state.pair_sum[row] += int(steps.sum())
    state.pair_count[row] += int(state.members[row])
    state.spread(row)
    supports = state.support[match.slots]
    best = int(supports.argmax())
    if supports[best] * 4 > story.medoid_support * 5 or int(state.seq_of[match.slots[best]]) == story.medoid_seq:
        story.medoid_seq, story.medoid_support = int(state.seq_of[match.slots[best]]), int(supports[best])
    is_full = state.members[row] >= state.resources.story_posts_max
    if is_full and (match.nearest >= _FAMILIAR or (story.posts - story.copies) % _KEEP_EVERY):
        return
    _make_room(state, keep=row)
    _enter(state, row, post)


def _make_room(state: State, keep: int | None = None) -> None:
    """Free the slot at the head of the ring; the story ``keep`` survives the loss of its last text."""
    if keep is not None:
        state.members[keep] += 1
    state.evict(state.head)
    if keep is not None:
        state.members[keep] -= 1


def _enter(state: State, row: int, post: Post) -> None:
    slot = state.head
    state.head = (slot + 1) % state.size
    state.seq_of[slot] = post.seq
    state.story_of[slot] = row
    state.norm_of[slot] = post.norm
    state.inverse_norm[slot] = 1.0 / np.sqrt(float(post.norm))
    state.support[slot] = 0
    state.members[row] += 1
    state.spread(row)
    state.index(slot, post.terms)


def _remember_key(state: State, key: int, seq: int, row: int) -> None:
    state.keys.pop(key, None)
    state.keys[key] = (seq, _story(state, row).id)
    if len(state.keys) > state.resources.keys_max:
        del state.keys[next(iter(state.keys))]


def _count(state: State, row: int, post: Post, *, is_copy: bool) -> None:
    """Add a post to its story's totals and to its 5-minute bucket."""
    story = _story(state, row)
    story.posts += 1
    story.copies += is_copy
    story.questions += post.is_question
    story.media_tier_max = max(story.media_tier_max, post.media_tier)
    story.sources.add(post.source)
    story.first = min(story.first, post.ts)
    story.last = max(story.last, post.ts)
    bucket = story.buckets.setdefault(post.ts - post.ts % BUCKET_US, [0, 0, 0])
    bucket[0] += 1
    bucket[1] += post.is_question
    bucket[2] += _count_author(story, post.author, state.resources.authors_exact)


def _count_author(story: Story, author: int, exact: int) -> int:
    """Count an author once; return how many authors this one stands for. Source: Flajolet 1990, adaptive sampling."""
    is_sampled = author != 0 and (story.level == 0 or not author >> (64 - story.level))
    if not is_sampled or author in story.authors:
        return 0
    story.authors.add(author)
    weight = 1 << story.level
    story.author_count += weight
    while len(story.authors) > exact:
        story.level += 1
        story.authors = {each for each in story.authors if not each >> (64 - story.level)}
    return weight
