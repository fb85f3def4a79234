"""Places, organisations and services that a story's posts name; counts alone, and never a person.

A name is a known place (``gazetteer``) or words that end as such names end. What could be a person's name before an ending
that does not rule it out is left out: a missed organisation costs less than a person on a list.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import naming
from .evidence import Evidence, Insufficient
from .gazetteer import PLACES_EN, PLACES_ZH, STEMS_ZH
from .grounds import Voices, grounds, is_few
from .sayings import Saying, fair, is_han, plain


class NameKind(StrEnum):
    """What a name stands for."""

    PLACE = "place"
    ORGANISATION = "organisation"


#: Below so many posts there is no aggregate, only single posts.
POSTS_LEAST = 5
#: A name must stand in so many texts, one that is known only by its ending in more: a slip of one writer is no name.
TEXTS_LEAST, UNKNOWN_LEAST = 2, 3
NAMES_MOST = 20

_ENDING = re.compile("(" + "|".join((naming.ORGANISATION_ENDINGS + naming.PLACE_ENDINGS).split()) + ")")
_PLACE_ENDING = re.compile("(?:" + "|".join(naming.PLACE_ENDINGS.split()) + ")$")
_NOT_BEFORE = {ending: frozenset(characters) for ending, _colon, characters in (pair.partition(":") for pair in naming.NOT_BEFORE.split())}
_STOPS, _STOP_WORDS = frozenset(naming.STOPS.split()), tuple(naming.STOP_WORDS.split())
_GENERIC, _GIVEN = frozenset(naming.GENERIC.split()), frozenset(naming.GIVEN.split())
_SURNAMES, _FIRST_NAMES_EN = frozenset(naming.SURNAMES.split()), frozenset(naming.FIRST_NAMES_EN.split())
#: Nobody is called by these.
_IMPERSONAL = frozenset("省市县区镇乡路街")
_PERSON = re.compile(f"([{''.join(sorted(_SURNAMES))}][\u4e00-\u9fff]{{1,2}}?)(?={'|'.join(naming.TITLES.split())})")
_HAN_RUN = re.compile(r"[\u3400-\u9fff0-9]+")
_KNOWN_ZH = re.compile("|".join(PLACES_ZH))
_KNOWN_EN = re.compile(r"\b(?:" + "|".join(map(re.escape, PLACES_EN)) + r")\b")
#: Longest stem before an ending of one character, and before a longer one: what is longer is half a sentence.
_STEMS_MOST = (5, 7)

_WORD = r"(?:[A-Z][\w'&.-]*|[A-Z]{2,})"
_ORGANISATION_EN = re.compile(
    rf"\b(?:(?:{_WORD}) (?:(?:of|and|for|the|&) )?){{1,5}}(?:Hospital|University|College|School|Academy|Institute|Company|"
    rf"Corporation|Corp|Inc|Ltd|LLC|Council|Department|Ministry|Authority|Agency|Commission|Committee|Bureau|Bank|Airlines?|Airways|"
    rf"Railways?|Utilit(?:y|ies)|Waterworks|Board|Administration|Association|Foundation|Police|Times|News|Service|Services|Clinic|"
    rf"Group|Plant)\b"
    rf"|\b(?:University|Department|Ministry|Bank|Bureau|Board|Office|Institute|Church|Port Authority) of (?:the )?(?:{_WORD})(?: "
    rf"(?:and )?{_WORD}){{0,3}}|\b(?:NHS|WHO|FBI|CDC|FEMA|EPA|NASA|BBC|CNN|UNICEF|UNHCR|NYPD|LAPD|NATO|EU|UN)\b"
)
_PLACE_EN = re.compile(
    rf"\b(?:{_WORD} ){{1,3}}(?:Street|Road|Avenue|Boulevard|Highway|Bridge|Square|District|County|Province|City|River|Lake|Island|"
    rf"Airport|Station|Stadium|Tunnel|Harbou?r|Valley|Beach|Dam|Reservoir)\b|\b(?:City|Town|Village|County|State|Province|Gulf|Port|"
    rf"Isle) of {_WORD}"
)
_LEADING_EN = re.compile(
    r"^(?:(?:The|A|An|In|At|On|From|And|But|Our|My|Your|Their|This|That|When|While|Why|Is|Are|Was|Please|Dear|Hey|Breaking|BREAKING|"
    r"RT|Via|By|To|For|Of|Near|Mr|Mrs|Ms|Dr|Mayor|Governor|President|Chief|Officer|Sheriff|Minister|Senator|Judge|Sir)\.? )+"
)
_TITLE_EN = re.compile(
    r"(?:(?:The|A|And|But) )?(?:Mr|Mrs|Ms|Dr|Mayor|Governor|President|Chief|Officer|Sheriff|Minister|Senator|Judge|Sir|Captain|Sgt|Prof)\b"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A place or an organisation. ``posts`` is None where it would rest on fewer than five authors."""

    kind: NameKind
    text: str
    posts: int | None
    texts: int
    seq: int


@dataclass(frozen=True, slots=True)
class Names:
    """What a story's posts name, the most named first."""

    evidence: Evidence
    places: tuple[Name, ...]
    organisations: tuple[Name, ...]


