"""What a statement may become, who may move it, and when its text may leave the house (pure)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class StatementState(StrEnum):
    """Where a statement is on its way out (STANDARDS 8.4)."""

    DRAFT = "draft"
    FACT_CHECK = "fact_check"
    LEGAL_REVIEW = "legal_review"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    REJECTED = "rejected"
    EXPIRED = "expired"


class StatementKind(StrEnum):
    """What the text is for."""

    HOLDING = "holding"
    STATEMENT = "statement"
    CORRECTION = "correction"
    CLOSING = "closing"


class Nature(StrEnum):
    """What one sentence is: only a fact may carry figures, and a fact needs evidence."""

    FACT = "fact"
    EMPATHY = "empathy"
    ACTION = "action"
    ADVICE = "advice"
    COMMITMENT = "commitment"
    UNKNOWN = "unknown"


class FactState(StrEnum):
    """Whether somebody else has checked the fact."""

    PROPOSED = "proposed"
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"


class CommitmentState(StrEnum):
    """What became of a promise."""

    MADE = "made"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"


STATE_LABELS: dict[StatementState, Promise] = {
    StatementState.DRAFT: _("draft"),
    StatementState.FACT_CHECK: _("fact check"),
    StatementState.LEGAL_REVIEW: _("legal review"),
    StatementState.PENDING_APPROVAL: _("waiting for approval"),
    StatementState.APPROVED: _("approved"),
    StatementState.PUBLISHED: _("published"),
    StatementState.CORRECTED: _("corrected"),
    StatementState.WITHDRAWN: _("withdrawn"),
    StatementState.RETURNED: _("returned"),
    StatementState.REJECTED: _("rejected"),
    StatementState.EXPIRED: _("approval expired"),
}
STATE_TONES: dict[StatementState, str] = {
    StatementState.FACT_CHECK: "yellow",
    StatementState.LEGAL_REVIEW: "yellow",
    StatementState.PENDING_APPROVAL: "orange",
    StatementState.APPROVED: "blue",
    StatementState.PUBLISHED: "ok",
    StatementState.CORRECTED: "plain",
    StatementState.WITHDRAWN: "red",
    StatementState.RETURNED: "yellow",
    StatementState.REJECTED: "red",
    StatementState.EXPIRED: "red",
    StatementState.DRAFT: "plain",
}
KIND_LABELS: dict[StatementKind, Promise] = {
    StatementKind.HOLDING: _("holding statement"),
    StatementKind.STATEMENT: _("statement"),
    StatementKind.CORRECTION: _("correction"),
    StatementKind.CLOSING: _("closing statement"),
}
NATURE_LABELS: dict[Nature, Promise] = {
    Nature.FACT: _("fact"),
    Nature.EMPATHY: _("empathy"),
    Nature.ACTION: _("what we are doing"),
    Nature.ADVICE: _("what readers should do"),
    Nature.COMMITMENT: _("commitment"),
    Nature.UNKNOWN: _("not known yet"),
}
FACT_LABELS: dict[FactState, Promise] = {
    FactState.PROPOSED: _("not verified"),
    FactState.VERIFIED: _("verified"),
    FactState.WITHDRAWN: _("withdrawn"),
}
COMMITMENT_LABELS: dict[CommitmentState, Promise] = {
    CommitmentState.MADE: _("promised"),
    CommitmentState.KEPT: _("promise kept"),
    CommitmentState.LATE: _("promise kept late"),
    CommitmentState.BROKEN: _("promise broken"),
}

_S = StatementState
#: (from, to) -> the right it takes. What is not here cannot happen.
MOVES: dict[StatementState, dict[StatementState, str]] = {
    _S.DRAFT: {_S.FACT_CHECK: "statement.write", _S.REJECTED: "statement.approve"},
    _S.FACT_CHECK: {
        _S.LEGAL_REVIEW: "statement.check",
        _S.PENDING_APPROVAL: "statement.check",
        _S.RETURNED: "statement.check",
        _S.DRAFT: "statement.write",
    },
    _S.LEGAL_REVIEW: {_S.PENDING_APPROVAL: "statement.legal", _S.RETURNED: "statement.legal", _S.DRAFT: "statement.write"},
    _S.PENDING_APPROVAL: {
        _S.APPROVED: "statement.approve",
        _S.RETURNED: "statement.approve",
        _S.REJECTED: "statement.approve",
        _S.DRAFT: "statement.write",
    },
    _S.APPROVED: {
        _S.PUBLISHED: "statement.publish",
        _S.EXPIRED: "statement.publish",
        _S.RETURNED: "statement.approve",
        _S.DRAFT: "statement.write",
    },
    _S.RETURNED: {_S.FACT_CHECK: "statement.write", _S.DRAFT: "statement.write", _S.REJECTED: "statement.approve"},
    _S.EXPIRED: {_S.PENDING_APPROVAL: "statement.write", _S.DRAFT: "statement.write", _S.REJECTED: "statement.approve"},
    _S.PUBLISHED: {_S.CORRECTED: "statement.publish", _S.WITHDRAWN: "statement.approve"},
    _S.CORRECTED: {},
    _S.WITHDRAWN: {},
    _S.REJECTED: {},
}
EDITABLE = frozenset(state for state, moves in MOVES.items() if state is _S.DRAFT or _S.DRAFT in moves)
OUT = frozenset({_S.PUBLISHED, _S.CORRECTED, _S.WITHDRAWN})
RUNNING = frozenset(set(_S) - OUT - {_S.REJECTED})

FACT_MOVES: dict[FactState, frozenset[FactState]] = {
    FactState.PROPOSED: frozenset({FactState.VERIFIED, FactState.WITHDRAWN}),
    FactState.VERIFIED: frozenset({FactState.WITHDRAWN}),
    FactState.WITHDRAWN: frozenset(),
}
COMMITMENT_MOVES: dict[CommitmentState, frozenset[CommitmentState]] = {
    CommitmentState.MADE: frozenset({CommitmentState.KEPT, CommitmentState.LATE, CommitmentState.BROKEN}),
    CommitmentState.KEPT: frozenset(),
    CommitmentState.LATE: frozenset(),
    CommitmentState.BROKEN: frozenset(),
}

#: People, none of them an author, who must sign the exact text (DESIGN section 4, point 6).
APPROVALS_NEEDED = 2
#: Hours an approval holds: the situation it was given for has moved on after that (STANDARDS 8.4).
APPROVAL_LIFE = timedelta(hours=4)
#: Grades at which one of the approvals is the commander's (STANDARDS 1.3, "approval of text").
COMMANDER_GRADES = frozenset({"I_EXTRAORDINARY", "II_MAJOR"})
#: Characters; a public text longer than this is not read by anybody in a crisis.
LONGEST_SENTENCE = 400
#: Which running clocks of an incident a release answers; those of the second set need a verified fact in the text.
CLOCKS_ANSWERED = ("holding_statement", "public_update", "next_update")
CLOCKS_ANSWERED_BY_FACTS = ("authoritative_information", "reply")


def may_move(old: StatementState, new: StatementState) -> bool:
    """Return whether the table has this move.

    >>> may_move(StatementState.DRAFT, StatementState.PUBLISHED)
    False
    """
    return new in MOVES[old]


@dataclass(frozen=True)
class SentenceText:
    """One sentence as written: both languages, its nature, the facts it stands on."""

    nature: Nature
    text_zh: str
    text_en: str
    fact_ids: tuple[int, ...] = ()
    due_at: datetime | None = None
    owner_role: str = ""


@dataclass(frozen=True)
class Approved:
    """One approval as the rules need it."""

    person_id: int
    role: str
    given_at: datetime


def digest_of(body: dict[str, object]) -> str:
    """Return SHA-256 of the canonical JSON text, which is also what the public page serves."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def canonical(body: dict[str, object]) -> str:
    """Return the one JSON text of a statement: sorted keys, no spaces, UTF-8 kept."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def short_code(number: int, digest: str) -> str:
    """Return the code by which a reader checks a page over the telephone.

    >>> short_code(3, "9f3ce1")
    '3-9F3C'
    """
    return f"{number}-{digest[:4].upper()}"


def grade_needs_commander(grade: str | None) -> bool:
    """Return whether texts about an incident of this grade need the commander's approval."""
    return grade in COMMANDER_GRADES


