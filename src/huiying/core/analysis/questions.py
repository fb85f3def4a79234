"""Questions and demands of the public about one matter: found, told apart, grouped, ranked by how many ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .alike import SENTENCES_MOST, grouped, medoid, vectors
from .asking import Ask, Kind, Tone, ask_of, focus_of, slots_of
from .evidence import Evidence, Insufficient
from .grounds import Voices, authors_of, grounds, is_few, weight
from .sayings import AUTHORS_LEAST, Saying, spoken

#: Below so many posts nothing is said about what "the public" asks.
POSTS_LEAST = 5
#: Groups that are kept, the most asked first.
GROUPS_MOST = 12
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """One question in all its wordings. Figures are None where they would rest on fewer than five authors.

    ``text`` is the wording nearest to all the others, as somebody wrote it; times in microseconds since 1970 UTC.
    """

    kind: Kind
    slots: tuple[str, ...]
    text: str
    seq: int
    posts: int | None
    authors: int | None
    wordings: int
    first_at: int
    last_at: int
    examples: tuple[int, ...]

    @property
    def is_demand(self) -> bool:
        """Return whether something is demanded rather than asked."""
        return self.kind is Kind.DEMAND


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked and demanded, the question of most authors first, of equals the one that waits longest."""

    evidence: Evidence
    groups: tuple[QuestionGroup, ...]
    rhetorical: int
    quoted: int


@dataclass(frozen=True, slots=True)
class _Asked:
    saying: Saying
    text: str
    folded: str
    ask: Ask


def questions(sayings: Sequence[Saying], *, version: str = "") -> Questions | Insufficient:
    """Return the questions and demands of the sayings of one story.

    A reproach and a question in another's mouth are counted apart and never grouped. About 6,000 posts a CPU-second.
    """
    ground = grounds(sayings, posts=POSTS_LEAST, version=version)
    if isinstance(ground, Insufficient):
        return ground
    asked = [_Asked(saying, text, same, ask) for saying, text, same in spoken(sayings) if (ask := ask_of(same))]
    tones = Counter(each.ask.tone for each in asked)
    kept = _newest([each for each in asked if each.ask.tone is Tone.OPEN])
    heard = Voices(sayings)
    focused = [focus_of(each.folded) for each in kept]
    matrix = vectors(focused, [each.ask.kind for each in kept], [slots_of(each) for each in focused])
    groups = [(members, heard.of(kept[row].saying.seq for row in members)) for members in grouped(matrix)]
    # authors nobody may count still order the list: it shows no figure
    groups.sort(key=lambda group: (-weight(group[1]), min(each.at for each in group[1]), group[0]))
    found = tuple(_group([kept[row] for row in members], kept[medoid(matrix, members)], said) for members, said in groups[:GROUPS_MOST])
    return Questions(ground, found, tones[Tone.RHETORICAL], tones[Tone.QUOTED])


def _newest(asked: list[_Asked]) -> list[_Asked]:
    return sorted(asked, key=lambda each: (each.saying.at, each.saying.seq))[-SENTENCES_MOST:]


def _group(asked: list[_Asked], typical: _Asked, said: Sequence[Saying]) -> QuestionGroup:
    authors = authors_of(said)
    kinds = Counter(each.ask.kind for each in asked)
    slots = Counter(slot for each in asked for slot in each.ask.slots)
    return QuestionGroup(
        kind=min(kinds, key=lambda kind: (-kinds[kind], kind)),
        slots=tuple(sorted((slot for slot, n in slots.items() if 2 * n >= len(asked)), key=lambda slot: (-slots[slot], slot))),
        text=typical.text,
        seq=typical.saying.seq,
        posts=None if is_few(said) else len(said),
        authors=authors if authors >= AUTHORS_LEAST else None,
        wordings=len({each.folded for each in asked}),
        first_at=min(each.at for each in said),
        last_at=max(each.at for each in said),
        examples=tuple(dict.fromkeys(each.saying.seq for each in asked))[:_EXAMPLES],
    )
