"""What is running, gathered for whoever takes over: each room says its own part.

A lower room cannot read a higher one; the higher room registers a section in its ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class HandoverLine:
    """One thing the next person must know, with the page it is on."""

    text: str
    url: str = ""


Lines = Callable[[datetime], Sequence[HandoverLine]]


@dataclass(frozen=True)
class _Section:
    order: int
    title: str | Promise
    lines: Lines


_sections: dict[str, _Section] = {}


def register_handover_section(name: str, title: str | Promise, lines: Lines, *, order: int = 50) -> None:
    """Add a section to every hand-over: ``lines(now)`` says what is running, in the language that is active."""
    _sections[name] = _Section(order, title, lines)


def handover_sections(now: datetime) -> list[dict[str, object]]:
    """Return what is running, section by section, as plain data in the active language."""
    ordered = sorted(_sections.values(), key=lambda section: section.order)
    return [
        {"title": str(section.title), "lines": [{"text": line.text, "url": line.url} for line in section.lines(now)]} for section in ordered
    ]
