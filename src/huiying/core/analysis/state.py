"""What the fold remembers between two ticks, and its bytes (packed arrays with a format version)."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .resources import Resources

MAGIC, VERSION = b"HYST", 1
#: Cosines are summed as integers of this many steps, so that sums do not depend on their order.
STEPS = 1_000_000
_HEAD = struct.Struct("<4sHI")

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

#: The most postings one post can meet: terms x postings a term.
_COUNT = np.arange(1 << 17)


class BadState(ValueError):
    """The bytes are no state of this version and these resources: fold again from the log."""


@dataclass
class Story:
    """The totals of one open story. ``authors`` holds a sample of author hashes: all of them while ``level`` is 0."""

    id: int
    first: int
    last: int
    posts: int = 0
    copies: int = 0
    questions: int = 0
    media_tier_max: int = 0
    author_count: int = 0
    level: int = 0
    medoid_seq: int = 0
    medoid_support: int = 0
    authors: set[int] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)
    buckets: dict[int, list[int]] = field(default_factory=dict)

    def totals(self) -> tuple[int, ...]:
        """Return the figures of the ``STORIES`` batch after its id."""
        counts = (self.posts, self.copies, self.author_count, len(self.sources), self.questions)
        return (self.first, self.last, *counts, self.media_tier_max, self.medoid_seq)


class State:
    """The window of texts with their postings, the open stories, match keys and document frequencies.

    Slots of the window are filled in a ring, oldest out first; ``story_of`` maps a slot to a row of the story arrays.
    """

    def __init__(self, resources: Resources) -> None:
        """Start with an empty window."""
        if resources.window_posts > 65_535:
            raise ValueError("window_posts must be at most 65535: slots are 16-bit.")
        if resources.postings_max.bit_count() != 1 or resources.terms_max * resources.postings_max > len(_COUNT):
            raise ValueError(f"postings_max must be a power of two, and terms_max times it at most {len(_COUNT)}.")
        size = self.size = resources.window_posts
        self.resources = resources
        self.tick = -1
        self.seen = 0
        self.head = 0
        self.frequency: I64 = np.zeros(resources.terms, np.int64)
        self.seq_of: I64 = np.zeros(size + 1, np.int64)
        self.story_of: I32 = np.full(size + 1, size, np.int32)
        self.norm_of: I64 = np.zeros(size + 1, np.int64)
        self.inverse_norm: F64 = np.zeros(size + 1)
        self.support: I64 = np.zeros(size + 1, np.int64)
        self.terms_of: list[I32 | None] = [None] * size
        self.postings: npt.NDArray[np.uint16] = np.zeros(resources.terms * resources.postings_max, np.uint16)
        self.next_posting: I64 = np.zeros(resources.terms, np.int64)
        self.length: I64 = np.zeros(resources.terms, np.int64)
        self.stories: list[Story | None] = [None] * (size + 1)
        self.rows: dict[int, int] = {}
        self.free: list[int] = list(range(size - 1, -1, -1))
        self.members: I64 = np.zeros(size + 1, np.int64)
        self.pair_sum: I64 = np.zeros(size + 1, np.int64)
        self.pair_count: I64 = np.zeros(size + 1, np.int64)
        self.inverse_spread: list[float] = [0.0] * (size + 1)
        self._dots: F64 = np.zeros(size + 1)
        self._sums: F64 = np.zeros(size + 1)
        self.keys: dict[int, tuple[int, int]] = {}

    def evict(self, slot: int) -> None:
        """Forget the text in a slot, and its story with its last text."""
        terms = self.terms_of[slot]
        if terms is None:
            return
        oldest = self.postings[self._places(terms, self.next_posting[terms] - self.length[terms])]
        self.length[terms[(oldest == slot) & (self.length[terms] > 0)]] -= 1
        self.terms_of[slot] = None
        row = int(self.story_of[slot])
        self.story_of[slot] = self.size
        self.inverse_norm[slot] = 0.0
        self.members[row] -= 1
        if self.members[row] == 0:
            story = self.stories[row]
            assert story is not None
            del self.rows[story.id]
            self.stories[row] = None
            self.free.append(row)
        else:
            self.spread(row)

    def spread(self, row: int) -> None:
        """Bring the length of a story's centroid up to date: 1 / sqrt(m (1 + (m - 1) mean pair cosine))."""
        members = int(self.members[row])
        pair = int(self.pair_sum[row]) / (max(int(self.pair_count[row]), 1) * STEPS)
        self.inverse_spread[row] = 1.0 / math.sqrt(max(members, 1) * (1.0 + max(members - 1, 0) * pair))

    def _places(self, terms: I32, positions: I64) -> I64:
        """Return where in the postings the ring positions of these terms lie."""
        cap = self.resources.postings_max
        return terms.astype(np.int64) * cap + (positions & (cap - 1))

    def index(self, slot: int, terms: I32) -> None:
        """Enter a text's terms into the postings; each term keeps a ring of its newest ``postings_max`` texts."""
        following = self.next_posting[terms]
        self.postings[self._places(terms, following)] = slot
        self.next_posting[terms] = following + 1
        self.length[terms] = np.minimum(self.length[terms] + 1, self.resources.postings_max)
        self.terms_of[slot] = terms

    def dots(self, terms: I32, weights: F64) -> F64:
        """Return the sum of the shared weights with the text in each slot; valid until the next call."""
        lengths = self.length[terms]
        ends = lengths.cumsum()
        begins = self.next_posting[terms] - ends
        positions = _COUNT[: int(ends[-1])] + begins.repeat(lengths)
        slots = self.postings[self._places(terms.repeat(lengths), positions)]
        self._dots.fill(0.0)
        np.add.at(self._dots, slots.astype(np.intp), weights.repeat(lengths))
        return self._dots

    def sums(self, rows: I32, cosines: F64, wanted: list[int]) -> list[float]:
        """Return the summed cosines of the wanted stories; the buffer is kept, a fresh one costs more than the sum."""
        np.add.at(self._sums, rows, cosines)
        found: list[float] = self._sums[wanted].tolist()
        self._sums[rows] = 0.0
        return found

    def open_story(self, id: int, ts: int) -> int:
        """Take a free row for a new story and return it."""
        row = self.free.pop()
        self.stories[row] = Story(id, ts, ts)
        self.rows[id] = row
        self.members[row] = self.pair_sum[row] = self.pair_count[row] = 0
        return row

    def to_bytes(self) -> bytes:
        """Return the state as bytes; equal states give equal bytes."""
        order = [(self.head + i) % self.size for i in range(self.size)]
        slots = np.array([slot for slot in order if self.terms_of[slot] is not None], np.int32)
        terms = [self.terms_of[slot] for slot in slots.tolist()]
        stories = [story for _id, row in sorted(self.rows.items()) if (story := self.stories[row]) is not None]
        rows = np.array([self.rows[story.id] for story in stories], np.int64)
        ids = np.array([story.id for story in stories], np.int64)
        place = np.zeros(self.size + 1, np.int64)
        place[rows] = np.arange(len(rows))
        used = np.flatnonzero(self.frequency)
        buckets = [(i, start, *values) for i, story in enumerate(stories) for start, values in sorted(story.buckets.items())]
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "slots": slots,
            "seq": self.seq_of[slots],
            "norm": self.norm_of[slots],
            "support": self.support[slots],
            "story": place[self.story_of[slots]].astype(np.int32),
            "term_counts": np.array([len(t) for t in terms if t is not None], np.int32),
            "terms": np.concatenate([t for t in terms if t is not None]).astype(np.int32) if terms else np.zeros(0, np.int32),
            "frequency_at": used.astype(np.int32),
            "frequency": self.frequency[used].astype(np.int32),
            "ids": ids,
            "figures": np.array([_figures(story) for story in stories], np.int64).reshape(len(stories), 10),
            "pairs": np.stack([self.members[rows], self.pair_sum[rows], self.pair_count[rows]], axis=1),
            "author_counts": np.array([len(story.authors) for story in stories], np.int32),
            "authors": np.array([a for story in stories for a in sorted(story.authors)], np.uint64),
            "source_counts": np.array([len(story.sources) for story in stories], np.int32),
            "sources": np.array([s for story in stories for s in sorted(story.sources)], np.int64),
            "buckets": np.array(buckets, np.int64).reshape(len(buckets), 5),
            "keys": np.array(list(self.keys), np.uint64),
            "key_targets": np.array(list(self.keys.values()), np.int64).reshape(len(self.keys), 2),
        }
        return _pack({"tick": self.tick, "seen": self.seen, "head": self.head, "resources": self.resources.digest}, arrays)

    @classmethod
    def from_bytes(cls, data: bytes, resources: Resources) -> State:
        """Read a state back; raise BadState when it is of another version or of other resources."""
        head, arrays = _unpack(data)
        if head["resources"] != resources.digest:
            raise BadState(f"State of resources {head['resources']}, wanted {resources.digest}: fold again from the log.")
        state = cls(resources)
        state.tick, state.seen, state.head = int(str(head["tick"])), int(str(head["seen"])), int(str(head["head"]))
        state.frequency[arrays["frequency_at"]] = arrays["frequency"]
        _read_stories(state, arrays)
        _read_texts(state, arrays)
        targets = arrays["key_targets"].tolist()
        state.keys = {key: (seq, story) for key, (seq, story) in zip(arrays["keys"].tolist(), targets, strict=True)}
        return state


