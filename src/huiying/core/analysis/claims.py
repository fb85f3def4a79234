"""Claims worth checking: what is asserted about a matter with a figure, a cause, an accusation, or on somebody's word.

A claim is a sentence to check, never a verdict: nothing here says whether it is true.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .alike import SENTENCES_MOST, grouped, medoid, vectors
from .asking import ask_of, slots_of
from .evidence import Evidence, Insufficient
from .grounds import Voices, authors_of, grounds, is_few, weight
from .sayings import AUTHORS_LEAST, Saying, spoken


class Ground(StrEnum):
    """Why a sentence is worth checking."""

    FIGURE = "figure"
    CAUSE = "cause"
    ACCUSATION = "accusation"
    HEARSAY = "hearsay"


#: Below so many posts a list of claims would be a list of single posts.
POSTS_LEAST = 5
GROUPS_MOST = 12
#: Shortest sentence that asserts something (characters, folded).
LETTERS_LEAST = 6
#: Words alone must bring two claims together; there are no slots of a question to help.
JOIN_AT = 0.34

GROUNDS: tuple[tuple[Ground, re.Pattern[str]], ...] = (
    (
        Ground.HEARSAY,
        re.compile(
            r"据说|听说|网传|传言|传闻|谣传|有人(?:说|称|爆料)|朋友(?:圈)?(?:说|讲|告诉|爆料|看到)|(?:同事|邻居|亲戚|同学|老师|医生|"
            r"司机|师傅|护士|保安|内部(?:人员|消息|人士)?|知情(?:人|者|"
            r"人士)?)(?:说|讲|透露|告诉|爆料|称)|内部消息|小道消息|群里(?:说|都在传|传)|爆料|疑似|紧急扩散|扩散[:：!]|速转|好像是|"
            r"\b(?:apparently|reportedly|allegedly|rumou?rs?|i(?:'ve)? heard|word is|they say|people (?:are )?say(?:ing)?|"
            r"sources? (?:say|said|tell|told|close)|(?:my|a) (?:friend|neighbou?r|cousin|colleague|sister|brother)\w* (?:says?|"
            r"said|told|heard|saw)|unconfirmed|supposedly|hearing that)\b"
        ),
    ),
    (
        Ground.ACCUSATION,
        re.compile(
            r"隐瞒|瞒报|投毒|下毒|泄漏|谎报|造假|假的|黑幕|贪污|受贿|行贿|偷排|偷工减料|违规|违法|违章|渎职|失职|撒谎|说谎|骗|欺诈|掩盖|封口|删帖|"
            r"推卸|推诿|不作为|包庇|勾结|豆腐渣|以次充好|超标|过期|劣质|非法|威胁|殴打|打人|"
            r"故意|早就知道|无证|"
            r"\b(?:cover(?:ed|ing)?[- ]?up|lied?|lying|liars?|hid|hiding|hidden|negligen\w*|illegal\w*|corrupt\w*|brib\w*|"
            r"fraud\w*|faked?|falsif\w*|dump(?:ed|ing)|poison(?:ed|ing)|scam\w*|cheat\w*|ignored (?:the )?warnings?|knew (?:about|"
            r"for|it|that)|cut corners|unlicensed|expired|violat\w*|abus\w*|murder\w*|assault\w*)\b"
        ),
    ),
    (
        Ground.CAUSE,
        re.compile(
            r"因为|由于|导致|造成|引发|引起|致使|起因|原因是|原因系|是因|源于|缘于|罪魁祸首|\b(?:because|caused by|due to|as a "
            r"result of|led to|the (?:cause|"
            r"reason) (?:is|was)|result(?:s|ed|ing) (?:from|in)|blamed on|thanks to a)\b"
        ),
    ),
    (
        Ground.FIGURE,
        re.compile(
            r"(?<![\d.:/-])(?:\d[\d,.]*|[一二三四五六七八九]?[十百千万][一二三四五六七八九十百千万零]*|"
            r"[两三四五六七八九数])\s?(?:多|余|来|几)?(?:个?人|名|例|死|伤|万元?|亿元?|元|"
            r"块钱|吨|倍|成|%|度|公里|千米|平方|毫克|微克|户|辆|起|所|家|只|头|条|艘|架|级|mg|μg|ppm|ntu)(?!大|事|心|生|行|左右手|起来)"
            r"|百分之[一二三四五六七八九十百零点]+|\b\d[\d,.]*\s?(?:%|percent|people|persons?|dead|deaths?|killed|injured|wounded|missing|"
            r"casualties|victims|cases|children|kids|students|passengers|homes|houses|families|residents|million|billion|thousand|"
            r"hundred|dollars|tons?|tonnes|km|miles|ppm|mg|times|years? old)\b|[$£€¥]\s?\d"
        ),
    ),
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?\s?(?:多|余)?(?:万|亿)?(?:[人名例死伤元吨倍成度米户栋辆所家头条艘架级克岁天]|个人|%|[a-z]{2,10})?")
#: What differs between wordings of one claim and says nothing about it: who is said to have said it, and the figures.
_WORDING = re.compile(GROUNDS[0][1].pattern + r"|\d[\d,.]*|[一二三四五六七八九十百千万两几数]+(?=[多余来几]?[个人名例户元万])")
_ADVICE = re.compile(
    r"^(?:转发|扩散|关注|点击|评论|抽奖|领取|下载|扫码|戳)|抽奖|优惠|包邮|秒杀|满减|直播间|\b(?:giveaway|discount|promo|use code|% off)\b"
)


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """One claim in all its wordings, and where it was seen. Figures are None below five authors.

    ``numbers`` are the figures its wordings name, the most named first: several mean that they disagree.
    """

    grounds: tuple[Ground, ...]
    slots: tuple[str, ...]
    text: str
    seq: int
    posts: int | None
    authors: int | None
    sources: int
    channels: tuple[tuple[str, int], ...]
    numbers: tuple[str, ...]
    first_at: int
    last_at: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a story, the one of most authors first."""

    evidence: Evidence
    groups: tuple[ClaimGroup, ...]


