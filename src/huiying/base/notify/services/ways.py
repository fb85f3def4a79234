"""The ways by which people are reached: entered, proven by a test message, put in order, removed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..addresses import checked_address
from ..models import Address, Message
from ..rules import CHANNELS_OF, PER_MINUTE, TEST_GUESSES, TEST_LASTS, Channel, Owner, test_number
from ..sealing import digest_of, sealed

#: Longest a person may let a way wait, in minutes: an alarm that nobody heard for two hours is no alarm.
LONGEST_WAIT = 120
#: Highest pace that a gateway may be given, messages a minute.
HIGHEST_PACE = 1000


def may_manage(actor: Actor, owner: Owner, person_id: int | None) -> None:
    """Raise NotYou unless the actor keeps this way: one's own, or those of all as administrator."""
    if owner != Owner.PERSON:
        require(actor, "job.manage")
    elif person_id is not None and actor.id == person_id:
        require(actor, "notification.read")
    else:
        require(actor, "person.manage")


@transaction.atomic
def way_add(
    *,
    actor: Actor,
    now: datetime,
    owner: Owner,
    channel: Channel,
    fields: Mapping[str, str],
    label: str = "",
    person_id: int | None = None,
    after_minutes: int = 0,
    per_minute: int | None = None,
) -> Address:
    """Enter a way; it is used for alarms once its test message was proven."""
    may_manage(actor, owner, person_id)
    if channel not in CHANNELS_OF[owner]:
        raise BadInput(_("This channel cannot be entered here."))
    if owner == Owner.PERSON and not get_user_model().objects.filter(pk=person_id or 0, is_active=True).exists():
        raise NotThere(_("There is no such person, or they have left."))
    address, shown = checked_address(owner, channel, fields)
    holder = person_id if owner == Owner.PERSON else None
    way = Address(
        owner=owner.value,
        person_id=holder,
        channel=channel.value,
        label=(label.strip() or shown)[:80],
        sealed=sealed(address),
        digest=digest_of(owner.value, holder, channel.value, address),
        shown=shown[:120],
        after_minutes=_within(after_minutes, LONGEST_WAIT),
        per_minute=_within(PER_MINUTE[channel] if per_minute is None else per_minute, HIGHEST_PACE),
        created_at=now,
    )
    try:
        with transaction.atomic():
            way.save()
    except IntegrityError as error:
        raise BadInput(_("This address is in the list already.")) from error
    _log(actor, "way.add", way, now)
    return way


@transaction.atomic
def way_remove(*, actor: Actor, now: datetime, way_id: int) -> None:
    """Remove a way and erase its address; what was sent by it stays in the list of messages."""
    way = _own(actor, way_id)
    way.removed_at, way.is_active = now, False
    way.sealed, way.digest = "", f"removed:{way.pk}"
    way.save(update_fields=["removed_at", "is_active", "sealed", "digest"])
    _log(actor, "way.remove", way, now)


@transaction.atomic
def way_set_delay(*, actor: Actor, now: datetime, way_id: int, after_minutes: int) -> None:
    """Say how many minutes after an alarm this way follows, if nobody has answered until then."""
    way = _own(actor, way_id)
    way.after_minutes = _within(after_minutes, LONGEST_WAIT)
    way.save(update_fields=["after_minutes"])
    _log(actor, "way.delay", way, now, minutes=after_minutes)


@transaction.atomic
def way_switch(*, actor: Actor, now: datetime, way_id: int, is_active: bool) -> None:
    """Rest a way, or use it again."""
    way = _own(actor, way_id)
    way.is_active = is_active
    way.save(update_fields=["is_active"])
    _log(actor, "way.switch", way, now, active=is_active)


@transaction.atomic
def way_test(*, actor: Actor, now: datetime, way_id: int) -> Message:
    """Send a message with a number by a way; whoever reads the number proves the way with it."""
    way = _own(actor, way_id)
    if way.owner == Owner.GATEWAY:
        raise NotNow(_("A gateway is tested by the number of a person: send that person a test."))
    way.tested_at, way.guesses = now, 0
    way.save(update_fields=["tested_at", "guesses"])
    number = test_number(str(settings.SECRET_KEY), way.pk, now)
    language = way.person.language if way.person else settings.LANGUAGE_CODE
    with translation.override(language):
        text = _("Test from Huiying. Your number is %(number)s: enter it on the page “How I am reached”.") % {"number": number}
    page = reverse("notify:ways") if way.owner == Owner.PERSON else reverse("notify:channels")
    message = Message.objects.create(
        person_id=way.person_id,
        way=way,
        channel=way.channel,
        address=way.shown,
        key=f"way-test:{way.pk}:{now.isoformat()}",
        text=text,
        url=page,
        next_at=now,
        created_at=now,
    )
    _log(actor, "way.test", way, now)
    return message


def way_prove(*, actor: Actor, now: datetime, way_id: int, number: str) -> Address:
    """Take the number of the test message as proof that the way reaches its person."""
    way = _own(actor, way_id)
    if way.tested_at is None or now - way.tested_at > TEST_LASTS:
        raise NotNow(_("Send a test first: its number is good for %(hours)s hours.") % {"hours": int(TEST_LASTS.total_seconds() // 3600)})
    if Address.objects.filter(pk=way.pk, guesses__lt=TEST_GUESSES).update(guesses=F("guesses") + 1) != 1:
        raise NotNow(_("Too many wrong numbers: send another test."))
    wanted = test_number(str(settings.SECRET_KEY), way.pk, way.tested_at)
    if not hmac.compare_digest(wanted, number.strip()):
        raise BadInput(_("This is not the number of the last test. Look at the newest message."))
    with transaction.atomic():
        Address.objects.filter(pk=way.pk).update(verified_at=now, tested_at=None)
        _log(actor, "way.prove", way, now)
    way.refresh_from_db()
    return way


def _own(actor: Actor, way_id: int) -> Address:
    way = Address.objects.select_related("person").filter(pk=way_id, removed_at=None).first()
    if way is None:
        raise NotThere(_("There is no such way."))
    may_manage(actor, Owner(way.owner), way.person_id)
    return way


def _within(number: int, highest: int) -> int:
    if not 0 <= number <= highest:
        raise BadInput(_("Give a number from 0 to %(highest)s.") % {"highest": highest})
    return number


def _log(actor: Actor, verb: str, way: Address, now: datetime, **more: object) -> None:
    detail = {"owner": way.owner, "person": way.person_id, "channel": way.channel, "shown": way.shown, **more}
    record(actor=actor, verb=verb, subject=("way", way.pk), now=now, detail=detail)
