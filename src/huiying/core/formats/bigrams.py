"""Turn text into the words the full-text index holds, and a query into what finds them (pure).

Chinese is cut into overlapping pairs of characters plus the last character alone, so that every
query of two or more characters is an exact phrase and one character is a prefix.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U000323af"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_PAIRED = re.compile(rf"[{_HAN}]").match
#: Longest word kept; longer ones are keys or noise (characters).
WORD_LIMIT = 40


def _runs(text: str) -> list[str]:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _RUN.findall(text.lower())


def _is_pairs(run: str) -> bool:
    return _PAIRED(run) is not None


def bigram_tokens(text: str) -> list[str]:
    """Return the index words of a text, in order.

    >>> bigram_tokens("北京地铁 PM2.5")
    ['北京', '京地', '地铁', '铁', 'pm2', '5']
    """
    tokens: list[str] = []
    for run in _runs(text):
        if _is_pairs(run):
            tokens.extend(map("".join, pairwise(run)))
            tokens.append(run[-1])
        else:
            tokens.append(run[:WORD_LIMIT])
    return tokens


def query_phrases(query: str) -> list[tuple[list[str], bool]]:
    """Return the phrases of a query, each as its words and whether the last word is only a prefix.

    >>> query_phrases("震 北京地铁")
    [(['震'], True), (['北京', '京地', '地铁'], False)]
    """
    phrases: list[tuple[list[str], bool]] = []
    for run in _runs(query[:200]):
        if not _is_pairs(run):
            phrases.append(([run[:WORD_LIMIT]], False))
        elif len(run) == 1:
            phrases.append(([run], True))
        else:
            phrases.append((["".join(pair) for pair in pairwise(run)], False))
    return phrases
