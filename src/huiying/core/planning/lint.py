"""Small checks of a plan that can be read but should not be relied on as it is (T4 of the seeds)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum

from huiying.core.grading.levels import EventGrade

from .model import Moment, Plan, Section, SentenceNature, Text

_PLACEHOLDER = re.compile(r"\[[^\]]{1,20}\]|【[^】]{0,20}】|_{3,}|\bTODO\b|\bTBD\b|\bX{2,}\b|待定|×{2,}", re.IGNORECASE)
_GAP = re.compile(r"{([a-z_]+)}")
NEEDED_SECTIONS = (Section.COMMAND, Section.WARNING, Section.RESPONSE, Section.RELEASE, Section.RESOURCES)
#: CERC first-message fields that a holding statement cannot do without.
NEEDED_FIELDS = ("empathy", "facts_confirmed", "facts_unknown", "process_to_find_out", "where_to_get_help", "next_update_at")


class Severity(StrEnum):
    """An error blocks approval; a warning asks a person to look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing to mend: a stable code, where, how bad, and what to do."""

    code: str
    severity: Severity
    place: str
    message: Text


def lint(plan: Plan, *, roles: Collection[str] = (), groups: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return the findings in a stable order; ``roles`` and ``groups`` are the known ones, when given."""
    checks: tuple[Callable[[Plan], Iterator[Finding]], ...] = (
        _control,
        _scheme,
        _sections,
        _deputies,
        _owners,
        _limits,
        _placeholders,
        _rhythms,
        _levels,
        _holding,
    )
    found = [finding for check in checks for finding in check(plan)]
    found += _unknown(plan, roles, groups)
    return tuple(found)


def _error(code: str, place: str, zh: str, en: str) -> Finding:
    return Finding(code, Severity.ERROR, place, {"zh-Hans": zh, "en": en})


def _warning(code: str, place: str, zh: str, en: str) -> Finding:
    return Finding(code, Severity.WARNING, place, {"zh-Hans": zh, "en": en})


def _control(plan: Plan) -> Iterator[Finding]:
    people = [plan.control.compiler, plan.control.reviewer, plan.control.approver]
    if len({person["zh-Hans"] for person in people}) < len(people):
        yield _error(
            "three_people", "control", "编制、审核、批准须为三个不同的人。", "Compiler, reviewer and approver must be three people."
        )


def _scheme(plan: Plan) -> Iterator[Finding]:
    if not plan.grade_scheme:
        yield _error(
            "no_grade_scheme",
            "grade_scheme",
            "只有等级名称而没有分级标准：请指定一个分级标准。",
            "Grades without criteria: name a grade scheme.",
        )


def _sections(plan: Plan) -> Iterator[Finding]:
    present = {chapter.section for chapter in plan.chapters}
    for section in NEEDED_SECTIONS:
        if section not in present:
            yield _error("no_section", "chapters", f"缺少章节：{section.value}。", f"A chapter for “{section.value}” is missing.")


def _deputies(plan: Plan) -> Iterator[Finding]:
    for group in plan.groups:
        for standing, post, word in (("head", group.head, "组长"), ("deputy", group.deputy, "副组长")):
            if post is None:
                yield _error(
                    f"no_{standing}",
                    f"groups.{group.key}",
                    f"“{group.name['zh-Hans']}”没有{word}，夜间和节假日无人顶替。",
                    f"“{group.name['en']}” has no {standing}: nobody stands in out of hours.",
                )


def _owners(plan: Plan) -> Iterator[Finding]:
    for stage, step in plan.steps():
        if step.owner is None:
            yield _error(
                "no_owner",
                f"stages.{stage.key}.{step.key}",
                f"步骤“{step.title['zh-Hans']}”没有责任岗位。",
                f"The step “{step.title['en']}” has no owner.",
            )