def approvals_missing(approvals: Collection[Approved], *, needs_commander: bool) -> tuple[int, bool]:
    """Return how many approvals are still missing, and whether the commander's is among them."""
    people = {approval.person_id for approval in approvals}
    lacks_commander = needs_commander and not any(approval.role == "commander" for approval in approvals)
    missing = max(APPROVALS_NEEDED - len(people), 1 if lacks_commander else 0)
    return missing, lacks_commander


def approvals_expired(approvals: Iterable[Approved], now: datetime) -> bool:
    """Return whether any of the approvals is older than it may be."""
    return any(now - approval.given_at > APPROVAL_LIFE for approval in approvals)


_ZH_NUMBER = "(?:[二两三四五六七八九十百千万亿]+|一[十百千万亿][一二三四五六七八九十百千万亿]*|[一二三四五六七八九十百千]+)"
_ZH_UNITS = "[人名户位例起家所栋吨元%％]|小时|分钟|公里|公斤|天|个月|个小时|个小区|个点位|次|倍|成(?!立|为|功|员|果|本|长|熟)"
_FIGURE = re.compile(
    r"\d|百分之|[①-⑳]|"
    + f"(?:{_ZH_NUMBER})(?:{_ZH_UNITS})"
    + r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|per ?cent)\b",
    re.IGNORECASE,
)
_NOT_FIGURES = re.compile("一[人名户位例起家所栋天次成]|一个月|四处|万一|千万(?=不|别|要|请)|COVID-19", re.IGNORECASE)
_TIMES = re.compile(
    r"(?:\d{4}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}-\d{2}-\d{2}|\d{1,2}\s*[:：]\s*\d{2}(?:\s*[ap]m)?|\d{1,2}\s*[时点](?:\s*\d{1,2}\s*分)?|\b\d{1,2}\s*[ap]m\b"
    r"|\b\d{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s+\d{4})?\b",
    re.IGNORECASE,
)


