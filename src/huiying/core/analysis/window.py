"""The arrays the loops work on: texts of the window, open stories, postings, match keys, and scratch space.

Figures that are read together lie together: one row a text, a story or a term, its columns named below.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .resources import Resources

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
I32 = npt.NDArray[np.int32]
U32 = npt.NDArray[np.uint32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
F64 = npt.NDArray[np.float64]

#: ``Window.counters``: texts learnt, next slot of the text ring, next row of the story hand, texts since the last sweep.
SEEN, HEAD, HAND, UNSWEPT = range(4)
#: ``Window.text``; ``Window.text_story`` names each text's story by row and, above it, generation of the row.
T_SEQ, T_NORM, T_SUPPORT, T_COUNT = range(4)
#: ``Window.story``; ``Window.home`` holds the row of each story, or of the one it was merged into, and above it its generation.
(S_ID, S_OPEN, S_FRESH, S_FIRST, S_LAST, S_POSTS, S_TEXTS, S_NORM, S_FOUNDER, S_MEDOID, S_SUPPORT, S_ALIASES, S_TAGGED) = range(13)
#: ``Window.tally``: document frequency, texts ever put into the ring, texts still in it, stories ever put into the ring.
N_TEXTS, N_NEXT, N_LENGTH, N_STORIES = range(4)
#: Match keys that share a bucket; the one used longest ago leaves. ``Window.known`` holds seq and story of each.
WAYS = 4
EVIDENCE_SIZE = 13
#: Texts whose terms stand for their story when it is compared with others.
SAMPLE = 16
#: Merges that one post may cause: of a lone story, and of a grown one.
_MERGES_A_POST = 5


class Window(NamedTuple):
    """Everything the loops read and write; from ``dots`` on it is scratch space, zero between two posts."""

    counters: I64
    text: I64
    text_story: U32
    inverse: F64
    text_terms: I32
    story: I64
    home: U32
    story_inverse: F64
    tally: I64
    text_ring: U16
    story_ring: U32
    story_count: U16
    keys: U64
    known: I64
    dots: I32
    slots: I32
    cosines: F64
    sums: I64
    tags: I32
    rows: I32
    near: F64
    weights: I64
    evidence: F64
    core: I32
    core_weights: I64
    times: I32


class Outcome(NamedTuple):
    """What became of each post of a tick: ``posts`` holds story id, story name, copied seq or -1, whether it is a variant.

    ``merges`` holds from, into, seq of the text looked at, verdict, name of the survivor, whether a grown story was compared;
    ``ends`` counts merges and closed stories.
    """

    posts: I64
    merges: I64
    closed: I64
    ends: I64
    trace: F64


class Rules(NamedTuple):
    """What the loops need of the resources, as numbers and tables."""

    quiet: int
    half_life: int
    share: float
    copy_at: float
    copy_short_at: float
    copy_terms: int
    contained_at: float
    contained_terms: int
    tag_base: int
    tag_weight: int
    prior: int
    merge_at: int
    look_after: int
    look_texts: int
    join_at: float
    learn_texts: int
    join_sure_at: float
    join_large_texts: int
    weight_at: I64
    logarithm: I64
    decay: F64
    gate: F64


def new_window(resources: Resources) -> Window:
    """Return an empty window."""
    size, rows, terms = resources.window_posts, resources.stories_max, resources.terms
    if max(size, rows) > 1 << 16:
        raise ValueError("window_posts and stories_max must be at most 65536: they are named by 16 bits.")
    if any(value.bit_count() != 1 for value in (resources.postings_max, resources.story_postings_max, resources.keys_max)):
        raise ValueError("postings_max, story_postings_max and keys_max must be powers of two.")
    buckets = max(resources.keys_max // WAYS, 1)
    return Window(
        counters=np.zeros(4, np.int64),
        text=np.zeros((size, 4), np.int64),
        text_story=np.zeros(size, np.uint32),
        inverse=np.zeros(size),
        text_terms=np.zeros((size, resources.terms_max), np.int32),
        story=np.zeros((rows, 13), np.int64),
        home=np.arange(rows, dtype=np.uint32) | np.uint32(1 << 16),
        story_inverse=np.zeros(rows),
        tally=np.zeros((terms, 4), np.int64),
        text_ring=np.zeros((terms, resources.postings_max), np.uint16),
        story_ring=np.zeros((terms, resources.story_postings_max), np.uint32),
        story_count=np.zeros((terms, resources.story_postings_max), np.uint16),
        keys=np.zeros((buckets, WAYS), np.uint64),
        known=np.zeros((buckets, 2 * WAYS), np.int64),
        dots=np.zeros(size, np.int32),
        slots=np.zeros(size, np.int32),
        cosines=np.zeros(size),
        sums=np.zeros(rows, np.int64),
        tags=np.zeros(rows, np.int32),
        rows=np.zeros(rows, np.int32),
        near=np.zeros((rows, 2)),
        weights=np.zeros(resources.terms_max, np.int64),
        evidence=np.zeros(EVIDENCE_SIZE),
        core=np.zeros(SAMPLE * resources.terms_max, np.int32),
        core_weights=np.zeros(SAMPLE * resources.terms_max, np.int64),
        times=np.zeros(terms, np.int32),
    )


def new_outcome(posts: int, *, has_trace: bool = False) -> Outcome:
    """Return room for what becomes of so many posts."""
    return Outcome(
        posts=np.zeros((posts, 4), np.int64),
        merges=np.zeros((_MERGES_A_POST * posts + 1, 6), np.int64),
        closed=np.zeros(posts + 1, np.int64),
        ends=np.zeros(2, np.int64),
        trace=np.zeros((posts if has_trace else 0, EVIDENCE_SIZE + 2)),
    )
