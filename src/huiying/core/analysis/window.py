"""The arrays the loops work on: texts of the window, open stories, postings, match keys, and scratch space."""

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

#: Match keys that share a bucket; the one used longest ago leaves.
WAYS = 4
#: Places in ``Window.counters``.
SEEN, HEAD, ROW_HEAD = 0, 1, 2


class Texts(NamedTuple):
    """The newest texts in a ring, oldest out first. ``story`` names row and generation of the story a text is in."""

    seq: I64
    story: U32
    norm: I64
    inverse: F64
    support: I64
    count: I32
    terms: I32


class Stories(NamedTuple):
    """One row a story. ``root`` is the row itself, or the story it was merged into; a new tenant has a new ``generation``."""

    id: I64
    generation: U32
    is_open: U8
    is_fresh: U8
    root: I32
    first: I64
    last: I64
    posts: I64
    texts: I64
    norm: I64
    founder: I64
    medoid: I64
    medoid_support: I64
    aliases: I64


class Index(NamedTuple):
    """For each term its document frequency, a ring of its newest texts and a ring of its newest stories with their counts."""

    frequency: I64
    texts: U16
    texts_next: I64
    texts_length: I64
    stories: U32
    counts: U16
    stories_next: I64


class Keys(NamedTuple):
    """Match keys of known texts, the first post of each and its story; the most recently used first."""

    key: U64
    seq: I64
    story: U32


class Scratch(NamedTuple):
    """Zero between two posts, except the lists."""

    dots: I64
    slots: I32
    sums: I64
    rows: I32
    near: F64
    second: F64
    tags: I32
    weights: I64
    evidence: F64


class Outcome(NamedTuple):
    """What became of each post of a tick. ``merges``: from, into, seq of the text looked at, verdict; ``ends`` counts merges and closed."""

    story: I64
    name: U32
    copy_of: I64
    is_variant: U8
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
    contained_at: float
    contained_terms: int
    tag_base: int
    tag_weight: int
    weight_at: I64
    logarithm: I64
    decay: F64
    prior: int
    gate_feature: I32
    gate_threshold: F64
    gate_next: I32
    gate_value: I64
    join_at: int
    merge_at: int
    looks: I64
    look_texts: int


class Window(NamedTuple):
    """Everything the loops read and write."""

    counters: I64
    texts: Texts
    stories: Stories
    index: Index
    keys: Keys
    scratch: Scratch


def new_window(resources: Resources) -> Window:
    """Return an empty window."""
    size, rows, terms = resources.window_posts, resources.stories_max, resources.terms
    if max(size, rows) > 1 << 16:
        raise ValueError("window_posts and stories_max must be at most 65536: they are named by 16 bits.")
    if any(value.bit_count() != 1 for value in (resources.postings_max, resources.story_postings_max, resources.keys_max)):
        raise ValueError("postings_max, story_postings_max and keys_max must be powers of two.")
    i64, buckets = np.int64, max(resources.keys_max // WAYS, 1)
    texts = Texts(
        *(np.zeros(size, kind) for kind in (i64, np.uint32, i64, np.float64, i64, np.int32)), np.zeros((size, resources.terms_max), np.int32)
    )
    stories = Stories(
        np.zeros(rows, i64),
        np.ones(rows, np.uint32),
        np.zeros(rows, np.uint8),
        np.zeros(rows, np.uint8),
        np.arange(rows, dtype=np.int32),
        *(np.zeros(rows, i64) for _ in range(9)),
    )
    index = Index(
        np.zeros(terms, i64),
        np.zeros((terms, resources.postings_max), np.uint16),
        np.zeros(terms, i64),
        np.zeros(terms, i64),
        np.zeros((terms, resources.story_postings_max), np.uint32),
        np.zeros((terms, resources.story_postings_max), np.uint16),
        np.zeros(terms, i64),
    )
    keys = Keys(np.zeros((buckets, WAYS), np.uint64), np.zeros((buckets, WAYS), i64), np.zeros((buckets, WAYS), np.uint32))
    scratch = Scratch(
        np.zeros(size, i64),
        np.zeros(size, np.int32),
        np.zeros(rows, i64),
        np.zeros(rows, np.int32),
        np.zeros(rows),
        np.zeros(rows),
        np.zeros(rows, np.int32),
        np.zeros(resources.terms_max, i64),
        np.zeros(13),
    )
    return Window(np.zeros(4, i64), texts, stories, index, keys, scratch)