_TELEPHONES = re.compile(r"(?:拨打|致电|热线|电话|\b(?:call|phone|telephone|hotline|dial))[^\d\n]{0,8}\d[\d -]{1,13}\d", re.IGNORECASE)


def figures_of(text: str, *, times_allowed: bool = False) -> list[str]:
    """Return the figures a text carries; a telephone number is none, nor, where allowed, a time or date.

    >>> figures_of("影响约3,200户")
    ['3', '2', '0', '0']
    >>> figures_of("请拨打 96116")
    []
    >>> figures_of("两名伤者已送医")
    ['两名']
    >>> figures_of("给大家添麻烦了，十分抱歉")
    []
    """
    text = _NOT_FIGURES.sub(" ", _TELEPHONES.sub(" ", text))
    if times_allowed:
        text = _TIMES.sub(" ", text)
    return [match.group() for match in _FIGURE.finditer(text)]


_PRIVATE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identity number", re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)")),
    ("mobile number", re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")),
    ("e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    ("number plate", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}")),
    ("user handle", re.compile(r"(?<![\w@])@[\w-]{2,}")),
    ("private name", re.compile(r"[\u4e00-\u9fff]{1,2}某(?:某|先生|女士|$|[，。、的在于])")),
)
PRIVATE_LABELS: dict[str, Promise] = {
    "identity number": _("identity number"),
    "mobile number": _("mobile number"),
    "e-mail address": _("e-mail address"),
    "number plate": _("number plate"),
    "user handle": _("user handle"),
    "private name": _("name of a private person"),
}


def private_details_of(text: str) -> list[str]:
    """Return the kinds of personal detail found in a text, keys of PRIVATE_LABELS.

    >>> private_details_of("请联系13800138000")
    ['mobile number']
    """
    return [kind for kind, pattern in _PRIVATE if pattern.search(text)]


@dataclass(frozen=True)
class Gap:
    """Why one sentence cannot be submitted; ``position`` counts from 1, 0 is the whole text."""

    position: int
    reason: Promise


NO_FACT = _("A fact needs at least one entry of the fact list under it.")
NO_CHINESE = _("The Chinese text is missing.")
NO_ENGLISH = _("The English text is missing.")
TOO_LONG = _("The sentence is too long: use two.")
FIGURE_UNBOUND = _("It carries a figure without a fact: bind it to a fact, or take the figure out.")
NO_DUE = _("A commitment needs the time by which it is kept.")
NO_SENTENCE = _("There is no sentence yet.")
NO_TITLE = _("The title is missing in one of the languages.")
NO_NEXT_UPDATE = _("A holding statement says when the next update comes.")


def gaps_of(title_zh: str, title_en: str, sentences: Sequence[SentenceText]) -> list[Gap]:
    """Return everything that keeps a text from being submitted, in order of position."""
    gaps = []
    if not (title_zh.strip() and title_en.strip()):
        gaps.append(Gap(0, NO_TITLE))
    if not sentences:
        gaps.append(Gap(0, NO_SENTENCE))
    if figures_of(f"{title_zh} {title_en}") and not any(sentence.fact_ids for sentence in sentences):
        gaps.append(Gap(0, FIGURE_UNBOUND))
    for position, sentence in enumerate(sentences, start=1):
        gaps += [Gap(position, reason) for reason in _sentence_gaps(sentence)]
    return gaps


def _sentence_gaps(sentence: SentenceText) -> list[Promise]:
    reasons: list[Promise] = []
    if not sentence.text_zh.strip():
        reasons.append(NO_CHINESE)
    if not sentence.text_en.strip():
        reasons.append(NO_ENGLISH)
    if len(sentence.text_zh) > LONGEST_SENTENCE or len(sentence.text_en) > 2 * LONGEST_SENTENCE:
        reasons.append(TOO_LONG)
    if sentence.nature is Nature.FACT and not sentence.fact_ids:
        reasons.append(NO_FACT)
    if sentence.nature is Nature.COMMITMENT and sentence.due_at is None:
        reasons.append(NO_DUE)
    times_allowed = sentence.nature is Nature.COMMITMENT
    is_bound = sentence.nature is Nature.FACT or bool(sentence.fact_ids)
    if not is_bound and figures_of(f"{sentence.text_zh}\n{sentence.text_en}", times_allowed=times_allowed):
        reasons.append(FIGURE_UNBOUND)
    return reasons