def _limits(plan: Plan) -> Iterator[Finding]:
    for stage, step in plan.steps():
        if step.due_minutes is None:
            yield _error(
                "no_limit",
                f"stages.{stage.key}.{step.key}",
                f"步骤“{step.title['zh-Hans']}”没有时限；“立即”“及时”要写成分钟数。",
                f"The step “{step.title['en']}” has no time limit; “at once” needs a number.",
            )


def _placeholders(plan: Plan) -> Iterator[Finding]:
    for place, text in texts_of(plan):
        found = _PLACEHOLDER.search(text)
        if found:
            yield _error("placeholder", place, f"还有未填的内容：“{found.group()}”。", f"A placeholder is left: “{found.group()}”.")


def _rhythms(plan: Plan) -> Iterator[Finding]:
    for rhythm in plan.rhythms:
        if rhythm.ends is None:
            yield _error(
                "no_end",
                f"rhythms.{rhythm.key}",
                f"“{rhythm.label['zh-Hans']}”没有停止条件，例如“处置关闭时”。",
                f"“{rhythm.label['en']}” has no end, for example the closing of the incident.",
            )


def _levels(plan: Plan) -> Iterator[Finding]:
    covered = [level.grade for level in plan.levels]
    for grade in EventGrade:
        if covered.count(grade) != 1:
            yield _error(
                "grade_not_covered",
                "levels",
                f"事件等级“{grade.label['zh-Hans']}”须恰好对应一个响应级别。",
                f"The event grade “{grade.label['en']}” must call for exactly one response level.",
            )


def _holding(plan: Plan) -> Iterator[Finding]:
    if plan.holding is None:
        yield _error("no_holding", "holding", "没有首发简讯模板。", "There is no holding statement template.")
        return
    fields_present = {sentence.field for sentence in plan.holding.sentences}
    for name in NEEDED_FIELDS:
        if name not in fields_present:
            yield _warning("holding_field", "holding", f"首发简讯缺少内容：{name}。", f"The holding statement lacks “{name}”.")
    slots = {slot.key for slot in plan.holding.slots}
    for sentence in plan.holding.sentences:
        gaps = {language: set(_GAP.findall(text)) for language, text in sentence.text.items()}
        if len({frozenset(found) for found in gaps.values()}) > 1 or set().union(*gaps.values()) - slots:
            yield _error(
                "holding_gap",
                f"holding.{sentence.field}",
                "空格在两种语言中不一致或没有说明。",
                "A gap differs between languages or is not declared.",
            )
        if sentence.nature != SentenceNature.FACT and any(re.search(r"\d", text) for text in sentence.text.values()):
            yield _warning(
                "holding_figure", f"holding.{sentence.field}", "非事实句里有数字。", "A sentence that is no fact holds a figure."
            )
    for clock in plan.clocks:
        if clock.key == "holding_statement" and clock.starts != Moment.CRISIS:
            yield _warning(
                "holding_after_activation",
                f"clocks.{clock.key}",
                "首发简讯应从事发时起算，不等预案启动。",
                "The holding statement counts from the crisis, not from activation.",
            )


def _unknown(plan: Plan, roles: Collection[str], groups: Collection[str]) -> Iterator[Finding]:
    for group in plan.groups:
        if groups and group.key not in groups:
            yield _error(
                "unknown_group",
                f"groups.{group.key}",
                f"系统中没有“{group.key}”这个组。",
                f"There is no group “{group.key}” in the system.",
            )
        for post in group.posts():
            if roles and post.role not in roles:
                yield _error(
                    "unknown_role",
                    f"groups.{group.key}.{post.key}",
                    f"系统中没有“{post.role}”这个角色。",
                    f"There is no role “{post.role}” in the system.",
                )


def texts_of(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a plan with its place, gaps of the holding template left out."""
    if isinstance(value, dict):
        yield from ((path, _GAP.sub("", text)) for text in value.values() if isinstance(text, str))
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            yield from texts_of(part, f"{path}[{place}]")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
