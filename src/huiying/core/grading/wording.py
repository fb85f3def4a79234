"""Say reasons, gaps and counterfactuals in the reader's language; takes what JSON kept."""

from __future__ import annotations

from collections.abc import Mapping

from huiying.core.formats.localised import localise

from .conditions import Alternative, Condition, plain
from .factors import MEDIA_TIERS
from .levels import EVENT_GRADE_LABELS, WARNING_LEVEL_LABELS, EventGrade, WarningLevel

FACTOR_LABELS: Mapping[str, Mapping[str, str]] = {
    "posts_1h": {"zh-Hans": "过去 1 小时帖文", "en": "posts in the last hour"},
    "posts_24h": {"zh-Hans": "过去 24 小时帖文", "en": "posts in the last 24 hours"},
    "copies_24h": {"zh-Hans": "过去 24 小时转载", "en": "copies in the last 24 hours"},
    "reads_24h": {"zh-Hans": "过去 24 小时阅读", "en": "reads in the last 24 hours"},
    "reposts_24h": {"zh-Hans": "过去 24 小时转发", "en": "reposts in the last 24 hours"},
    "video_plays_24h": {"zh-Hans": "过去 24 小时视频播放", "en": "video plays in the last 24 hours"},
    "comments_24h": {"zh-Hans": "过去 24 小时评论", "en": "comments in the last 24 hours"},
    "growth_ratio_1h": {"zh-Hans": "1 小时增速（相当于平时的倍数）", "en": "growth of the last hour (times the usual hour)"},
    "growing_chance": {"zh-Hans": "仍在加速的可能（0 到 1）", "en": "chance that it is growing (0 to 1)"},
    "distinct_sources_24h": {"zh-Hans": "过去 24 小时信息源", "en": "sources in the last 24 hours"},
    "authors_24h": {"zh-Hans": "过去 24 小时不同作者", "en": "authors in the last 24 hours"},
    "questions_24h": {"zh-Hans": "过去 24 小时公众疑问", "en": "public questions in the last 24 hours"},
    "media_tier_max": {"zh-Hans": "最高媒体层级", "en": "highest media tier"},
    "authority_attention": {"zh-Hans": "上级关注", "en": "attention of authorities"},
    "duration_hours": {"zh-Hans": "持续小时", "en": "hours it has lasted"},
    "offline_impact": {"zh-Hans": "线下影响", "en": "impact offline"},
    "harm_if_rumour_believed": {"zh-Hans": "传言若被相信的危害", "en": "harm if the rumour is believed"},
}
VALUE_LABELS: Mapping[str, Mapping[str, str]] = {
    "self_media_or_forum": {"zh-Hans": "自媒体、论坛", "en": "self-media or forum"},
    "ordinary_local": {"zh-Hans": "一般地方媒体", "en": "ordinary local media"},
    "main_local_or_provincial": {"zh-Hans": "地方主要媒体或省级媒体", "en": "main local or provincial media"},
    "central_or_foreign": {"zh-Hans": "中央媒体或境外媒体反复报道", "en": "central or repeated foreign media"},
    "none": {"zh-Hans": "无", "en": "none"},
    "sector_superior": {"zh-Hans": "行业上级", "en": "sector superior"},
    "provincial_or_municipal": {"zh-Hans": "省、市", "en": "province or city"},
    "central": {"zh-Hans": "中央", "en": "central bodies"},
    "complaints_or_local_break": {"zh-Hans": "投诉激增、局部服务中断", "en": "complaint surge or local service break"},
    "gathering_injury_or_wide_break": {"zh-Hans": "聚集、受伤、大范围服务中断", "en": "gathering, injuries or wide service break"},
    "deaths_or_public_order": {"zh-Hans": "死亡、公共秩序受影响", "en": "deaths or public order affected"},
    "money_or_time": {"zh-Hans": "损失钱财或时间", "en": "money or time lost"},
    "health_or_safety_behaviour": {"zh-Hans": "错误的健康或安全行为", "en": "wrong health or safety behaviour"},
    "danger_to_life": {"zh-Hans": "危及生命", "en": "danger to life"},
}
#: people; a number of authors below it is never told (DESIGN section 1).
K_ANONYMITY = 5
_FEW = {"zh-Hans": "不足 5 人", "en": "fewer than 5"}
_REASON = {"zh-Hans": "{label}：{value}（{level}门槛 {threshold}）", "en": "{label}: {value} (bar of {level}: {threshold})"}
_CHANGE = {"zh-Hans": "{label}达到 {needed}", "en": "{label} at {needed} or more"}
_CHANGE_TIMES = {
    "zh-Hans": "{label}达到 {needed}（现 {current}，需 {times} 倍）",
    "en": "{label} at {needed} or more (now {current}, {times} times that)",
}
_CHANGE_UNKNOWN = {"zh-Hans": "{label}达到 {needed}（现在未知）", "en": "{label} at {needed} or more (unknown now)"}
_COUNTERFACTUAL = {"zh-Hans": "将为{level}，如果{changes}", "en": "{level} if {changes}"}
_BAR = {"zh-Hans": "{label}达到 {needed}", "en": "{label} {needed} or more"}
_UNLESS = {"zh-Hans": "（{label}未知时）", "en": " (while {label} is unknown)"}
_AND = {"zh-Hans": "，且", "en": " and "}


