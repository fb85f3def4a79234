"""Rumour-likeness of a story: how much its first post and the replies are worded like those that were reported as rumours.

It says nothing about truth. Two linear models add up, one of the post's words and one of the replies'; what is returned holds the words
that weighed most, so that a person can judge. Nothing about authors is read. Below ``LEAST`` replies there is no score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .evidence import Evidence, Gap, Insufficient, floor
from .linear import LinearModel, logistic, read_model, shipped_file
from .mood import language_of

Floats = npt.NDArray[np.float64]

#: Fewest replies, and fewest people who replied, that a score may rest on.
LEAST = 5
#: Seconds after the post within which replies are read: the shortest that holds enough of them. The model is trained at the first.
SPANS = (1_800, 10_800, 86_400)
#: Characters of one reply that are read, so that one long reply is not all of them; and of all together.
REPLY_MOST, REPLIES_MOST = 140, 1_500
#: Words shown for each part, at least two and at most four signs long, or one English word.
WORDS_MOST = 4
#: What a platform writes when somebody passes a post on without a word.
BARE = frozenset({"", "转发微博", "转发微博。", "轉發微博", "转发", "repost", "Repost"})
_LETTERS = range(2, 5)


@dataclass(frozen=True)
class Reply:
    """What was said after the first post: how many seconds after it, and the words."""

    after: float
    text: str


@dataclass(frozen=True)
class Part:
    """What the words of the ``post`` or of the ``replies`` add to the log-odds, above 0 towards rumours, with the words that weigh most."""

    of: str
    weight: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class RumourLike:
    """``chance``: how often a story worded like this one is one that was reported as a rumour, among as many that were not."""

    chance: float
    parts: tuple[Part, ...]
    span: int
    language: str
    evidence: Evidence


@dataclass(frozen=True)
class Reader:
    """The models by language; a language may lack the one of replies."""

    post: Mapping[str, LinearModel]
    replies: Mapping[str, LinearModel]

    def version(self, language: str) -> str:
        """Return the names of the models that read a language."""
        return "+".join(str(each[language].card.get("version", "?")) for each in (self.post, self.replies) if language in each)


#: Names of the model files.
NAMES = ("rumour_post_zh", "rumour_replies_zh", "rumour_post_en")


@lru_cache(maxsize=1)
def shipped() -> Reader:
    """Return the models that come with the program."""
    return reader_of({name: shipped_file(name) for name in NAMES})


def reader_of(data: Mapping[str, bytes]) -> Reader:
    """Return a reader from model files by name; raises BadModel."""
    models = {name: read_model(each) for name, each in data.items()}
    parts = {part: {name[-2:]: model for name, model in models.items() if name[:-3] == f"rumour_{part}"} for part in ("post", "replies")}
    return Reader(parts["post"], parts["replies"])


def said_by(replies: Iterable[Reply], span: int = SPANS[0]) -> str:
    """Return what replies say in their own words, the earliest first, each wording once; quoted posts after ``//`` are cut off.

    >>> said_by([Reply(9, "真的吗？//@user 有毒"), Reply(3, "转发微博"), Reply(5, "真的吗？"), Reply(9_999, "假的")])
    '真的吗？'
    """
    within = sorted((reply for reply in replies if 0 <= reply.after <= span), key=lambda reply: (reply.after, reply.text))
    own = dict.fromkeys(reply.text.split("//")[0].strip()[:REPLY_MOST] for reply in within)
    return "\n".join(text for text in own if text not in BARE)[:REPLIES_MOST]


def span_of(afters: Sequence[float]) -> int:
    """Return the shortest span that holds enough replies, or the longest.

    >>> span_of([60] * 5), span_of([60] * 4 + [9_000]), span_of([])
    (1800, 10800, 86400)
    """
    return next((span for span in SPANS if sum(0 <= after <= span for after in afters) >= LEAST), SPANS[-1])


def margins(posts: Sequence[str], replies: Sequence[str], language: str, reader: Reader | None = None) -> Floats:
    """Return n x 2: what post and replies add to the log-odds."""
    reader = reader or shipped()
    columns = np.zeros((len(posts), 2))
    columns[:, 0] = reader.post[language].margins(posts)[:, 0]
    if language in reader.replies:
        columns[:, 1] = reader.replies[language].margins(replies)[:, 0]
    return columns


def rumour_like(
    post: str, replies: Sequence[Reply], *, people: int, window: tuple[int, int], sources: int = 0, reader: Reader | None = None
) -> RumourLike | Insufficient:
    """Return how rumour-like a story is, with its reasons; ``people`` have replied. ``window`` in microseconds since 1970 UTC."""
    reader = reader or shipped()
    language = language_of(post)
    span = span_of([reply.after for reply in replies])
    n = sum(0 <= reply.after <= span for reply in replies) if language in reader.post else 0
    ground = Evidence(n, window, sources, reader.version(language))
    missing = floor(ground, Gap.POSTS, min(n, people), LEAST)
    if missing:
        return missing
    said = said_by(replies, span)
    weights = margins([post], [said], language, reader)[0]
    models = (("post", reader.post[language], post), ("replies", reader.replies.get(language), said))
    parts = tuple(
        Part(of, round(float(weight), 3), words_of(model, text, 1 if weight > 0 else -1))
        for (of, model, text), weight in zip(models, weights, strict=True)
        if model is not None
    )
    return RumourLike(round(float(logistic(weights.sum())), 4), parts, span, language, ground)


def words_of(model: LinearModel, text: str, sign: int) -> tuple[str, ...]:
    """Return the words of a text that weigh most in a direction; no two that overlap in their letters."""
    found = list(dict.fromkeys(_pieces(text[:REPLIES_MOST])))
    if not found:
        return ()
    sums = sign * model.sums(found)[:, 0]
    order = np.lexsort((np.arange(len(found)), -sums))
    kept: list[str] = []
    for place in order.tolist():
        if len(kept) == WORDS_MOST or sums[place] <= 0:
            break
        if not any(set(_pairs(found[place])) & set(_pairs(word)) for word in kept):
            kept.append(found[place])
    return tuple(kept)


def _pieces(text: str) -> Iterable[str]:
    for word in text.split():
        letters = "".join(character if character.isalpha() else " " for character in word).split()
        for run in letters:
            if run.isascii():
                yield run
            else:
                yield from (run[at : at + n] for n in _LETTERS for at in range(len(run) - n + 1))


def _pairs(word: str) -> list[str]:
    return [word] if word.isascii() else [word[at : at + 2] for at in range(len(word) - 1)]
