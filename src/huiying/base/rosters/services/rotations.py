"""Set rotations up, let another order follow, and end them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import ROLE_LABELS, Role
from huiying.base.accounts.selectors import ids_with_role, names_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..calendars import Days
from ..models import Rotation, Seat
from ..rotation import Pattern, Plan, Span, parse_slots, slots_text


@dataclass(frozen=True)
class RotationTerms:
    """What a rotation says; ``slots`` such as ``08-20/20-08``, or the hand-over time of a day or a week such as ``08:00``."""

    name: str
    role: str
    pattern: str
    slots: str
    starts_on: date
    people: Sequence[int]
    deputies: Sequence[int] = ()
    days: str = Days.ALL.value
    zone: str = "Asia/Shanghai"
    is_gapless: bool = True
    is_standby: bool = False


def rotation_plan(terms: RotationTerms, rotation_id: int = 0) -> Plan:
    """Check what a rotation says and return it as it is reckoned with; raises BadInput that names the value."""
    if terms.role not in set(Role):
        raise BadInput(_("“%(role)s” is no role of this house.") % {"role": terms.role})
    if terms.pattern not in set(Pattern) or terms.days not in set(Days):
        raise BadInput(_("The pattern of turns or days is not known: choose one of the list."))
    pattern, days = Pattern(terms.pattern), Days(terms.days)
    if pattern is Pattern.WEEKLY and days is not Days.ALL:
        raise BadInput(_("A turn of a week covers every day: choose “every day”, or turns of a day."))
    _check_zone(terms.zone)
    _check_people(terms)
    slots = _slots(terms.slots, pattern)
    return Plan(
        rotation_id, terms.role, tuple(terms.people), tuple(terms.deputies), pattern, slots, terms.starts_on, None, terms.zone, days,
        terms.is_standby,
    )  # fmt: skip


def _slots(text: str, pattern: Pattern) -> tuple[Span, ...]:
    """Read the shifts of a day, or the hand-over time of turns of a day or a week."""
    written = text if pattern is Pattern.HOURS or "-" in text else f"{text}-{text}"
    try:
        slots = parse_slots(written)
    except ValueError as error:
        raise BadInput(
            _("“%(text)s” cannot be read as shifts: write 08-20/20-08, or 08:00 for turns of a day or a week.") % {"text": text}
        ) from error
    if pattern is not Pattern.HOURS and (len(slots) != 1 or slots[0][0] != slots[0][1]):
        raise BadInput(_("Turns of a day or a week have one hand-over time: write 08:00, or choose “by hours”."))
    return slots


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(_("“%(zone)s” is no time zone: use a name such as Asia/Shanghai or Europe/Berlin.") % {"zone": zone}) from error


def _check_people(terms: RotationTerms) -> None:
    if not terms.people:
        raise BadInput(_("A rotation needs at least one person."))
    holders = set(ids_with_role(terms.role))
    if missing := [person for person in (*terms.people, *terms.deputies) if person not in holders]:
        names = names_of(set(missing))
        shown = {
            "names": ", ".join(names.get(each, str(each)) for each in dict.fromkeys(missing)),
            "role": str(ROLE_LABELS[Role(terms.role)]),
        }
        raise BadInput(_("Not active in the role “%(role)s”: %(names)s. Give the role first or choose other people.") % shown)


@transaction.atomic
def rotation_save(*, actor: Actor, now: datetime, terms: RotationTerms, follows: int | None = None) -> Rotation:
    """Start a rotation; one that it follows ends the day before, so that the past stays as it was."""
    require(actor, "roster.manage")
    plan = rotation_plan(terms)
    if follows is not None:
        _end(follows, terms.starts_on - timedelta(days=1))
    rotation = Rotation.objects.create(
        name=terms.name.strip() or str(ROLE_LABELS[Role(terms.role)]),
        role=terms.role,
        pattern=terms.pattern,
        slots=slots_text(plan.slots),
        days=terms.days,
        zone=terms.zone,
        starts_on=terms.starts_on,
        is_gapless=terms.is_gapless,
        is_standby=terms.is_standby,
        made_at=now,
    )
    order = [(person, number, False) for number, person in enumerate(terms.people)]
    order += [(person, number, True) for number, person in enumerate(terms.deputies)]
    Seat.objects.bulk_create(Seat(rotation=rotation, person_id=who, position=at, is_deputy=deputy) for who, at, deputy in order)
    detail: dict[str, object] = {
        "role": terms.role, "pattern": terms.pattern, "slots": rotation.slots, "days": terms.days, "starts_on": terms.starts_on.isoformat(),
        "people": list(terms.people), "deputies": list(terms.deputies), "follows": follows,
    }  # fmt: skip
    record(actor=actor, verb="rotation.save", subject=("rotation", rotation.pk), now=now, detail=detail)
    return rotation


@transaction.atomic
def rotation_end(*, actor: Actor, now: datetime, rotation_id: int, last_day: date) -> Rotation:
    """Let the last shift of a rotation begin on a day."""
    require(actor, "roster.manage")
    rotation = _end(rotation_id, last_day)
    record(actor=actor, verb="rotation.end", subject=("rotation", rotation.pk), now=now, detail={"last_day": last_day.isoformat()})
    return rotation


def _end(rotation_id: int, last_day: date) -> Rotation:
    rotation = Rotation.objects.filter(pk=rotation_id).first()
    if rotation is None:
        raise NotThere(_("There is no rotation %(id)s.") % {"id": rotation_id})
    if rotation.ends_on is not None and rotation.ends_on < last_day:
        raise NotNow(_("The rotation “%(name)s” is over since %(day)s.") % {"name": rotation.name, "day": rotation.ends_on.isoformat()})
    rotation.ends_on = last_day
    rotation.save(update_fields=["ends_on"])
    return rotation
