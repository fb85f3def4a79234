"""Measure how much a decoded text looks like something that people write."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

#: The commonest characters of each script (about half of any running text): the wrong table hardly ever hits them.
_FREQUENT = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市区县镇村路街通知供停医院校员府报网处及据应急查黄价格服务热线"
    "這來國個說們為時學對裡後麼沒還發當開見經頭長現將與進點實聲話兒問機給幾業間東聽氣關產電門萬區縣鎮員報網處據應價務熱線書車風飛馬魚鳥語論買賣讓變樣師愛興錢題"
    "日本語東京新聞発表会社員県市町村区駅電気水道停止復旧情報案内週火災地震警察消防"
    "，。、；：？！“”‘’（）《》「」『』…—·　０１２３４５６７８９"
)
_SYLLABLES = frozenset(
    "이다는에의을를가고하로은지도한기사대시서인나리어자해정있스일보수것부장면그들과와아라마만니게안전제구동여주상원조학신국비경성유공무관계소용선교중연세오지방민간현재차통행위생발"
)
_RUSSIAN = frozenset("оеаинтсрвлкмдпу")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u04ff\u05d0-\u05ea\u0600-\u06ff\u0e01-\u0e5b]+")
#: Alphabets that are never mixed inside a word: first and last letter.
_ALPHABETS = (("\u0400", "\u04ff"), ("\u0370", "\u03ff"), ("\u05d0", "\u05ea"), ("\u0600", "\u06ff"), ("\u0e01", "\u0e5b"))
_PUNCTUATION = frozenset("«»–—‘’“”„…·•№°§€£©®™¥\u00a0")


def plausibility(text: str) -> float:
    """Return the weight of evidence that a text was decoded rightly; comparable between readings of the same bytes.

    >>> plausibility("自来水发黄") > plausibility("自来水发黄".encode("gb18030").decode("cp1252", "replace"))
    True
    """
    counts = Counter(text)
    total = sum(_weight(character) * times for character, times in counts.items() if character > "\x7f")
    syllables = sum(times for character, times in counts.items() if "\uac00" <= character <= "\ud7a3")
    han = sum(times for character, times in counts.items() if "\u4e00" <= character <= "\u9fff")
    kana = sum(times for character, times in counts.items() if "\u3041" <= character <= "\u30ff")
    if syllables and han + kana:  # Koreans write hardly any Han; misread Chinese is half Han, half syllables
        total -= 3.0 * min(syllables, han + kana)
    if not any("\u00c0" <= character <= "\u0e5b" for character in counts):
        return total
    return total + sum(_word_weight(word) for word in _WORD.findall(text) if not word.isascii())


@lru_cache(maxsize=16_384)
def _weight(character: str) -> float:
    """Return the evidence of one character, in units of the bytes that it takes in its own encodings."""
    if character in _FREQUENT:
        return 3.0
    if "\u3041" <= character <= "\u3096":
        return 2.6
    if "\u30a1" <= character <= "\u30fe":
        return 1.8
    if "\u4e00" <= character <= "\u9fff":
        return 0.9 if _is_everyday(character) else -1.2
    if "\uac00" <= character <= "\ud7a3":
        return 2.4 if character in _SYLLABLES else 1.0
    if character in _PUNCTUATION:
        return 0.3
    if _WORD.match(character) or "\uff01" <= character <= "\uff5e" or character >= "\U0001f000":
        return 0.0  # letters count as words, below
    if "\u2010" <= character <= "\u2bff":
        return 0.0
    if "\uff61" <= character <= "\uff9f":
        return -1.5  # half-width kana: nearly always Chinese read as Shift-JIS
    if character == "\ufffd":
        return -6.0
    if "\ue000" <= character <= "\uf8ff" or "\u0080" <= character <= "\u009f":
        return -4.0
    return -1.0


def _is_everyday(character: str) -> bool:
    """Return whether a Han character belongs to the everyday half of the Chinese or Japanese or Taiwanese tables."""
    for codec, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("euc_jp", 0xB0, 0xCF)):
        try:
            raw = character.encode(codec)
        except UnicodeEncodeError:
            continue
        if len(raw) == 2 and first <= raw[0] <= last:
            return True
    return False


def _word_weight(word: str) -> float:
    """Return the evidence of one word of letters outside ASCII: one alphabet, one case after the first letter."""
    foreign = sum(1 for letter in word if letter > "\x7f")
    for first, last in _ALPHABETS:
        inside = sum(1 for letter in word if first <= letter <= last)
        if inside and inside != len(word):
            return -1.0 * foreign
        if inside and first in ("\u0400", "\u0370") and _is_odd_case(word):
            return -1.0 * foreign
        if inside and first == "\u0400":
            return 0.5 * foreign + 0.5 * sum(1 for letter in word.lower() if letter in _RUSSIAN)
        if inside:
            return 0.8 * foreign
    if _is_odd_case(word):
        return -1.0 * foreign
    if len(word) == 1:
        return 0.2
    return 0.6 * foreign if foreign * 3 <= len(word) * 2 else -0.8 * foreign


def _is_odd_case(word: str) -> bool:
    return not (word[1:].islower() or word.isupper() or len(word) == 1)
