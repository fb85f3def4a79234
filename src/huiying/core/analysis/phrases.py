"""Key phrases: what a story's posts say that others do not, cut where words begin and end.

Units are Han characters and words. A phrase is a run of units that hang together (mutual information), that different
things stand before and after (branching entropy), and that this story says far more often than the background does
(log-odds with an informative prior). Source: Monroe, Colaresi and Quinn 2008, section 3.3; Feng et al. 2004.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import xxhash

from huiying.core.formats.folding import BREAK, fold_joined

from .evidence import Evidence, Gap, Insufficient, floor
from .grounds import grounds
from .resources import COMMON_EN
from .sayings import TEXT_MAX, Saying, fair, plain

#: Below so many texts every phrase would be chance.
POSTS_LEAST = 8
PHRASES_MOST = 12
#: A phrase stands in at least so many texts, and in this share of them.
TEXTS_LEAST, SHARE_LEAST = 3, 0.03
#: Longest phrase, in Han characters or words.
UNITS_MOST = 7
#: Hash space of the background: phrases that share a place only make each other commoner.
BACKGROUND_BITS = 18
#: How many texts of background a story of one text weighs against: keeps rare chance phrases down.
PRIOR = 0.5
#: Least mutual information of the parts (nats) and least branching at both ends (nats): below it is part of a word, or no word.
COHESION_LEAST, BRANCHING_LEAST = 1.2, 0.6

_OTHER, _HAN, _LETTER = 0, 1, 2
_EDGES_ZH = (
    "的了是在和与及就都也还又很不没有把被对向给让我你他她它这那着过得地吗呢吧啊呀么个一上下里中来去到从说要会能可以为因所而或"
    "者于等之其已将请做当些几多少啦哦嘛之与则且只才再更最太真人"
)
_STOPS_EN = frozenset(COMMON_EN.split()) | frozenset(
    ["via", "amp", "http", "https", "com", "www", "rt", "it's", "don't", "i'm", "that's", "just", "so", "really", "got", "u", "ur", "im"]
)

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it was written first, in how many texts, and its z-score against the background."""

    text: str
    texts: int
    score: float
    seq: int


@dataclass(frozen=True, slots=True)
class Phrases:
    """The key phrases of a story, the most telling first; ``background`` texts were compared with."""

    evidence: Evidence
    phrases: tuple[Phrase, ...]
    background: int


class Background:
    """In how many texts of everything else each run of units stands, by hash."""

    def __init__(self) -> None:
        self.texts = 0
        self._held = np.zeros(1 << BACKGROUND_BITS, np.int32)

    def add(self, texts: Sequence[str]) -> None:
        """Count texts in."""
        self._held += self._counts(texts)
        self.texts += len(texts)

    def without(self, texts: Sequence[str]) -> Background:
        """Return a background that lacks some of the texts counted in."""
        left = Background()
        left._held = self._held - self._counts(texts)
        left.texts = self.texts - len(texts)
        return left

    def _counts(self, texts: Sequence[str]) -> npt.NDArray[np.int32]:
        counts = np.zeros(1 << BACKGROUND_BITS, np.int32)
        for runs in _Units([plain(text) for text in texts]).runs():
            pairs = np.sort((_place(runs.hashes) << np.int64(32)) | runs.rows)
            pairs = pairs[np.diff(pairs, prepend=-1) != 0]
            counts += np.bincount(pairs >> np.int64(32), minlength=len(counts)).astype(np.int32)
        return counts

    def held(self, hashes: U64) -> I64:
        """Return in how many texts these runs stand, at most."""
        return self._held[_place(hashes)].astype(np.int64)


def phrases(sayings: Sequence[Saying], background: Background | None = None, *, version: str = "") -> Phrases | Insufficient:
    """Return the key phrases of one story; at most three texts of one author count."""
    ground = grounds(sayings, posts=POSTS_LEAST, version=version)
    if isinstance(ground, Insufficient):
        return ground
    told = fair(sayings)
    missing = floor(ground, Gap.USABLE, len(told), POSTS_LEAST)
    if missing is not None:
        return missing
    behind = background or Background()
    units = _Units([plain(each.text) for each in told])
    found = _candidates(units, behind, max(TEXTS_LEAST, int(SHARE_LEAST * len(told))))
    chosen = _unnested(found)[:PHRASES_MOST]
    return Phrases(
        ground, tuple(Phrase(units.surface(each), each.texts, round(each.score, 2), told[each.row].seq) for each in chosen), behind.texts
    )


@dataclass(frozen=True, slots=True)
class _Runs:
    """All runs of one length: where they start, their hash, their text."""

    length: int
    starts: I64
    hashes: U64
    rows: I64


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    length: int
    row: int
    texts: int
    score: float
    key: str


