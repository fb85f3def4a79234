"""Prepare the demo: organisation, people, sources of the exercise, roster."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts import selectors as accounts
from huiying.base.accounts.models import Person
from huiying.base.accounts.services import group_set, organisation_create, person_create, require, sign_in_link_create
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.rosters.selectors import on_duty
from huiying.base.rosters.services import RotationTerms, rotation_save
from huiying.base.ui.errors import BadInput, NotYou
from huiying.listen.sources.rules import SourceState
from huiying.listen.sources.selectors import sources_list
from huiying.listen.sources.services import source_add, source_pause

from .people import DUTY_OFFICER, GROUPS, ON_DUTY, ORGANISATION_EN, ORGANISATION_ZH, PEOPLE, SOURCES

POLL_SECONDS = 5
"""Exercise feeds are read often: the newcomer should see the matter rise."""
HAND_OVER = "08:00"


@transaction.atomic
def demo_prepare(*, now: datetime, feed_url: str) -> None:
    """Set up the demo once; a second call adds only what is missing (a new roster shift, sources on a new port)."""
    if not accounts.is_demo_organisation():
        if accounts.people():
            raise BadInput(_("This installation has real people in it: a demo needs an empty state folder (HUIYING_STATE=…)."))
        organisation_create(actor=SYSTEM, now=now, name_zh=ORGANISATION_ZH, name_en=ORGANISATION_EN, is_demo=True)
        _people(now)
    _roster(now)
    _pause_old_sources(now, feed_url)
    for channel, (name, tier) in SOURCES.items():
        url = f"{feed_url}/{channel}"
        if not _has_source(url):
            source_add(
                actor=SYSTEM, now=now, name=name, url=url, channel=channel, media_tier=tier, poll_seconds=POLL_SECONDS, exercise=True
            )


def _has_source(url: str) -> bool:
    return any(source.url == url for source in sources_list())


def _pause_old_sources(now: datetime, feed_url: str) -> None:
    """Feeds of an earlier start are gone with their port."""
    for source in sources_list():
        if source.exercise and source.state == SourceState.ACTIVE and source.url and not source.url.startswith(feed_url):
            source_pause(actor=SYSTEM, now=now, source_id=source.pk)


def _people(now: datetime) -> None:
    persons = {
        person.username: person_create(
            actor=SYSTEM, now=now, username=person.username, display_name=person.name, roles=person.roles, is_demo=True
        )
        for person in PEOPLE
    }
    for kind, (head, deputy, members) in GROUPS.items():
        group_set(actor=SYSTEM, now=now, kind=kind, head=persons[head], deputy=persons[deputy], members=[persons[name] for name in members])


def _roster(now: datetime) -> None:
    """Put everybody on stand-by around the clock, so that each level reaches somebody at every hour."""
    rostered = {entry.role for entry in on_duty(now)}
    for role, username in ON_DUTY.items():
        person = accounts.person_by_username(username)
        if role.value not in rostered and person is not None:
            begins = timezone.localtime(now).date() - timedelta(days=1)
            terms = RotationTerms("", role.value, "daily", HAND_OVER, begins, [person.pk], zone=settings.TIME_ZONE, is_standby=True)
            rotation_save(actor=SYSTEM, now=now, terms=terms)


def demo_link(*, now: datetime) -> str:
    """Return the secret of a one-time link for the demo's duty officer."""
    person = accounts.person_by_username(DUTY_OFFICER)
    if person is None:
        raise BadInput(_("The demo is not set up yet: start with huiying up --demo."))
    return sign_in_link_create(actor=SYSTEM, now=now, person=person)


@transaction.atomic
def act_as(*, actor: Actor, now: datetime, current: Person, username: str) -> Person:
    """Let a demo person go on as another demo person; refused to and for everybody else."""
    require(actor, "board.read")
    target = accounts.person_by_username(username)
    if target is None or not target.is_demo or not current.is_demo:
        raise NotYou(_("Only the made-up people of a demo can be switched."))
    record(actor=actor, verb="exercise.act_as", subject=("person", target.pk), now=now, detail={"as": str(target)}, exercise=True)
    return target
