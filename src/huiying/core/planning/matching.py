"""Which plan fits a matter, and why: every point has a reason a person can read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huiying.core.grading.levels import EventGrade, ResponseLevel

from .model import Cause, Nature, Plan, Text

#: A named nature or cause says most about which plan is meant; a word in the title says less.
POINTS_NATURE = 3
POINTS_CAUSE = 3
POINTS_KEYWORD = 2
POINTS_ORGANISATION = 1
POINTS_GRADE = 1
#: More than three words of the title add nothing: a long title is not a better match.
MAX_KEYWORDS = 3

NATURE_LABELS: dict[Nature, Text] = {
    Nature.POLITICAL: {"zh-Hans": "政治类", "en": "political"},
    Nature.ECONOMIC: {"zh-Hans": "经济类", "en": "economic"},
    Nature.SOCIAL: {"zh-Hans": "社会类", "en": "social"},
    Nature.CULTURAL: {"zh-Hans": "文化类", "en": "cultural"},
    Nature.NATURAL: {"zh-Hans": "自然类", "en": "natural"},
}
CAUSE_LABELS: dict[Cause, Text] = {
    Cause.EVENT: {"zh-Hans": "事件因素（事故、纠纷、投诉）", "en": "an event (accident, dispute, complaint)"},
    Cause.SOCIAL: {"zh-Hans": "社会因素（热点、敏感话题）", "en": "society (hot or sensitive topic)"},
    Cause.MEDIA: {"zh-Hans": "媒体因素（报道、网络传播）", "en": "the media (report, spread online)"},
}


@dataclass(frozen=True)
class Matter:
    """What is known of an incident when a plan is chosen; None and empty mean not known yet."""

    title: str
    nature: str | None = None
    cause: str | None = None
    grade: EventGrade | None = None
    organisation_type: str | None = None


@dataclass(frozen=True)
class Match:
    """How well a plan fits: points, what speaks for it, what against, and the level it sets."""

    score: int
    reasons: tuple[Text, ...]
    against: tuple[Text, ...]
    response_level: ResponseLevel | None


def match(plan: Plan, matter: Matter) -> Match:
    """Return how the plan fits the matter; a mismatch costs as much as a match gives."""
    weighed = [
        _weigh(matter.nature, plan.scope.natures, POINTS_NATURE, _nature_text),
        _weigh(matter.cause, plan.scope.causes, POINTS_CAUSE, _cause_text),
        _weigh(matter.grade, plan.scope.grades, POINTS_GRADE, _grade_text),
        _weigh(matter.organisation_type, plan.scope.organisation_types, POINTS_ORGANISATION, _organisation_text),
        _words(plan, matter.title),
    ]
    score = sum(points for points, _text in weighed)
    reasons = tuple(text for points, text in weighed if points > 0 and text)
    against = tuple(text for points, text in weighed if points < 0 and text)
    level = plan.level_for(matter.grade) if matter.grade else None
    return Match(score, reasons, against, level)


def _weigh(value: str | None, accepted: Sequence[str], points: int, say: Callable[[str, bool], Text]) -> tuple[int, Text | None]:
    if value is None or not accepted:
        return 0, None
    fits = value in accepted
    return (points if fits else -points), say(value, fits)


def _nature_text(value: str, fits: bool) -> Text:
    label = NATURE_LABELS[Nature(value)] if value in set(Nature) else {"zh-Hans": value, "en": value}
    return _said(fits, {"zh-Hans": f"事件性质：{label['zh-Hans']}", "en": f"nature of the event: {label['en']}"})


def _cause_text(value: str, fits: bool) -> Text:
    label = CAUSE_LABELS[Cause(value)] if value in set(Cause) else {"zh-Hans": value, "en": value}
    return _said(fits, {"zh-Hans": f"成因：{label['zh-Hans']}", "en": f"cause: {label['en']}"})


def _grade_text(value: str, fits: bool) -> Text:
    label = EventGrade(value).label
    return _said(fits, {"zh-Hans": f"事件等级：{label['zh-Hans']}", "en": f"event grade: {label['en']}"})


def _organisation_text(_value: str, fits: bool) -> Text:
    return _said(fits, {"zh-Hans": "本单位的类型", "en": "the type of this organisation"})


def _said(fits: bool, what: Text) -> Text:
    if fits:
        return what
    return {"zh-Hans": f"不在适用范围内：{what['zh-Hans']}", "en": f"outside the plan's scope: {what['en']}"}


def _words(plan: Plan, title: str) -> tuple[int, Text | None]:
    lowered = title.lower()
    found = [word for word in plan.scope.keywords if word.lower() in lowered][:MAX_KEYWORDS]
    if not found:
        return 0, None
    return POINTS_KEYWORD * len(found), {
        "zh-Hans": f"标题中有：{'、'.join(found)}",
        "en": f"the title has: {', '.join(found)}",
    }