def factor_label(name: str, language: str) -> str:
    """Return what a factor is called, or its name when it has no label."""
    return localise(FACTOR_LABELS.get(name, name), language)


def level_label(name: str, language: str) -> str:
    """Return the words of an event grade or a warning level by its stored name."""
    if name in EventGrade.__members__:
        return localise(EVENT_GRADE_LABELS[EventGrade(name)], language)
    if name in WarningLevel.__members__:
        return localise(WARNING_LEVEL_LABELS[WarningLevel(name)], language)
    return name


def value_label(factor: str, value: object, language: str) -> str:
    """Return a value as people write it: words for categories, grouped thousands for counts.

    >>> value_label("reads_24h", 50000, "en"), value_label("media_tier_max", 3, "en")
    ('50,000', 'central or repeated foreign media')
    """
    if factor == "media_tier_max" and isinstance(value, (int, float)):
        value = MEDIA_TIERS[int(value)]
    if factor == "authors_24h" and isinstance(value, (int, float)) and value < K_ANONYMITY:
        return localise(_FEW, language)
    if isinstance(value, str):
        return localise(VALUE_LABELS.get(value, value), language)
    if isinstance(value, (int, float)):
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return str(value)


def reason_text(reason: Mapping[str, object], language: str) -> str:
    """Return one stored reason as a sentence."""
    factor = str(reason["factor"])
    return localise(_REASON, language).format(
        label=factor_label(factor, language),
        value=value_label(factor, reason["value"], language),
        level=level_label(str(reason["level"]), language),
        threshold=value_label(factor, reason["threshold"], language),
    )


def counterfactual_text(option: Mapping[str, object], language: str) -> str:
    """Return one stored counterfactual as a sentence: what would have to happen for the next level."""
    changes = option["changes"]
    parts = [_change_text(change, language) for change in changes] if isinstance(changes, list) else []
    return localise(_COUNTERFACTUAL, language).format(
        level=level_label(str(option["level"]), language), changes=localise(_AND, language).join(parts)
    )


def condition_text(condition: Condition, language: str) -> str:
    """Return one condition of a rule as words."""
    needed = value_label(condition.factor, plain(condition.factor, condition.at_least), language)
    return localise(_BAR, language).format(label=factor_label(condition.factor, language), needed=needed)


def line_text(line: Alternative, language: str) -> str:
    """Return one line of the rules as words: everything it asks for.

    >>> line_text(Alternative("soft", (Condition("posts_1h", 60.0),), ("authors_24h",)), "en")
    'posts in the last hour 60 or more (while authors in the last 24 hours is unknown)'
    """
    asked = localise(_AND, language).join(condition_text(each, language) for each in line.conditions)
    return asked + "".join(localise(_UNLESS, language).format(label=factor_label(name, language)) for name in line.unless_known)


def _change_text(change: Mapping[str, object], language: str) -> str:
    factor, current, times = str(change["factor"]), change.get("current"), change.get("times")
    if factor == "authors_24h" and isinstance(current, (int, float)) and current < K_ANONYMITY:
        times = None  # needed over times would give the number away
    pattern = _CHANGE_UNKNOWN if current is None else _CHANGE_TIMES if times else _CHANGE
    return localise(pattern, language).format(
        label=factor_label(factor, language),
        needed=value_label(factor, change["needed"], language),
        current=value_label(factor, current, language),
        times=value_label("growth_ratio_1h", times, language),
    )
