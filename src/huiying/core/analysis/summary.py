"""A story in three sentences of its own posts, each with the number of its post; and how much of it is one text pasted again."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .alike import Vectors, vectors
from .asking import ask_of
from .evidence import Evidence, Gap, Insufficient
from .grounds import Voices, grounds, is_few
from .sayings import Saying, fair, is_han, spoken

#: Below so many texts the posts themselves are the summary.
POSTS_LEAST = 4
SENTENCES = 3
#: Sentences that are compared: the newest ones of the story.
CANDIDATES_MOST = 600
#: Shortest and longest sentence that can stand alone (characters; English words are longer).
SHORTEST, LONGEST = 10, 120
#: How much a sentence must differ from those chosen already against how typical it is. Source: Carbonell and Goldstein 1998.
TYPICAL_SHARE = 0.65
#: Two sentences this near say the same (cosine).
SAME_AT = 0.6
#: A wave: this share of the posts of a window repeats one text, and they are so many.
WAVE_US, WAVE_SHARE, WAVE_POSTS = 3_600_000_000, 0.3, 20


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the summary, as it was written, and its post."""

    text: str
    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Wave:
    """One text pasted again and again within an hour: how many of how many posts of that hour, and one post that shows it."""

    seq: int
    start: int
    posts: int
    of: int

    @property
    def share(self) -> float:
        """Return the share of the hour's posts, 0..1."""
        return self.posts / self.of


@dataclass(frozen=True, slots=True)
class Summary:
    """The story in its own words, in the order of time."""

    evidence: Evidence
    language: str
    sentences: tuple[Sentence, ...]


def summary(sayings: Sequence[Saying], *, version: str = "") -> Summary | Insufficient:
    """Return the most typical sentences that differ from each other; copies, questions and demands are left out."""
    ground = grounds(sayings, posts=POSTS_LEAST, version=version)
    if isinstance(ground, Insufficient):
        return ground
    told = fair(sayings)
    is_chinese = 2 * sum(is_han(each.text) for each in told) >= len(told)
    candidates = [
        (saying, text, same)
        for saying, text, same in spoken(told)
        if SHORTEST <= len(text) <= LONGEST and is_han(same) == is_chinese and ask_of(same) is None
    ][-CANDIDATES_MOST:]
    if not candidates:
        return Insufficient(ground, "No sentence states anything in the language of the story.", Gap.USABLE, 0, 1)
    matrix = vectors([same for _saying, _text, same in candidates], [""] * len(candidates), [()] * len(candidates), kind_weight=0.0)
    chosen = sorted(_chosen(matrix), key=lambda row: (candidates[row][0].at, candidates[row][0].seq, row))
    rows = [(candidates[row][1], candidates[row][0]) for row in chosen]
    return Summary(ground, "zh" if is_chinese else "en", tuple(Sentence(text, saying.seq, saying.at) for text, saying in rows))


def _chosen(matrix: Vectors) -> list[int]:
    """Return the rows of the summary, the most typical first; of equals the earliest."""
    typical = matrix @ matrix.mean(axis=0)
    typical /= max(float(typical.max()), 1e-9)
    chosen: list[int] = []
    near = np.zeros(len(matrix), np.float32)
    for _place in range(min(SENTENCES, len(matrix))):
        scores = np.round(TYPICAL_SHARE * typical - (1 - TYPICAL_SHARE) * near, 5)
        scores[(near >= SAME_AT) | np.isin(np.arange(len(matrix)), chosen)] = -np.inf
        best = int(np.argmax(scores))
        if not np.isfinite(scores[best]):
            break
        chosen.append(best)
        near = np.maximum(near, matrix @ matrix[best])
    return chosen


def waves(sayings: Sequence[Saying]) -> tuple[Wave, ...]:
    """Return the waves of pasted text, the largest first; none that rests on fewer than five known authors.

    It is said of the matter: who pasted is not looked at.
    """
    times = sorted(each.at for each in sayings)
    heard = Voices(sayings)
    said: dict[int, list[Saying]] = defaultdict(list)
    for each in sayings:
        if each.copy_of is None:
            said[each.seq] = heard.of([each.seq])
    found = []
    for seq, same in said.items():
        if len(same) < WAVE_POSTS or is_few(same):
            continue
        own = [each.at for each in same]
        start, count = max(
            ((at, bisect_right(own, at + WAVE_US) - place) for place, at in enumerate(own)), key=lambda pair: (pair[1], -pair[0])
        )
        of = bisect_right(times, start + WAVE_US) - bisect_right(times, start - 1)
        if count >= WAVE_POSTS and count >= WAVE_SHARE * of:
            found.append(Wave(seq, start, count, of))
    return tuple(sorted(found, key=lambda wave: (-wave.posts, wave.seq)))