def names(sayings: Sequence[Saying], *, version: str = "") -> Names | Insufficient:
    """Return the places and organisations of one story."""
    ground = grounds(sayings, posts=POSTS_LEAST, version=version)
    if isinstance(ground, Insufficient):
        return ground
    heard, held = Voices(sayings), _held(fair(sayings))
    found: dict[NameKind, list[Name]] = {kind: [] for kind in NameKind}
    for (kind, text), seqs in held.items():
        if len(seqs) < (TEXTS_LEAST if _is_known(text) else UNKNOWN_LEAST):
            continue
        said = heard.of(seqs)
        found[kind].append(Name(kind, text, None if is_few(said) else len(said), len(seqs), min(seqs)))
    for rows in found.values():
        rows.sort(key=lambda name: (-name.texts, name.text))
    return Names(ground, tuple(found[NameKind.PLACE][:NAMES_MOST]), tuple(found[NameKind.ORGANISATION][:NAMES_MOST]))


def held_names(sayings: Sequence[Saying]) -> dict[str, list[int]]:
    """Return the texts that hold each place or organisation, by their number; never a person."""
    found: dict[str, list[int]] = {}
    for (_kind, text), seqs in _held(sayings).items():
        found[text] = sorted({*found.get(text, ()), *seqs})
    return found


def _held(sayings: Sequence[Saying]) -> dict[tuple[NameKind, str], list[int]]:
    """Return the texts that hold each name; where a name is read from depends on how it stands in all of them."""
    texts = [(each.seq, plain(each.text)) for each in sayings]
    candidates: Counter[str] = Counter()
    endings: list[tuple[int, list[list[str]]]] = []
    for seq, text in texts:
        rows = [readings for run in _HAN_RUN.findall(text) for readings in _readings(run)] if is_han(text) else []
        endings.append((seq, rows))
        candidates.update({reading for readings in rows for reading in readings})
    persons = _persons([text for _seq, text in texts])
    held: dict[tuple[NameKind, str], list[int]] = defaultdict(list)
    for (seq, rows), (_seq, text) in zip(endings, texts, strict=True):
        chosen = {name for readings in rows if (name := _chosen(readings, candidates))}
        kinds = {(_kind_of(name), name) for name in chosen if not _is_personal(name, persons)}
        kinds |= {(NameKind.PLACE, known) for known in _KNOWN_ZH.findall(text) if not any(name.startswith(known) for name in chosen)}
        kinds |= set(_english(text))
        for key in kinds:
            held[key].append(seq)
    return held


def _readings(run: str) -> Iterator[list[str]]:
    """Yield for each ending in a run of Han characters the names it may end, shortest first."""
    begun = 0
    for match in _ENDING.finditer(run):
        ending, start = match[1], match.start()
        if run[match.end() : match.end() + 1] in _NOT_BEFORE.get(ending, ()):
            continue
        stem, cut = _stem(run, max(begun, start - _STEMS_MOST[len(ending) > 1]), start)
        if cut or start - len(stem) == begun:  # what goes on further to the left is half a sentence
            found = [stem[-length:] + ending for length in range(2 if len(ending) == 1 else 1, len(stem) + 1)]
            yield [name for name in found if len(name) >= 3]
        begun = match.end() if _PLACE_ENDING.fullmatch(ending) and ending in "省市县区" else begun


def _stem(run: str, least: int, start: int) -> tuple[str, bool]:
    """Return what may belong to a name before its ending, and whether a word that leads up to a name stopped it."""
    for at in range(start - 1, least - 1, -1):
        if run[at] in _STOPS or any(run.startswith(word, at) or run[max(at - 1, 0) : at + 1] == word for word in _STOP_WORDS):
            return run[at + 1 : start], True
    return run[least:start], False


def _chosen(readings: Sequence[str], candidates: Counter[str]) -> str | None:
    """Return the longest reading that stands nearly as often as a shorter one: where a name begins, others stand before it."""
    readings = [each for each in readings if each not in _GENERIC and not each[0].isdigit()]
    known = [each for each in readings if any(each.startswith(stem) for stem in STEMS_ZH)]
    if known:
        return known[-1]
    best = None
    for reading in readings:
        if best is None or candidates[reading] >= 0.6 * candidates[best]:
            best = reading
    return best if best is None or candidates[best] > 1 else None


def _is_known(name: str) -> bool:
    return not is_han(name) or any(name.startswith(stem) for stem in STEMS_ZH)


def _kind_of(name: str) -> NameKind:
    last = _ENDING.findall(name)[-1] if _ENDING.findall(name) else ""
    return NameKind.PLACE if _PLACE_ENDING.fullmatch(last) else NameKind.ORGANISATION


def _persons(texts: Sequence[str]) -> frozenset[str]:
    """Return names that the texts use as a person's: a surname and one or two characters before a title or a verb of saying."""
    return frozenset(found for text in texts for found in _PERSON.findall(text))


def _is_personal(name: str, persons: frozenset[str]) -> bool:
    """Return whether the words before the ending read as a person's name.

    Nobody is called by a district or a road, so endings of an administration pass; a company may carry its owner's name.
    """
    ending = _ENDING.findall(name)[-1]
    stem = name[: -len(ending)]
    if any(person in name for person in persons):
        return True
    if stem in STEMS_ZH:
        return False
    return (
        2 <= len(stem) <= 3 and stem[0] in _SURNAMES and all(letter in _GIVEN for letter in stem[1:]) and ending not in "省市县区镇乡路街"
    )


def _english(text: str) -> Iterator[tuple[NameKind, str]]:
    for pattern, kind in ((_ORGANISATION_EN, NameKind.ORGANISATION), (_PLACE_EN, NameKind.PLACE)):
        for match in pattern.findall(text):
            name = _LEADING_EN.sub("", match.strip(" .,&"))
            if _TITLE_EN.match(match):
                continue
            if name and (" " in name or name.isupper()) and name.split()[0].lower() not in _FIRST_NAMES_EN:
                yield kind, name
    for known in _KNOWN_EN.findall(text):
        yield NameKind.PLACE, known
