"""The keyword grammar of searches and watches: read a query into a tree, with faults at their place (pure).

``停水 +投诉 -演习 "exact words" /regex/ | (groups)``: words side by side must all occur, ``|`` means either and binds
weaker, ``-`` excludes, ``+`` may be written for must. There is no field for an author: a query is about a matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import re2

from .bigrams import folded_texts, is_paired, stem, words_of

#: Longest query (characters), most terms of it and deepest group: beyond them nobody can say what is asked.
QUERY_LIMIT, TERM_LIMIT, DEPTH_LIMIT = 1000, 64, 12
#: Longest regex (characters) and most memory of its automaton (bytes).
PATTERN_LIMIT, PATTERN_MEMORY = 200, 1 << 20

_WIDE = str.maketrans("（）｜＋－“”„＂＠　／", '()|+-""""@ /')
_FIELD = re.compile(
    r"(author|user|username|screen_?name|nickname|handle|uid|account|from|by|作者|用户|用戶|用户名|用戶名|账号|帳號|博主|网名|網名|昵称|暱稱)[:：]",
    re.IGNORECASE,
)
_STEMMED = re.compile(r"[a-z]{3,40}")
_CONNECTED = re.compile(r"[0-9A-Za-z]")


class QueryFault(ValueError):
    """A query that cannot be read: a code for its sentence, the place (first character is 1) and what stands there."""

    def __init__(self, code: str, place: int, detail: str = "") -> None:
        super().__init__(f"{code} at {place}: {detail}")
        self.code, self.place, self.detail = code, place, detail


@dataclass(frozen=True)
class Term:
    """Words that follow each other; the last may be only the beginning of one, or all be one stem.

    ``pieces`` are the runs of letters, digits and Han characters as they stand in a folded text.
    """

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    is_begun: bool = False
    is_stem: bool = False


@dataclass(frozen=True)
class Pattern:
    """A regex of the linear-time engine, for folded texts."""

    source: str


@dataclass(frozen=True)
class Not:
    """What must not match."""

    node: Node