def _figures(story: Story) -> tuple[int, ...]:
    return (
        story.first,
        story.last,
        story.posts,
        story.copies,
        story.questions,
        story.media_tier_max,
        story.author_count,
        story.level,
        story.medoid_seq,
        story.medoid_support,
    )


def _read_stories(state: State, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
    authors, sources = arrays["authors"].tolist(), arrays["sources"].tolist()
    author_at = source_at = 0
    counts = zip(
        arrays["ids"].tolist(), arrays["figures"].tolist(), arrays["author_counts"].tolist(), arrays["source_counts"].tolist(), strict=True
    )
    for id, figures, author_count, source_count in counts:
        row = state.open_story(id, figures[0])
        story = Story(id, *figures)
        story.authors = set(authors[author_at : author_at + author_count])
        story.sources = set(sources[source_at : source_at + source_count])
        author_at, source_at = author_at + author_count, source_at + source_count
        state.stories[row] = story
    rows = np.array([state.rows[id] for id in arrays["ids"].tolist()], np.int64)
    pairs = arrays["pairs"].astype(np.int64)
    state.members[rows], state.pair_sum[rows], state.pair_count[rows] = pairs[:, 0], pairs[:, 1], pairs[:, 2]
    for row in rows.tolist():
        state.spread(row)
    for place, start, *values in arrays["buckets"].tolist():
        story_at = state.stories[int(rows[place])]
        assert story_at is not None
        story_at.buckets[start] = values


def _read_texts(state: State, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
    slots = arrays["slots"].astype(np.int64)
    rows = np.array([state.rows[id] for id in arrays["ids"].tolist()] or [0], np.int64)
    state.seq_of[slots], state.norm_of[slots], state.support[slots] = arrays["seq"], arrays["norm"], arrays["support"]
    state.inverse_norm[slots] = 1.0 / np.sqrt(state.norm_of[slots].astype(np.float64))
    state.story_of[slots] = rows[arrays["story"].astype(np.int64)]
    offsets = np.concatenate(([0], np.cumsum(arrays["term_counts"].astype(np.int64)))).tolist()
    terms = arrays["terms"].astype(np.int32)
    for i, slot in enumerate(slots.tolist()):
        state.index(slot, terms[offsets[i] : offsets[i + 1]].copy())


def _pack(head: dict[str, object], arrays: dict[str, npt.NDArray[np.generic]]) -> bytes:
    layout = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    text = json.dumps({**head, "arrays": layout}, sort_keys=True, separators=(",", ":")).encode()
    return b"".join([_HEAD.pack(MAGIC, VERSION, len(text)), text, *(np.ascontiguousarray(array).tobytes() for array in arrays.values())])


def _unpack(data: bytes) -> tuple[dict[str, object], dict[str, npt.NDArray[np.generic]]]:
    try:
        magic, version, length = _HEAD.unpack_from(data)
        if magic != MAGIC or version != VERSION:
            raise BadState(f"State format {magic!r} version {version}, wanted {MAGIC!r} version {VERSION}: fold again from the log.")
        at = _HEAD.size + length
        head = json.loads(data[_HEAD.size : at])
        arrays: dict[str, npt.NDArray[np.generic]] = {}
        for name, dtype, shape in head.pop("arrays"):
            count = int(np.prod(shape, dtype=np.int64))
            arrays[name] = np.frombuffer(data, np.dtype(dtype), count, at).reshape(shape)
            at += arrays[name].nbytes
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise error if isinstance(error, BadState) else BadState(f"Unreadable state: {error}.") from error
    return head, arrays
