"""Match the posts of a tick against all watches at once: the words of the posts choose the watches worth trying."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from huiying.core.formats.bigrams import folded_texts, language_by_script, stems_of, words_of_each
from huiying.core.formats.keywords import Node, has_pattern, read_query
from huiying.core.formats.matching import Anchor, Reading, anchors_of, is_match


@dataclass(frozen=True)
class Watched:
    """What matching needs of a watch."""

    id: int
    query: str
    channel: str = ""
    language: str = ""


@dataclass(frozen=True)
class Said:
    """What matching needs of a post."""

    text: str
    channel: str
    language: str | None


@lru_cache(maxsize=1024)
def _read(query: str) -> tuple[Node, frozenset[Anchor] | None, bool]:
    tree = read_query(query)
    return tree, anchors_of(tree), has_pattern(tree)


def matches(watches: Sequence[Watched], posts: Sequence[Said]) -> list[tuple[int, int]]:
    """Return the places of post and watch of each match, by post and then by watch.

    >>> matches([Watched(7, "停水 -演习"), Watched(8, "leaking")], [Said("今天停水", "weibo", None), Said("it leaks", "weibo", "en")])
    [(0, 0), (1, 1)]
    """
    by_word, by_beginning, always = _by_anchor(watches)
    found: list[tuple[int, int]] = []
    for place, line in enumerate(words_of_each([post.text for post in posts])):
        stems = stems_of(line)
        words = {*line.split(), *stems}
        tried = set(always).union(*(by_word[word] for word in words & by_word.keys()))
        if by_beginning:
            tried.update(*(by_beginning[first] for first in {word[0] for word in words} & by_beginning.keys()))
        if tried:
            reading = Reading(" " + line, frozenset(stems), "")
            found += [(place, number) for number in sorted(tried) if _fits(watches[number], posts[place], reading)]
    return found


def _by_anchor(watches: Iterable[Watched]) -> tuple[dict[str, list[int]], dict[str, list[int]], list[int]]:
    by_word: dict[str, list[int]] = defaultdict(list)
    by_beginning: dict[str, list[int]] = defaultdict(list)
    always: list[int] = []
    for number, watch in enumerate(watches):
        anchors = _read(watch.query)[1]
        if anchors is None:
            always.append(number)
        for anchor in anchors or ():
            (by_beginning if anchor.is_begun else by_word)[anchor.word].append(number)
    return by_word, by_beginning, always


def _fits(watch: Watched, post: Said, reading: Reading) -> bool:
    if watch.channel and watch.channel != post.channel:
        return False
    if watch.language and watch.language != (post.language or language_by_script(reading.words.lstrip())).split("-")[0].lower():
        return False
    tree, _anchors, needs_folded = _read(watch.query)
    if needs_folded:
        reading = Reading(reading.words, reading.stems, folded_texts([post.text])[0])
    return is_match(tree, reading)
