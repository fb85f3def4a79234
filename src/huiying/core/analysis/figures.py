"""What is counted about a story: posts, copies, questions, sources, authors, and the same in 5-minute buckets."""

from __future__ import annotations

from dataclasses import dataclass, field

BUCKET_US = 300_000_000


@dataclass
class Figures:
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
    authors: set[int] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)
    buckets: dict[int, list[int]] = field(default_factory=dict)

    def totals(self) -> tuple[int, ...]:
        """Return the figures of the ``STORIES`` batch after its id."""
        counts = (self.posts, self.copies, self.author_count, len(self.sources), self.questions)
        return (self.first, self.last, *counts, self.media_tier_max, self.medoid_seq)

    def packed(self) -> tuple[int, ...]:
        """Return the plain numbers, in the order of the fields after ``id``."""
        counts = (self.posts, self.copies, self.questions, self.media_tier_max, self.author_count, self.level, self.medoid_seq)
        return (self.first, self.last, *counts)

    def count(self, ts: int, source: int, media_tier: int, author: int, is_question: bool, is_copy: bool, exact: int) -> int:
        """Add a post; return the start of its bucket. Up to ``exact`` authors are counted one by one."""
        self.posts += 1
        self.copies += is_copy
        self.questions += is_question
        if media_tier > self.media_tier_max:
            self.media_tier_max = media_tier
        self.sources.add(source)
        if ts < self.first:
            self.first = ts
        if ts > self.last:
            self.last = ts
        start = ts - ts % BUCKET_US
        bucket = self.buckets.setdefault(start, [0, 0, 0])
        bucket[0] += 1
        bucket[1] += is_question
        if author and author not in self.authors:
            bucket[2] += self._count_author(author, exact)
        return start

    def _count_author(self, author: int, exact: int) -> int:
        """Count a new author; return how many authors this one stands for. Source: Flajolet 1990, adaptive sampling."""
        if self.level and author >> (64 - self.level):
            return 0
        self.authors.add(author)
        weight = 1 << self.level
        self.author_count += weight
        self._thin(exact)
        return weight

    def _thin(self, exact: int) -> None:
        while len(self.authors) > exact:
            self.level += 1
            self.authors = {each for each in self.authors if not each >> (64 - self.level)}

    def take_over(self, other: Figures, exact: int) -> None:
        """Add the figures of a story that was merged into this one; an author of both counts once."""
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.posts += other.posts
        self.copies += other.copies
        self.questions += other.questions
        self.media_tier_max = max(self.media_tier_max, other.media_tier_max)
        self.sources |= other.sources
        for start, values in other.buckets.items():
            mine = self.buckets.setdefault(start, [0, 0, 0])
            for place, value in enumerate(values):
                mine[place] += value
        self._unite_authors(other, exact)

    def _unite_authors(self, other: Figures, exact: int) -> None:
        level = max(self.level, other.level)
        both = {each for each in self.authors & other.authors if not level or not each >> (64 - level)}
        self.author_count += other.author_count - (len(both) << level)
        self.level = level
        self.authors = {each for each in self.authors | other.authors if not level or not each >> (64 - level)}
        self._thin(exact)
