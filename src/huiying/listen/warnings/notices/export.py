"""One edition of a notice as a CAP 1.2 message for the inside."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings

from huiying.core.formats.cap import Alert, Info, Reference, to_xml
from huiying.core.grading.levels import WARNING_LEVEL_LABELS, WARNING_SEVERITY_LABELS, WarningLevel

from .models import Notice, NoticeEdition
from .rules import Category, EditionKind

_SEVERITY = {"RED": "Extreme", "ORANGE": "Severe", "YELLOW": "Moderate", "BLUE": "Minor"}
_CATEGORIES = {
    Category.NATURAL_DISASTER: ("Geo", "Met"),
    Category.ACCIDENT: ("Safety",),
    Category.PUBLIC_HEALTH: ("Health",),
    Category.SOCIAL_SAFETY: ("Security",),
    Category.PUBLIC_SERVICE: ("Infra",),
    Category.OPINION: ("Other",),
}
#: The language that a notice is written in.
LANGUAGE = "zh-CN"


def alert_of(notice: Notice, edition: NoticeEdition, earlier: Sequence[NoticeEdition]) -> bytes:
    """Return the message; updates and cancellations name every earlier one of the notice."""
    kind = EditionKind(edition.kind)
    sent = edition.issued_at or edition.written_at
    alert = Alert(
        identifier=_identifier(notice, edition),
        sender=_sender(),
        sent=sent,
        status="Exercise" if notice.exercise else "Actual",
        kind={EditionKind.ISSUE: "Alert", EditionKind.CANCEL: "Cancel"}.get(kind, "Update"),
        scope="Restricted",
        restriction="本单位内部使用，不得对外转发",
        note=f"warning {notice.warning_id}, exercise stream" if notice.exercise else edition.reason,
        references=tuple(Reference(_sender(), _identifier(notice, each), each.issued_at or each.written_at) for each in earlier),
        infos=(_info(notice, edition, kind),),
    )
    return to_xml(alert)


def _info(notice: Notice, edition: NoticeEdition, kind: EditionKind) -> Info:
    is_over, level = kind in (EditionKind.LIFT, EditionKind.CANCEL), WarningLevel(edition.level)
    has_begun = edition.issued_at is not None and edition.starts_at <= edition.issued_at
    colour, severity = WARNING_LEVEL_LABELS[level]["zh-Hans"], WARNING_SEVERITY_LABELS[level]["zh-Hans"]
    instruction = edition.facts and f"{edition.facts}\n{edition.withdrawn_measures}"
    return Info(
        language=LANGUAGE,
        categories=_CATEGORIES[Category(edition.category)],
        event=notice.title,
        response="AllClear" if kind is EditionKind.LIFT else "Monitor" if not is_over else "None",
        urgency="Past" if is_over else "Immediate" if has_begun else "Expected",
        severity=_SEVERITY[level.value],
        certainty="Observed" if has_begun else "Likely",
        effective=edition.issued_at or edition.written_at,
        onset=edition.starts_at,
        expires=None if is_over else edition.ends_at,
        sender_name=edition.issuer,
        headline=f"{colour}预警（{severity}）：{notice.title}",
        description=edition.mind,
        instruction=instruction or edition.measures,
        parameters=(
            ("huiying:grade", level.value),
            ("huiying:scheme", f"{notice.warning.rule_key} {notice.warning.rule_version}"),
            ("huiying:category", edition.category),
        ),
        areas=(edition.area,),
    )


def _sender() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "huiying.invalid"


def _identifier(notice: Notice, edition: NoticeEdition) -> str:
    return f"huiying-notice-{notice.pk}-{edition.number}"
