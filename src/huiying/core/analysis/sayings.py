"""What people said, as the parts that read sentences take it: one saying a post, cut into sentences.

A saying carries no name: ``author`` is the pseudonym of the intake, used for counting alone. A copy has no text of its
own, it counts for the text it repeats.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from huiying.core.formats.folding import BREAK, fold_joined

#: Characters of one post that are read: the lead carries the matter, and a hostile megabyte costs nothing.
TEXT_MAX = 1_500
#: Sentences of one post that are read.
SENTENCES_MAX = 40
#: Longest sentence that is shown or compared (characters); a longer one is cut at its commas.
SENTENCE_MAX = 90
#: Texts of one author that count for phrases, names and the summary: a flood by one hand is one voice.
TEXTS_OF_AUTHOR = 3
#: Fewest authors a figure may rest on.
AUTHORS_LEAST = 5

_NOISE = re.compile(
    r"</?[a-z][^<>]{0,400}>|<a\s|href=[\"']|\S{0,24}的微博视频|(?<=[. …])全文|[a-z-]{2,20}=['\"][^'\"<>]{0,200}['\"]?/?>|https?://\S{1,500}|//@\S{1,60}|@[\w\-·]{1,40}:?|"
    r"\[(?:phone|id|email|plate)\]|展开全文|全文[:：]?$|O网页链接|\u200b|\ufffc"
)
_TAG = re.compile(r"#(\S[^#\n]{0,38}\S)#")
_BREAKS = re.compile(r"(?<=[。！!？?；;…\n])(?![。！!？?…”」』’\"])|(?<=[。！!？?…][”」』’\"])|(?<=[a-z0-9\)][.;]) (?=[A-Z“\"])")
_COMMAS = re.compile(r"(?<=[，,、])")
_HAN = re.compile("[\u3400-\u9fff]")
_READABLE = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Saying:
    """One post. ``at`` in microseconds since 1970 UTC; ``author`` empty where the source names none."""

    seq: int
    at: int
    text: str
    author: str = ""
    source: int = 0
    channel: str = ""
    copy_of: int | None = None


def plain(text: str) -> str:
    """Return a text as it may be shown and compared: no links, handles, marks or lone surrogates; hashtags as words.

    >>> plain("#停水通知#  @user 几点来水？ https://t.cn/x")
    '停水通知 几点来水？'
    """
    text = text[:TEXT_MAX].encode("utf-8", "replace").decode()
    text = _TAG.sub(r"\1 ", _NOISE.sub(" ", text))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text, each with its sign; what is too long is cut at its commas.

    >>> sentences("停水了。几点来水？Is it safe? Please tell us.")
    ['停水了。', '几点来水？', 'Is it safe?', 'Please tell us.']
    """
    found: list[str] = []
    for piece in _BREAKS.split(text):
        piece = piece.strip()
        if not _READABLE.search(piece):
            continue
        found += [piece] if len(piece) <= SENTENCE_MAX else _clauses(piece)
        if len(found) >= SENTENCES_MAX:
            break
    return found[:SENTENCES_MAX]


def _clauses(piece: str) -> list[str]:
    """Return a long sentence as clauses put together again as far as they fit; what has no comma is cut short."""
    joined: list[str] = [""]
    for clause in _COMMAS.split(piece):
        if joined[-1] and len(joined[-1]) + len(clause) > SENTENCE_MAX // 2:
            joined.append("")
        joined[-1] += clause
    return [clause.strip()[:SENTENCE_MAX] for clause in joined if _READABLE.search(clause)]


def folded(texts: Sequence[str]) -> list[str]:
    """Return the texts in one spelling: NFKC, case-folded, Simplified; each the same length in meaning, not in characters."""
    if not texts:
        return []
    return fold_joined(BREAK.join(text.replace(BREAK, " ") for text in texts)).tobytes().decode("utf-32-le", "replace").split(BREAK)


@lru_cache(maxsize=65_536)
def is_han(text: str) -> bool:
    """Return whether a text is read as Chinese."""
    return _HAN.search(text) is not None


def originals(sayings: Iterable[Saying]) -> list[Saying]:
    """Return the texts that are no copies, oldest first; of equal texts the first alone."""
    ordered = sorted((each for each in sayings if each.copy_of is None), key=lambda each: (each.at, each.seq))
    seen: set[str] = set()
    kept = []
    for each in ordered:
        key = "".join(each.text[:TEXT_MAX].split())
        if key and key not in seen:
            seen.add(key)
            kept.append(each)
    return kept


def fair(sayings: Iterable[Saying]) -> list[Saying]:
    """Return the originals with at most ``TEXTS_OF_AUTHOR`` of each author."""
    spoken: Counter[str] = Counter()
    kept = []
    for each in originals(sayings):
        spoken[each.author] += 1
        if not each.author or spoken[each.author] <= TEXTS_OF_AUTHOR:
            kept.append(each)
    return kept


def voices(sayings: Sequence[Saying]) -> dict[int, list[Saying]]:
    """Return for each original every saying of its text: itself, its equals and its copies."""
    first = {"".join(each.text[:TEXT_MAX].split()): each.seq for each in reversed(originals(sayings))}
    known = {each.seq: first.get("".join(each.text[:TEXT_MAX].split())) for each in sayings if each.copy_of is None}
    found: dict[int, list[Saying]] = defaultdict(list)
    for each in sayings:
        seq = known.get(each.seq) if each.copy_of is None else known.get(each.copy_of)
        if seq is not None:
            found[seq].append(each)
    return found


def spoken(sayings: Sequence[Saying]) -> Iterator[tuple[Saying, str, str]]:
    """Yield every sentence of the originals: the saying, the sentence as it stands, and the sentence in one spelling."""
    pieces = [(saying, sentence) for saying in originals(sayings) for sentence in sentences(plain(saying.text))]
    for (saying, sentence), same in zip(pieces, folded([sentence for _saying, sentence in pieces]), strict=True):
        yield saying, sentence, same
