"""Which stories belong to one matter: what is told in another language, and the side themes of a place.

A story is compared by a *portrait*: the local names its texts hold and, where needed, what they mean with these names
taken out; otherwise two matters of one street would look alike. A link has its reason, and none is made between different
places. A side story is held against the main story of a matter, not against the last one that joined: matters form no chains.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .gazetteer import CITIES_BOTH, PLACES_EN, PLACES_ZH, STEMS_ZH
from .meaning import Meaning, nearness
from .names import held_names
from .sayings import Saying, folded, is_han, plain

#: Texts of a story in which names are counted, those of them that are searched for names not known yet, and those that are encoded.
TEXTS_MOST, SEARCHED_MOST, ENCODED_MOST = 256, 32, 16
#: Characters of a text that are read: the lead names the place.
READ_MOST = 400
#: A name must stand in two texts of one story; one mention in the other is enough.
MENTIONS_LEAST = 2
#: Local names kept of a story, the most named.
NAMES_MOST = 24
#: A name that more than so many matters, and more than this share of all, hold says nothing about one of them. Not fewer: side themes
#: that are not linked yet hold the names of their matter too.
COMMON_LEAST, COMMON_SHARE = 8, 0.2
#: Shared local names -> nearness in meaning from which a story of the same language is linked; one name alone is no evidence, half of
#: what happens in a town names its square. Measured in evals/links.py.
SAME_PLACE = {2: 0.57, 3: 0.53}
#: A story so little below its bar is linked if it is so much above it to a side story of the same matter.
VOUCHED_BELOW, VOUCHED_ABOVE = 0.1, 0.04
#: Nearness from which a story in another language is linked, and by how much it must be nearer than to any other matter.
OTHER_LANGUAGE, MARGIN = 0.52, 0.1
#: A link that stands is withdrawn when it falls below its bar by this much.
SLACK = 0.12
#: Where nobody can read meanings: shared local names that are enough.
NAMES_ALONE = 4

_KNOWN = frozenset(STEMS_ZH) | frozenset(place.lower() for place in PLACES_EN)
#: Regions of many cities: no local place.
_REGION = re.compile("大湾区|长三角|珠三角|京津冀|东北|西南|西北|华北|华南|华东")
_ADMINISTRATION = re.compile("(?:省|市|自治区|特别行政区)$")
_KNOWN_PLACES = re.compile("|".join(PLACES_ZH) + r"|\b(?:" + "|".join(map(re.escape, PLACES_EN)) + r")\b")


class Reason(StrEnum):
    """Why two stories are one matter."""

    PLACE = "place"
    LANGUAGE = "language"
    NAMES = "names"
    PERSON = "person"


@dataclass(frozen=True)
class Portrait:
    """What stands for a story. ``names`` are local names with the texts that hold them, ``places`` those everybody knows."""

    story: int
    is_chinese: bool
    names: Mapping[str, int]
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matter:
    """A matter as it is now: its main story and those linked to it."""

    main: Portrait
    sides: tuple[Portrait, ...] = ()


@dataclass(frozen=True)
class Link:
    """A proposal: the main story of the matter, why, how near in meaning (None unread), and the names both hold."""

    main: int
    reason: Reason
    nearness: float | None
    names: tuple[str, ...] = ()


#: Gives the meaning of a story by its number; asked only where names or languages leave the question open.
Meanings = Callable[[int], Meaning | None]


def portrait_of(story: int, texts: Sequence[str], asked: Iterable[str] = ()) -> Portrait:
    """Return the portrait of a story from its texts; ``asked`` are names of other stories, which count wherever they stand."""
    shown = [plain(text)[:READ_MOST] for text in texts[:TEXTS_MOST]]
    sayings = [Saying(place, place, text) for place, text in enumerate(shown[:SEARCHED_MOST])]
    whole = "\n".join(shown)
    held = {name: sum(name in text for text in shown) for name in sorted({*held_names(sayings), *asked}) if name in whole}
    local = Counter({name: n for name, n in held.items() if not _is_known(name)})
    kept = dict(sorted(local.items(), key=lambda pair: (-pair[1], pair[0]))[:NAMES_MOST])
    places = frozenset(_canonical(name) for name, n in held.items() if _is_known(name) and n >= MENTIONS_LEAST)
    return Portrait(story, sum(map(is_han, shown)) * 2 > len(shown), kept, places)


def bare(texts: Sequence[str], names: Iterable[str]) -> list[str]:
    """Return folded texts without the names of places: what is left is what they are about.

    >>> bare(["柳湖小区的水发黄", "London water"], ["柳湖小区"])
    [' 的水发黄', '  water']
    """
    local = sorted(names, key=lambda each: (-len(each), each))
    pattern = re.compile("|".join(map(re.escape, local))) if local else None
    shown = [_KNOWN_PLACES.sub(" ", plain(text)) for text in texts]
    return folded([pattern.sub(" ", text) if pattern else text for text in shown])


def _is_known(name: str) -> bool:
    return name.lower() in _KNOWN or _ADMINISTRATION.sub("", name) in _KNOWN or _REGION.search(name) is not None


def _canonical(name: str) -> str:
    """Return a known place in one spelling for both languages."""
    stem = _ADMINISTRATION.sub("", name)
    return CITIES_BOTH.get(name, CITIES_BOTH.get(stem, stem)).lower()


def shared_names(one: Portrait, other: Portrait, common: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the local names that both hold and not everybody does, the most named first."""
    both = {name: (n, other.names[name]) for name, n in one.names.items() if name in other.names and name not in common}
    kept = [name for name, counts in both.items() if max(counts) >= MENTIONS_LEAST]
    kept = [name for name in kept if not any(name in longer and name != longer for longer in kept)]
    return tuple(sorted(kept, key=lambda name: (-sum(both[name]), name)))


