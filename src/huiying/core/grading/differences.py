"""Say in words what differs between two versions of warning rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from huiying.core.formats.localised import localise

from .conditions import Alternative, Condition
from .levels import WarningLevel
from .warning_rules import WarningRules
from .wording import condition_text, level_label, line_text

Lines = Mapping[str, tuple[WarningLevel, Alternative]]

_ADDED = {"zh-Hans": "{level}：新增“{line}”", "en": "{level}: new line “{line}”"}
_DROPPED = {"zh-Hans": "{level}：删除“{line}”", "en": "{level}: line dropped, “{line}”"}
_CHANGED = {"zh-Hans": "{level}：{old} → {new}", "en": "{level}: {old} → {new}"}
_EXIT = {"zh-Hans": "低于门槛的 {old} → {new} 倍才算回落", "en": "values count as fallen below {old} → {new} times the bar"}
_LOWER = {"zh-Hans": "回落后降级等待 {old} → {new} 分钟", "en": "minutes below the bar before a level goes down: {old} → {new}"}
_QUIET = {"zh-Hans": "排除后再次预警间隔 {old} → {new} 小时", "en": "quiet hours after a dismissal: {old} → {new}"}


def differences(old: WarningRules, new: WarningRules, language: str) -> list[str]:
    """Return every difference as a sentence, the most urgent level first; none when both judge alike."""
    gone = {key: line for key, line in old.lines.items() if key not in new.lines}
    come = {key: line for key, line in new.lines.items() if key not in old.lines}
    told = [_changed(gone, come, key, language) for key in list(gone)]
    told += [(level.rank, _line(_ADDED, level, line, language)) for level, line in come.values()]
    sentences = [sentence for _rank, sentence in sorted(told, key=lambda each: -each[0])]
    return sentences + _settings(old, new, language)


def _changed(gone: Lines, come: dict[str, tuple[WarningLevel, Alternative]], key: str, language: str) -> tuple[int, str]:
    """Tell a line that went; a new one that asks about the same factors at that level is the same line with other bars."""
    level, line = gone[key]
    twin = next((name for name, (at, other) in come.items() if at is level and _asks(other) == _asks(line)), None)
    if twin is None:
        return level.rank, _line(_DROPPED, level, line, language)
    other = come.pop(twin)[1]
    pairs = [(was, now) for was, now in zip(_sorted(line), _sorted(other), strict=True) if was != now]
    name = level_label(level.value, language)
    words = [(condition_text(was, language), condition_text(now, language)) for was, now in pairs]
    return level.rank, "; ".join(localise(_CHANGED, language).format(level=name, old=was, new=now) for was, now in words)


def _asks(line: Alternative) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(condition.factor for condition in _sorted(line)), line.unless_known


def _sorted(line: Alternative) -> list[Condition]:
    return sorted(line.conditions, key=lambda condition: condition.factor)


def _line(pattern: Mapping[str, str], level: WarningLevel, line: Alternative, language: str) -> str:
    return localise(pattern, language).format(level=level_label(level.value, language), line=line_text(line, language))


def _settings(old: WarningRules, new: WarningRules, language: str) -> list[str]:
    def minutes(span: timedelta) -> float:
        return span.total_seconds() / 60

    rows = [
        (_EXIT, old.exit_ratio, new.exit_ratio),
        (_LOWER, minutes(old.lower_after), minutes(new.lower_after)),
        (_QUIET, minutes(old.quiet) / 60, minutes(new.quiet) / 60),
    ]
    return [localise(pattern, language).format(old=f"{was:g}", new=f"{now:g}") for pattern, was, now in rows if was != now]