@dataclass(frozen=True)
class All:
    """All must match."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """One at least must match."""

    nodes: tuple[Node, ...]


Node = Term | Pattern | Not | All | Either


def read_query(query: str) -> Node:
    """Return the tree of a query; raises QueryFault.

    >>> read_query("北京地铁").words
    ('北京', '京地', '地铁')
    >>> read_query("leaking").words, read_query('"leaking"').words
    (('leak',), ('leaking',))
    """
    if len(query) > QUERY_LIMIT:
        raise QueryFault("too_long", QUERY_LIMIT, str(len(query)))
    reader = _Reader(query)
    tree = reader.either(0)
    if reader.at < len(reader.text):
        raise QueryFault("unopened", reader.at + 1, ")")
    if not _is_positive(tree):
        raise QueryFault("only_excludes", 1)
    return tree


def terms_of(node: Node, *, excluded: bool = False) -> list[Term | Pattern]:
    """Return the terms and patterns a match may show, left to right; what is excluded is left out."""
    if isinstance(node, Term | Pattern):
        return [] if excluded else [node]
    if isinstance(node, Not):
        return terms_of(node.node, excluded=not excluded)
    return [term for child in node.nodes for term in terms_of(child, excluded=excluded)]


def has_pattern(node: Node) -> bool:
    """Return whether a tree holds a regex, which no index can answer alone."""
    if isinstance(node, Not):
        return has_pattern(node.node)
    return isinstance(node, Pattern) or (isinstance(node, All | Either) and any(map(has_pattern, node.nodes)))


def compiled(source: str) -> re2._Regexp:
    """Return the automaton of a pattern: linear in the text, whatever the pattern; raises ``re2.error``."""
    options = re2.Options()
    options.case_sensitive, options.max_mem, options.log_errors = False, PATTERN_MEMORY, False
    return re2.compile(source, options)


def _is_positive(node: Node) -> bool:
    """Return whether a match needs something to be there, not only something to be missing."""
    if isinstance(node, Not):
        return not _is_positive(node.node)
    if isinstance(node, All):
        return any(map(_is_positive, node.nodes))
    return all(map(_is_positive, node.nodes)) if isinstance(node, Either) else True


class _Reader:
    """One pass over a query."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.text = query.translate(_WIDE)
        self.at = 0
        self._terms = 0

    def either(self, depth: int) -> Node:
        if depth > DEPTH_LIMIT:
            raise QueryFault("too_deep", self.at + 1, str(DEPTH_LIMIT))
        nodes = [self._all(depth)]
        while self._peek() == "|":
            self.at += 1
            nodes.append(self._all(depth))
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def _all(self, depth: int) -> Node:
        nodes: list[Node] = []
        while (here := self._peek()) and here not in "|)":
            nodes.append(self._one(depth))
        if not nodes:
            raise QueryFault("missing", self.at + 1, self.text[self.at : self.at + 1])
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes))

    def _one(self, depth: int) -> Node:
        here = self._peek()
        if here in ("+", "-"):
            place = self.at
            self.at += 1
            if not self.text[self.at : self.at + 1].strip() or self.text[self.at] in "|)+-":
                raise QueryFault("dangling", place + 1, here)
            node = self._one(depth)
            return node if here == "+" else Not(node)
        if here == "(":
            return self._group(depth)
        self._terms += 1
        if self._terms > TERM_LIMIT:
            raise QueryFault("too_many", self.at + 1, str(TERM_LIMIT))
        if here == '"':
            return self._quoted()
        return self._pattern() if here == "/" else self._word()

    def _group(self, depth: int) -> Node:
        place = self.at
        self.at += 1
        node = self.either(depth + 1)
        if self._peek() != ")":
            raise QueryFault("unclosed", place + 1, "(")
        self.at += 1
        return node

    def _quoted(self) -> Term:
        place, end = self.at, self.text.find('"', self.at + 1)
        if end < 0:
            raise QueryFault("unclosed", place + 1, '"')
        self.at = end + 1
        return self._term(self.query[place + 1 : end], place, is_exact=True)

    def _pattern(self) -> Pattern:
        place, end = self.at, self.at + 1
        while end < len(self.text) and self.text[end] != "/":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise QueryFault("unclosed", place + 1, "/")
        self.at = end + 1
        source = _folded_pattern(self.query[place + 1 : end])
        if not source or len(source) > PATTERN_LIMIT:
            raise QueryFault("regex_length", place + 1, str(PATTERN_LIMIT))
        try:
            compiled(source)
        except re2.error as error:
            reason = error.args[0]
            raise QueryFault("regex", place + 1, reason.decode() if isinstance(reason, bytes) else str(reason)) from error
        return Pattern(source)

    def _word(self) -> Term:
        place = self.at
        while self.at < len(self.text) and not self._ends_word(place):
            self.at += 1
        return self._term(self.query[place : self.at], place, is_exact=False)

    def _ends_word(self, place: int) -> bool:
        here, following = self.text[self.at], self.text[self.at + 1 : self.at + 2]
        if here.isspace() or here in '()|"':
            return True
        if here not in "+-" or self.at == place or not following.strip() or following in "+-|)":
            return False
        is_hyphen = here == "-" and _CONNECTED.match(self.text[self.at - 1]) and _CONNECTED.match(following)
        return self.text[self.at - 1] not in "+-" and not is_hyphen

    def _term(self, text: str, place: int, *, is_exact: bool) -> Term:
        if (handle := re.search(r"[@＠]\w*", text)) is not None:
            raise QueryFault("handle", place + 1, handle[0])
        if (field := _FIELD.match(text)) is not None:
            raise QueryFault("author_field", place + 1, field[0])
        words = words_of(text)
        if not words:
            raise QueryFault("no_words", place + 1, text[:40])
        pieces = _pieces(words)
        if is_paired(words[-1]) and len(words[-1]) == 1:
            if len(pieces[-1]) > 1:
                return Term(tuple(words[:-1]), pieces)
            return Term(tuple(words), pieces, is_begun=True)
        if not is_exact and len(words) == 1 and _STEMMED.fullmatch(words[0]):
            return Term((stem(words[0]),), pieces, is_stem=True)
        return Term(tuple(words), pieces)

    def _peek(self) -> str:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]


def _pieces(words: list[str]) -> tuple[str, ...]:
    """Return the runs that gave the words: pairs are put together again."""
    pieces: list[str] = []
    run = ""
    for word in words:
        if is_paired(word):
            run += word[0]
            if len(word) == 1:
                pieces.append(run)
                run = ""
        else:
            pieces.append(word)
    return tuple(pieces)


def _folded_pattern(source: str) -> str:
    """Return a regex for folded texts: its foreign characters folded as the texts are, its syntax untouched."""
    folded = []
    for character in source:
        if character.isascii():
            folded.append(character)
        else:
            spelled = folded_texts([character])[0]
            folded.append("".join("\\" + each if each.isascii() and not each.isalnum() else each for each in spelled))
    return "".join(folded)