def is_elsewhere(one: Portrait, other: Portrait) -> bool:
    """Return whether the two name different places."""
    if one.places and other.places and not one.places & other.places:
        return True
    if one.is_chinese != other.is_chinese:
        return False
    often = [sum(n >= MENTIONS_LEAST for n in each.names.values()) for each in (one, other)]
    return min(often) >= 2 and not shared_names(one, other)


def link(story: Portrait, matters: Sequence[Matter], meanings: Meanings) -> Link | None:
    """Return the link of a story to one of the matters that are alive at its time, None where there is none.

    In its own language the matter with most names in common counts, then the nearest; else the nearest in the other language.
    """
    common = _common_names(matters)
    near = [matter for matter in matters if not is_elsewhere(story, matter.main)]
    found = [_same_language(story, matter, common, meanings) for matter in near if matter.main.is_chinese == story.is_chinese]
    kept = [each for each in found if each is not None]
    if kept:
        return max(kept, key=lambda each: (min(len(each.names), max(SAME_PLACE)), each.nearness or 0.0, -each.main))
    return _other_language(story, near, meanings)


def _common_names(matters: Sequence[Matter]) -> frozenset[str]:
    held = Counter(name for matter in matters for name in matter.main.names)
    most = max(COMMON_LEAST, int(COMMON_SHARE * len(matters)))
    return frozenset(name for name, count in held.items() if count > most)


def still_holds(story: Portrait, main: Portrait, meanings: Meanings) -> bool:
    """Return whether a link that stands would nearly be made again; what cannot be read changes nothing."""
    if is_elsewhere(story, main):
        return False
    near = _near(story, main, meanings)
    if near is None:
        return True
    bar = _bar(len(shared_names(story, main))) if story.is_chinese == main.is_chinese else OTHER_LANGUAGE
    return near >= bar - SLACK


def _bar(names: int) -> float:
    return SAME_PLACE[min(max(names, min(SAME_PLACE)), max(SAME_PLACE))]


def _near(one: Portrait, other: Portrait, meanings: Meanings) -> float | None:
    a, b = meanings(one.story), meanings(other.story)
    return None if a is None or b is None else nearness(a, b)


def _same_language(story: Portrait, matter: Matter, common: frozenset[str], meanings: Meanings) -> Link | None:
    names = shared_names(story, matter.main, common)
    if len(names) < min(SAME_PLACE):
        return None
    near = _near(story, matter.main, meanings)
    if near is None:
        return Link(matter.main.story, Reason.NAMES, None, names) if len(names) >= NAMES_ALONE else None
    bar = _bar(len(names))
    if near >= bar or (near >= bar - VOUCHED_BELOW and _is_vouched(story, matter, bar, meanings)):
        return Link(matter.main.story, Reason.PLACE, near, names)
    return None


def _is_vouched(story: Portrait, matter: Matter, bar: float, meanings: Meanings) -> bool:
    """Return whether a story that is nearly near enough to the main one is nearer still to another of the matter."""
    sides = [side for side in matter.sides if side.is_chinese == story.is_chinese and shared_names(story, side)]
    return any((_near(story, side, meanings) or 0.0) >= bar + VOUCHED_ABOVE for side in sides)


def _other_language(story: Portrait, matters: Sequence[Matter], meanings: Meanings) -> Link | None:
    """Return the nearest matter told in another language, if it is near and no other comes close."""
    others = [matter.main for matter in matters if matter.main.is_chinese != story.is_chinese]
    ranked = sorted(((_near(story, main, meanings) or 0.0, -main.story) for main in others), reverse=True)
    if not ranked or ranked[0][0] < OTHER_LANGUAGE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN:
        return None
    return Link(-ranked[0][1], Reason.LANGUAGE, ranked[0][0])
