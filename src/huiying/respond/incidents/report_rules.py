"""Duty reports: their order, what each must say, and how late one came (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .rules import Label, ReportKind, State

#: What a report says, in the order of an official report: R72, and what Art. 61 of the Emergency Response Law asks of one
#: (in time, objective, true, nothing left out): where, from whom, what, how far, what was done, what is not known.
POINT_LABELS: dict[str, Label] = {
    "basics": gettext_lazy("Basic facts"),
    "source": gettext_lazy("Source of the opinion"),
    "reaction": gettext_lazy("Public reaction"),
    "judgement": gettext_lazy("Nature, cause and judgement"),
    "impact": gettext_lazy("Impact and consequences"),
    "measures": gettext_lazy("Measures taken"),
    "next_steps": gettext_lazy("Next steps"),
    "unknown": gettext_lazy("Not known yet"),
}
#: The clock of ``data/clock_rules.yaml`` that each kind of report stops.
CLOCK_OF_REPORT: dict[ReportKind, str] = {
    ReportKind.FIRST: "first_report",
    ReportKind.FOLLOW_UP: "follow_up_report",
    ReportKind.UPWARD: "upward_report",
    ReportKind.FINAL: "final_report",
}


@dataclass(frozen=True)
class Figure:
    """One number with what it rests on: how many things were counted, over which time, by which question."""

    label: str
    value: str
    n: int
    query: str
    since: datetime | None = None
    until: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the figure as JSON keeps it."""
        moments = {name: at.isoformat() if (at := getattr(self, name)) else None for name in ("since", "until")}
        return {**asdict(self), **moments}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Return the figure that was kept.

        >>> Figure.of(Figure("Posts", "60", 60, "posts of story 7").as_dict()).value
        '60'
        """
        moments = {name: datetime.fromisoformat(kept[name]) if kept.get(name) else None for name in ("since", "until")}
        return cls(**{**kept, **moments})


@dataclass(frozen=True)
class Option:
    """A way that was not taken, and why."""

    option: str
    why: str


def order_fault(kind: ReportKind, filed: Sequence[str], state: State) -> str | None:
    """Return why a report of this kind cannot be the next one, or None; ``filed`` are the kinds before it, without corrections.

    >>> order_fault(ReportKind.FOLLOW_UP, ["first"], State.RESPONDING) is None
    True
    """
    known = set(filed)
    if kind is ReportKind.FINAL and state not in {State.RESOLVED, State.REVIEWING}:
        return _("The final report is written once the incident is resolved.")
    if ReportKind.FINAL in known:
        return _("The final report is filed: what was wrong in it is set right by a correction.")
    if kind is ReportKind.FIRST and kind in known:
        return _("The first report is filed already: write a follow-up, or correct it.")
    if kind is ReportKind.FOLLOW_UP and ReportKind.FIRST not in known:
        return _("There is no first report yet: this one is the first.")
    return None


def lateness(at: datetime, due_at: datetime | None) -> timedelta | None:
    """Return by how much a report came too late; None when it came in time or had no limit."""
    return at - due_at if due_at and at > due_at else None


def left_out(points: Mapping[str, str]) -> list[Label]:
    """Return what a report does not say.

    >>> len(left_out({"basics": "Brown water"})) == len(POINT_LABELS) - 1
    True
    """
    return [label for key, label in POINT_LABELS.items() if not points.get(key, "").strip()]


def clean_points(points: Mapping[str, str]) -> dict[str, str]:
    """Return what is said, in the order of a report; raises KeyError naming a point that no report has."""
    unknown: Collection[str] = set(points) - set(POINT_LABELS)
    if unknown:
        raise KeyError(min(unknown))
    said = {key: points.get(key, "").replace("\x00", "").strip() for key in POINT_LABELS}
    return {key: text for key, text in said.items() if text}


def rejected_options(text: str) -> list[Option]:
    """Return the options of lines ``option: why it was rejected``; raises ValueError with the line that gives no reason.

    >>> rejected_options("Wait for the lab：people drink it now")
    [Option(option='Wait for the lab', why='people drink it now')]
    """
    found = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        option, _colon, why = line.replace("：", ":").partition(":")
        if not option.strip() or not why.strip():
            raise ValueError(line)
        found.append(Option(option.strip(), why.strip()))
    return found