class _Units:
    """Texts as units: Han characters and words, each with its hash and its place in the text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._runs: list[_Runs] = []
        joined = BREAK.join(text.replace(BREAK, " ")[:TEXT_MAX] for text in texts)
        codes = fold_joined(joined)
        self._shown = joined if len(codes) == len(joined) else codes.tobytes().decode("utf-32-le", "replace")
        kinds = np.where(codes < 0x10000, _kinds()[np.minimum(codes, 0xFFFF)], _OTHER)
        rows = np.cumsum(codes == ord(BREAK))
        letters = kinds == _LETTER
        begins = letters & ~np.concatenate(([False], letters[:-1]))
        self.at = np.flatnonzero((kinds == _HAN) | begins)
        ends = np.flatnonzero(letters & ~np.concatenate((letters[1:], [False]))) + 1
        self.until = self.at + 1
        self.is_word = letters[self.at]
        self.until[self.is_word] = ends
        self.hash: U64 = np.empty(len(self.at), np.uint64)
        self.hash[~self.is_word] = _mixed(codes[self.at[~self.is_word]].astype(np.uint64))
        words = [codes[start:stop].tobytes() for start, stop in zip(self.at[self.is_word], self.until[self.is_word], strict=True)]
        self.hash[self.is_word] = np.array([xxhash.xxh3_64_intdigest(word) for word in words], np.uint64)
        self.rows: I64 = rows[self.at]
        self.is_edge = _is_edge(codes[self.at], self.is_word, words)
        self._join(codes)

    def _join(self, codes: npt.NDArray[np.uint32]) -> None:
        """Find how many units follow each other without a sign between them: words may have one space."""
        apart = self.at[1:] - self.until[:-1]
        spaced = (apart == 1) & (codes[np.minimum(self.until[:-1], len(codes) - 1)] == ord(" ")) & self.is_word[1:] & self.is_word[:-1]
        linked = ((apart == 0) | spaced) & (self.rows[1:] == self.rows[:-1]) if len(self.at) else np.zeros(0, np.bool_)
        ahead = np.zeros(len(self.at), np.int64)
        last = np.concatenate((np.flatnonzero(~linked), [len(self.at) - 1])) if len(self.at) else np.zeros(0, np.int64)
        if len(self.at):
            ahead = last[np.searchsorted(last, np.arange(len(self.at)))] - np.arange(len(self.at)) + 1
        self.ahead: I64 = ahead

    def runs(self) -> list[_Runs]:
        """Return the runs of each length from 1 on."""
        if self._runs:
            return self._runs
        found = self._runs
        hashes = self.hash.copy()
        for length in range(1, min(UNITS_MOST, len(self.hash)) + 1):
            starts = np.flatnonzero(self.ahead >= length)
            if length > 1:
                hashes = _mixed(hashes[: len(self.hash)] ^ np.uint64(length))
                hashes[: len(self.hash) - length + 1] += self.hash[length - 1 :]
            found.append(_Runs(length, starts, hashes[starts].copy(), self.rows[starts]))
        return found

    def surface(self, candidate: _Candidate) -> str:
        """Return a run as it stands in its first text."""
        return self._shown[self.at[candidate.start] : self.until[candidate.start + candidate.length - 1]]

    def text(self, start: int, length: int) -> str:
        """Return a run of units as it stands."""
        return self._shown[self.at[start] : self.until[start + length - 1]]


@lru_cache(maxsize=1)
def _kinds() -> npt.NDArray[np.uint8]:
    table = np.zeros(1 << 16, np.uint8)
    for code in range(1 << 16):
        if chr(code).isalnum() or chr(code) in "'’":
            table[code] = _LETTER
    for first, last in ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF)):
        table[first : last + 1] = _HAN
    return table


def _mixed(values: U64) -> U64:
    """Spread 64-bit values evenly. Source: Steele, Lea and Flood 2014, splitmix64."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _place(hashes: U64) -> I64:
    return (hashes >> np.uint64(64 - BACKGROUND_BITS)).astype(np.int64)


def _is_edge(codes: npt.NDArray[np.uint32], is_word: npt.NDArray[np.bool_], words: Sequence[bytes]) -> npt.NDArray[np.bool_]:
    """Return which units never begin or end a phrase: particles, common words."""
    edges: npt.NDArray[np.bool_] = np.isin(codes, np.frombuffer(_EDGES_ZH.encode("utf-32-le"), np.uint32)) & ~is_word
    edges[is_word] = [word.decode("utf-32-le", "replace") in _STOPS_EN for word in words]
    return edges


def _texts_of(runs: _Runs) -> tuple[U64, I64, I64, I64]:
    """Return the distinct runs: hash, first start, in how many texts, how often."""
    order = np.lexsort((runs.starts, runs.hashes))
    hashes, rows = runs.hashes[order], runs.rows[order]
    new = np.concatenate(([True], hashes[1:] != hashes[:-1])) if len(hashes) else np.zeros(0, np.bool_)
    fresh = new | np.concatenate(([True], rows[1:] != rows[:-1])) if len(hashes) else new
    first = np.flatnonzero(new)
    texts = np.add.reduceat(fresh.astype(np.int64), first) if len(first) else np.zeros(0, np.int64)
    return hashes[first], runs.starts[order][first], texts, np.diff(np.append(first, len(hashes)))


