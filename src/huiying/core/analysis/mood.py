"""Mood of many texts together: polarity and six emotions as shares with an interval, never of one text, never of an author.

Single texts are read only as a step on the way: ``mood_of`` gives chances for each, ``tally`` adds them up, and ``shares`` is what
may be shown. Below ``LEAST`` texts or authors there is no share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .evidence import Evidence, Gap, Insufficient, floor, wilson
from .linear import LinearModel, logistic, read_model, shipped_file

Floats = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

EMOTIONS = ("happy", "angry", "sad", "fear", "surprise", "neutral")
#: What a tally counts, in thousandths of a text: how many seem positive, and how many show each emotion.
COUNTED = ("positive", *EMOTIONS)
UNIT = 1_000
#: Fewest texts and fewest authors a share may rest on.
LEAST = 5
#: A share is drawn towards the stream's as if so many further texts had shown the stream's mood: at 5 texts it is two thirds the
#: stream's, at 50 one sixth.
PRIOR_TEXTS = 10
_HAN_FIRST, _HAN_LAST = "\u3400", "\u9fff"
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Reader:
    """The models that read texts, by language."""

    polarity: Mapping[str, LinearModel]
    emotion: Mapping[str, LinearModel]

    @property
    def version(self) -> str:
        """Return the names of the models, as shown beside every share."""
        names = {str(model.card.get("version", "?")) for models in (self.polarity, self.emotion) for model in models.values()}
        return "+".join(sorted(names))


@dataclass(frozen=True)
class Moods:
    """Chances for each of n texts: ``positive`` (n), ``emotions`` (n x 6, rows add up to 1); texts that are not read have zeros."""

    positive: Floats
    emotions: Floats
    is_read: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Share:
    """A share of the texts: as counted, drawn towards the stream, and its 95 % interval."""

    raw: float
    shrunk: float
    low: float
    high: float


@dataclass(frozen=True)
class MoodShares:
    """What a group of texts shows: shares by name of ``COUNTED``, and what they rest on."""

    shares: Mapping[str, Share]
    authors: int
    evidence: Evidence


@lru_cache(maxsize=1)
def shipped() -> Reader:
    """Return the models that come with the program."""
    return reader_of({name: shipped_file(name) for name in NAMES})


#: Names of the model files: what they read, in which language.
NAMES = tuple(f"{kind}_{language}" for kind in ("polarity", "emotion") for language in _LANGUAGES)


def reader_of(data: Mapping[str, bytes]) -> Reader:
    """Return a reader from model files by name; raises BadModel."""
    models = {name: read_model(each) for name, each in data.items()}
    return Reader(
        {language: models[f"polarity_{language}"] for language in _LANGUAGES if f"polarity_{language}" in models},
        {language: models[f"emotion_{language}"] for language in _LANGUAGES if f"emotion_{language}" in models},
    )


def language_of(text: str) -> str:
    """Return the language whose model reads a text, empty for none.

    >>> [language_of(text) for text in ("停水了 help", "no water", "[怒]", "Нет воды", "👍")]
    ['zh', 'en', 'zh', '', 'zh']
    """
    if any(_HAN_FIRST <= character <= _HAN_LAST for character in text):
        return "zh"
    letters = [character for character in text if character.isalpha()]
    if letters:
        return "en" if 2 * sum(character.isascii() for character in letters) > len(letters) else ""
    return "zh" if any(character > "\u2000" for character in text) else ""  # emoji and signs alone: either would do


def mood_of(texts: Sequence[str], reader: Reader | None = None) -> Moods:
    """Return the chances for each text: a step of ``tally``, not to be shown or stored for a text."""
    reader = reader or shipped()
    moods = Moods(np.zeros(len(texts)), np.zeros((len(texts), len(EMOTIONS))), np.zeros(len(texts), np.bool_))
    languages = [language_of(text) for text in texts]
    for language in _LANGUAGES:
        places = [place for place, found in enumerate(languages) if found == language]
        if not places or language not in reader.polarity or language not in reader.emotion:
            continue
        chosen = [texts[place] for place in places]
        moods.positive[places] = logistic(reader.polarity[language].margins(chosen)[:, 0])
        moods.emotions[places] = _softmax(reader.emotion[language].margins(chosen))
        moods.is_read[places] = True
    return moods


def tally(groups: Sequence[int], moods: Moods) -> dict[int, tuple[int, ...]]:
    """Return for each group the number of texts read and the thousandths of ``COUNTED``: whole numbers, so that tallies add up exactly."""
    chances = np.column_stack([moods.positive, moods.emotions])
    whole = np.rint(chances * UNIT).astype(np.int64)
    names, inverse = np.unique(np.asarray(groups, np.int64), return_inverse=True)
    counts: I64 = np.zeros((len(names), 1 + len(COUNTED)), np.int64)
    np.add.at(counts, inverse, np.column_stack([moods.is_read.astype(np.int64), whole]))
    return {int(name): tuple(map(int, row)) for name, row in zip(names, counts, strict=True)}


def shares(
    texts: int, counts: Sequence[int], authors: int, prior: Sequence[float], window: tuple[int, int], version: str = ""
) -> MoodShares | Insufficient:
    """Return the shares of ``COUNTED`` in a group of texts, or what is missing.

    ``counts`` are thousandths as ``tally`` gives them, ``prior`` the stream's own shares. One author who posts often counts as one
    voice in the width of the interval. Source of the interval: Wilson 1927, on the texts and the prior's together.
    """
    ground = Evidence(texts, window, 0, version)
    missing = floor(ground, Gap.POSTS, min(texts, authors), LEAST)
    if missing:
        return missing
    found = {}
    for name, count, mean in zip(COUNTED, counts, prior, strict=True):
        raw = min(max(count / UNIT / texts, 0.0), 1.0)
        shrunk = (count / UNIT + PRIOR_TEXTS * mean) / (texts + PRIOR_TEXTS)
        low, high = wilson(min(max(shrunk, 0.0), 1.0), min(texts, authors) + PRIOR_TEXTS)
        found[name] = Share(raw, shrunk, low, high)
    return MoodShares(found, authors, ground)


def means(texts: int, counts: Sequence[int]) -> tuple[float, ...]:
    """Return the shares of a whole stream, even ones before there are any; they are what others are drawn to.

    >>> means(0, [0] * 7)[0]
    0.5
    """
    even = (0.5, *(1 / len(EMOTIONS) for _emotion in EMOTIONS))
    return tuple((count / UNIT + 2 * share) / (texts + 2) for count, share in zip(counts, even, strict=True))


def _softmax(margins: Floats) -> Floats:
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float64)
