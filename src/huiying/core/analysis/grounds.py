"""What findings about a story's posts rest on, and who said each text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .evidence import Evidence, Gap, Insufficient, floor
from .sayings import AUTHORS_LEAST, Saying, originals, voices


def grounds(sayings: Sequence[Saying], *, posts: int, version: str) -> Evidence | Insufficient:
    """Return the evidence of these sayings, or what is missing where fewer than ``posts`` different texts were read."""
    times = [each.at for each in sayings] or [0]
    ground = Evidence(len(sayings), (min(times), max(times)), len({each.source for each in sayings}), version)
    return floor(ground, Gap.POSTS, len(originals(sayings)), posts) or ground


class Voices:
    """Who said what: each original with all sayings of its text."""

    def __init__(self, sayings: Sequence[Saying]) -> None:
        self._said = voices(sayings)

    def of(self, seqs: Iterable[int]) -> list[Saying]:
        """Return every saying of these originals' texts, once each, by time."""
        found = {each.seq: each for seq in seqs for each in self._said.get(seq, ())}
        return sorted(found.values(), key=lambda each: (each.at, each.seq))


def authors_of(said: Iterable[Saying]) -> int:
    """Return how many known authors there are."""
    return len({each.author for each in said if each.author})


def is_few(said: Iterable[Saying]) -> bool:
    """Return whether a figure over these sayings would rest on fewer than five known authors."""
    return 0 < authors_of(said) < AUTHORS_LEAST


def weight(said: Sequence[Saying]) -> int:
    """Return by how many something is said, to order by: authors, and texts whose source names no author one each."""
    return authors_of(said) + sum(1 for each in said if not each.author and each.copy_of is None)