def _candidates(units: _Units, background: Background, least: int) -> list[_Candidate]:
    """Return the runs that may be phrases, the highest score first."""
    texts_in_all = int(units.rows.max(initial=0)) + 1
    runs = units.runs()
    counts = [_texts_of(each) for each in runs]
    total = max(len(units.at), 1)
    found: list[_Candidate] = []
    for each, (hashes, starts, texts, times) in zip(runs, counts, strict=True):
        ends = starts + each.length - 1
        keep = (texts >= least) & ~units.is_edge[starts] & ~units.is_edge[ends]
        keep &= units.is_word[starts] if each.length == 1 else True
        if each.length > 1 and keep.any():
            keep[keep] = _coheres(units, counts, starts[keep], each.length, times[keep], total)
        if keep.any():
            keep[keep] = _branches(units, each, hashes[keep])
        held = np.minimum(background.held(hashes[keep]), background.texts)
        scores = _log_odds(texts[keep], texts_in_all, held, background.texts)
        for start, n, score in zip(starts[keep].tolist(), texts[keep].tolist(), scores.tolist(), strict=True):
            key = units.text(start, each.length).lower()
            if score > 0 and len(key) > 1 and not key.isdigit():
                found.append(_Candidate(start, each.length, int(units.rows[start]), n, score, key))
    return sorted(found, key=lambda one: (-one.score * _fullness(one, units), one.key))


def _fullness(candidate: _Candidate, units: _Units) -> float:
    """Prefer whole names to their parts: a phrase of four characters says more than one of two."""
    return math.sqrt(min(candidate.length + int(units.is_word[candidate.start]), 4))


def _log_odds(texts: I64, n: int, held: I64, behind: int) -> npt.NDArray[np.float64]:
    """Return how far the share of texts here lies above the share behind, in standard deviations. Source: Monroe et al. 2008, eq. 16-22."""
    here, there = texts + PRIOR, held + PRIOR
    rest_here, rest_there = n - texts + 2 * PRIOR, max(behind, n) - np.minimum(held, max(behind, n)) + 2 * PRIOR
    delta = np.log(here / rest_here) - np.log(there / rest_there)
    scores: npt.NDArray[np.float64] = delta / np.sqrt(1.0 / here + 1.0 / there)
    return scores


def _coheres(
    units: _Units, counts: list[tuple[U64, I64, I64, I64]], starts: I64, length: int, times: I64, total: int
) -> npt.NDArray[np.bool_]:
    """Return which runs are more than their parts met by chance, wherever they are cut in two."""
    weakest = np.full(len(starts), np.inf)
    every = units.runs()
    for cut in range(1, length):
        left = _times_at(every[cut - 1], counts[cut - 1], starts)
        right = _times_at(every[length - cut - 1], counts[length - cut - 1], starts + cut)
        weakest = np.minimum(weakest, np.log(times * float(total) / (left * right)))
    return weakest >= COHESION_LEAST


def _times_at(runs: _Runs, count: tuple[U64, I64, I64, I64], starts: I64) -> npt.NDArray[np.float64]:
    """Return how often the runs that start here occur."""
    hashes = runs.hashes[np.searchsorted(runs.starts, starts)]
    times: npt.NDArray[np.float64] = count[3][np.searchsorted(count[0], hashes)].astype(np.float64)
    return times


def _branches(units: _Units, runs: _Runs, hashes: U64) -> npt.NDArray[np.bool_]:
    """Return before and after which runs different things stand; the edge of a text or a sign is different each time."""
    chosen = np.isin(runs.hashes, hashes)
    starts, place = runs.starts[chosen], np.searchsorted(hashes, runs.hashes[chosen])
    before = np.where(
        (starts > 0) & (units.ahead[np.maximum(starts - 1, 0)] > 1), units.hash[np.maximum(starts - 1, 0)], starts.astype(np.uint64)
    )
    ends = starts + runs.length
    goes_on = units.ahead[starts] > runs.length
    after = np.where(goes_on, units.hash[np.minimum(ends, len(units.hash) - 1)], starts.astype(np.uint64))
    open_ = np.minimum(_entropy(place, before, len(hashes)), _entropy(place, after, len(hashes)))
    return open_ >= BRANCHING_LEAST


def _entropy(place: I64, neighbours: U64, n: int) -> npt.NDArray[np.float64]:
    order = np.lexsort((neighbours, place))
    place, neighbours = place[order], neighbours[order]
    new = np.flatnonzero(np.concatenate(([True], (place[1:] != place[:-1]) | (neighbours[1:] != neighbours[:-1]))))
    times = np.diff(np.append(new, len(place))).astype(np.float64)
    whole = np.bincount(place, minlength=n).astype(np.float64)
    share = times / whole[place[new]]
    entropy = np.zeros(n)
    np.add.at(entropy, place[new], -share * np.log(share))
    return entropy


def _unnested(found: list[_Candidate]) -> list[_Candidate]:
    """Return the candidates without those that are part of a better one, or hold one, in nearly the same texts."""
    chosen: list[_Candidate] = []
    for each in found:
        if not any(
            (each.key in other.key or other.key in each.key) and min(each.texts, other.texts) >= 0.3 * max(each.texts, other.texts)
            for other in chosen
        ):
            chosen.append(each)
        if len(chosen) >= 3 * PHRASES_MOST:
            break
    return chosen