@dataclass(frozen=True, slots=True)
class _Claimed:
    saying: Saying
    text: str
    folded: str
    grounds: tuple[Ground, ...]
    slots: tuple[str, ...]


def grounds_of(folded: str) -> tuple[Ground, ...]:
    """Return why a folded sentence is worth checking; nothing for a question, a demand or an advertisement.

    >>> grounds_of("听说城东有30多人住院了"), grounds_of("30多人住院了?")
    ((<Ground.HEARSAY: 'hearsay'>, <Ground.FIGURE: 'figure'>), ())
    """
    if len(folded) < LETTERS_LEAST:
        return ()
    found = tuple(ground for ground, pattern in GROUNDS if pattern.search(folded))
    return () if not found or _ADVICE.search(folded) or ask_of(folded) is not None else found


def claims(sayings: Sequence[Saying], *, version: str = "") -> Claims | Insufficient:
    """Return the claims of one story that are worth checking."""
    ground = grounds(sayings, posts=POSTS_LEAST, version=version)
    if isinstance(ground, Insufficient):
        return ground
    claimed = [_Claimed(saying, text, same, why, slots_of(same)) for saying, text, same in spoken(sayings) if (why := grounds_of(same))]
    claimed = sorted(claimed, key=lambda each: (each.saying.at, each.saying.seq))[-SENTENCES_MOST:]
    heard = Voices(sayings)
    matrix = vectors(
        [_WORDING.sub(" ", each.folded) for each in claimed],
        [each.grounds[0] for each in claimed],
        [each.slots for each in claimed],
        slot_weight=1.5,
        kind_weight=0.3,
    )
    groups = [(members, heard.of(claimed[row].saying.seq for row in members)) for members in grouped(matrix, JOIN_AT)]
    groups.sort(key=lambda group: (-weight(group[1]), -len(group[1]), group[0]))
    return Claims(
        ground,
        tuple(_group([claimed[row] for row in members], claimed[medoid(matrix, members)], said) for members, said in groups[:GROUPS_MOST]),
    )


def _group(claimed: list[_Claimed], typical: _Claimed, said: Sequence[Saying]) -> ClaimGroup:
    authors = authors_of(said)
    why = Counter(ground for each in claimed for ground in each.grounds)
    numbers = Counter(number for each in claimed for number in {found.replace(" ", "") for found in _NUMBER.findall(each.folded)})
    return ClaimGroup(
        grounds=tuple(ground for ground in Ground if 2 * why[ground] >= len(claimed)) or typical.grounds,
        slots=typical.slots,
        text=typical.text,
        seq=typical.saying.seq,
        posts=None if is_few(said) else len(said),
        authors=authors if authors >= AUTHORS_LEAST else None,
        sources=len({each.source for each in said}),
        channels=()
        if is_few(said)
        else tuple(sorted(Counter(each.channel for each in said if each.channel).items(), key=lambda pair: (-pair[1], pair[0]))),
        numbers=tuple(sorted(numbers, key=lambda number: (-numbers[number], number)))[:4],
        first_at=min(each.at for each in said),
        last_at=max(each.at for each in said),
        examples=tuple(dict.fromkeys(each.saying.seq for each in claimed))[:5],
    )
