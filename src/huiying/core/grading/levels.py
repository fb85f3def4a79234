"""Event grade, warning level and response level: three different things in law, three types here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class EventGrade(StrEnum):
    """How grave a matter is (突发事件应对法 Art. 3); ``I_EXTRAORDINARY`` is the gravest."""

    I_EXTRAORDINARY = "I_EXTRAORDINARY"
    II_MAJOR = "II_MAJOR"
    III_LARGER = "III_LARGER"
    IV_GENERAL = "IV_GENERAL"

    @property
    def rank(self) -> int:
        """Return 1 (general) to 4 (extraordinary), so that a bigger number is graver."""
        return len(_GRADES) - _GRADES.index(self)

    @property
    def label(self) -> Mapping[str, str]:
        """Return the grade's words by language."""
        return EVENT_GRADE_LABELS[self]


class WarningLevel(StrEnum):
    """How urgent a warning is (突发事件应对法 Art. 63); ``RED`` is the most urgent."""

    RED = "RED"
    ORANGE = "ORANGE"
    YELLOW = "YELLOW"
    BLUE = "BLUE"

    @property
    def rank(self) -> int:
        """Return 1 (blue) to 4 (red), so that a bigger number is more urgent."""
        return len(_WARNINGS) - _WARNINGS.index(self)

    @property
    def label(self) -> Mapping[str, str]:
        """Return the level's words by language."""
        return WARNING_LEVEL_LABELS[self]


class ResponseLevel(StrEnum):
    """How much of a plan is put into force (突发事件应对法 Art. 71); ``L1`` is the most."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"

    @property
    def rank(self) -> int:
        """Return 1 (``L4``) to 4 (``L1``), so that a bigger number is a bigger response."""
        return len(_RESPONSES) - _RESPONSES.index(self)

    @property
    def label(self) -> Mapping[str, str]:
        """Return the level's words by language."""
        return RESPONSE_LEVEL_LABELS[self]


_GRADES = list(EventGrade)
_WARNINGS = list(WarningLevel)
_RESPONSES = list(ResponseLevel)

EVENT_GRADE_LABELS: Mapping[EventGrade, Mapping[str, str]] = {
    EventGrade.I_EXTRAORDINARY: {"zh-Hans": "特别重大", "en": "extraordinary"},
    EventGrade.II_MAJOR: {"zh-Hans": "重大", "en": "major"},
    EventGrade.III_LARGER: {"zh-Hans": "较大", "en": "larger"},
    EventGrade.IV_GENERAL: {"zh-Hans": "一般", "en": "general"},
}
#: The older severity words still printed on warnings beside the colour.
WARNING_SEVERITY_LABELS: Mapping[WarningLevel, Mapping[str, str]] = {
    WarningLevel.RED: {"zh-Hans": "特别严重", "en": "extremely serious"},
    WarningLevel.ORANGE: {"zh-Hans": "严重", "en": "serious"},
    WarningLevel.YELLOW: {"zh-Hans": "较重", "en": "rather serious"},
    WarningLevel.BLUE: {"zh-Hans": "一般", "en": "general"},
}
WARNING_LEVEL_LABELS: Mapping[WarningLevel, Mapping[str, str]] = {
    WarningLevel.RED: {"zh-Hans": "红色", "en": "red"},
    WarningLevel.ORANGE: {"zh-Hans": "橙色", "en": "orange"},
    WarningLevel.YELLOW: {"zh-Hans": "黄色", "en": "yellow"},
    WarningLevel.BLUE: {"zh-Hans": "蓝色", "en": "blue"},
}
RESPONSE_LEVEL_LABELS: Mapping[ResponseLevel, Mapping[str, str]] = {
    ResponseLevel.L1: {"zh-Hans": "一级响应", "en": "response level 1"},
    ResponseLevel.L2: {"zh-Hans": "二级响应", "en": "response level 2"},
    ResponseLevel.L3: {"zh-Hans": "三级响应", "en": "response level 3"},
    ResponseLevel.L4: {"zh-Hans": "四级响应", "en": "response level 4"},
}


Level = TypeVar("Level", EventGrade, WarningLevel, ResponseLevel)


def highest(*levels: Level | None) -> Level | None:
    """Return the gravest of the levels, ignoring None.

    >>> highest(WarningLevel.BLUE, None, WarningLevel.ORANGE)
    <WarningLevel.ORANGE: 'ORANGE'>
    """
    known = [level for level in levels if level is not None]
    return max(known, key=lambda level: level.rank) if known else None
