"""Subscriptions at hubs: want one, ask, be verified, take deliveries, leave."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from huiying.core.collectors.contract import Answer, Ask
from huiying.core.collectors.fetched import Fetched

from ..models import HubLease, Source
from ..rules import IntakeResult
from ..rules.channels import checked, connectors
from ..rules.source import SourceState
from ..rules.websub import ASK_AGAIN, ASK_DENIED, LEASE_MOVES, LEASE_SECONDS, LONGEST_LEASE, LeaseState, is_signed_by, renew_at
from .intake import TICK_POSTS, intake
from .secrets import opened, sealed

_LIVING = (LeaseState.ASKED.value, LeaseState.VERIFIED.value)


@dataclass(frozen=True)
class LeaseRequest:
    """One request to a hub: where it goes and what it says."""

    lease_id: int
    hub: str
    mode: str
    form: Mapping[str, str]


@transaction.atomic
def lease_want(*, source: Source, hub: str, topic: str, now: datetime) -> None:
    """Remember that a source offers a hub; without a public address of ours there is nothing a hub could call."""
    if not settings.PUBLIC_URL:
        return
    lease = HubLease.objects.filter(source=source).first()
    if lease is None:
        HubLease.objects.create(
            source=source,
            hub=hub,
            topic=topic,
            callback_key=secrets.token_urlsafe(32),
            secret=sealed({"secret": secrets.token_urlsafe(32)}),
            state=LeaseState.WANTED.value,
            asked_at=now,
        )
    elif (lease.hub, lease.topic) != (hub, topic):
        HubLease.objects.filter(pk=lease.pk).update(hub=hub, topic=topic, state=LeaseState.WANTED.value, expires_at=None, asked_at=now)
    elif lease.state == LeaseState.ENDED:
        _move(lease, LeaseState.WANTED, asked_at=now)


def leases_due(*, now: datetime) -> list[LeaseRequest]:
    """Return what hubs are to be told now: new, unanswered and ending leases, and those of sources no longer read."""
    if not settings.PUBLIC_URL:
        return []
    leases = HubLease.objects.select_related("source")
    reading = Q(source__state=SourceState.ACTIVE)
    again = (
        Q(state=LeaseState.WANTED, last_error="")
        | Q(state__in=[LeaseState.ASKED, LeaseState.WANTED], asked_at__lte=now - ASK_AGAIN)
        | Q(state=LeaseState.DENIED, asked_at__lte=now - ASK_DENIED)
    )
    wanted = list(leases.filter(reading & again))
    for lease in leases.filter(reading, state=LeaseState.VERIFIED):
        if lease.expires_at is None or (renew_at(lease.expires_at, lease.asked_at) <= now and lease.asked_at <= now - ASK_AGAIN):
            wanted.append(lease)
    leaving = leases.filter(~reading).filter(Q(state__in=_LIVING) | Q(state=LeaseState.LEAVING, asked_at__lte=now - ASK_AGAIN))
    return [*(_request(lease, "subscribe") for lease in wanted), *(_request(lease, "unsubscribe") for lease in leaving)]


def _request(lease: HubLease, mode: str) -> LeaseRequest:
    form = {
        "hub.mode": mode,
        "hub.topic": lease.topic,
        "hub.callback": settings.PUBLIC_URL.rstrip("/") + reverse("sources:hub", args=[lease.callback_key]),
    }
    if mode == "subscribe":
        form |= {"hub.lease_seconds": str(LEASE_SECONDS), "hub.secret": opened(lease.secret)["secret"]}
    return LeaseRequest(lease.pk, lease.hub, mode, form)


@transaction.atomic
def lease_asked(*, request: LeaseRequest, now: datetime, error: str) -> None:
    """Note that a hub was asked; a lease that still holds goes on until its end."""
    lease = HubLease.objects.filter(pk=request.lease_id).first()
    if lease is None:
        return
    if error:
        HubLease.objects.filter(pk=lease.pk).update(asked_at=now, last_error=error[:500])
    elif request.mode == "unsubscribe":
        _move(lease, LeaseState.LEAVING, asked_at=now, last_error="")
    elif lease.state == LeaseState.VERIFIED and lease.expires_at is not None and lease.expires_at > now:
        HubLease.objects.filter(pk=lease.pk).update(last_error="")
    else:
        # A quick hub verifies before it answers us: what is verified by now stays so.
        _move(lease, LeaseState.ASKED, asked_at=now, last_error="")


@transaction.atomic
def lease_verify(*, callback_key: str, mode: str, topic: str, lease_seconds: int | None, now: datetime) -> bool:
    """Confirm to a hub what we asked for, and nothing else (verification of intent)."""
    lease = HubLease.objects.select_related("source").filter(callback_key=callback_key, topic=topic).first()
    if lease is None:
        return False
    is_read = lease.source.state == SourceState.ACTIVE
    if mode == "subscribe" and is_read and lease.state != LeaseState.ENDED:
        seconds = min(max(lease_seconds or LEASE_SECONDS, 60), LONGEST_LEASE)
        HubLease.objects.filter(pk=lease.pk, state=lease.state).update(
            state=LeaseState.VERIFIED.value, asked_at=now, expires_at=now + timedelta(seconds=seconds), last_error=""
        )
        return True
    if mode == "unsubscribe" and not is_read:
        HubLease.objects.filter(pk=lease.pk).update(state=LeaseState.ENDED.value, expires_at=None)
        return True
    if mode == "denied":
        HubLease.objects.filter(pk=lease.pk).update(state=LeaseState.DENIED.value, expires_at=None, asked_at=now)
        return True
    return False


def hub_delivery(*, callback_key: str, body: bytes, content_type: str, signature: str, now: datetime) -> IntakeResult | None:
    """Take in what a hub pushed, through the same reader as a poll; None when it is not for us or not signed right."""
    lease = HubLease.objects.select_related("source").filter(callback_key=callback_key, state__in=_LIVING).first()
    if lease is None or not is_signed_by(signature, body, opened(lease.secret)["secret"]):
        return None
    source = lease.source
    if source.state != SourceState.ACTIVE:
        return None
    answer = asyncio.run(_read(source, body, content_type, now))
    stored = repeated = quarantined = 0
    for start in range(0, len(answer.records), TICK_POSTS):
        outcome = intake(source=source, records=answer.records[start : start + TICK_POSTS], now=now)
        stored, repeated, quarantined = stored + outcome.stored, repeated + outcome.repeated, quarantined + outcome.quarantined
    HubLease.objects.filter(pk=lease.pk).update(last_delivery_at=now)
    return IntakeResult(stored, repeated, quarantined)


async def _read(source: Source, body: bytes, content_type: str, now: datetime) -> Answer:
    connector = connectors()[source.connector]

    async def pushed(
        url: str, *, etag: str = "", last_modified: str = "", headers: Mapping[str, str] | None = None, limit: int | None = None
    ) -> Fetched:
        return Fetched(url, body, content_type, "", "")

    return await connector.poll(Ask(source.url, checked(connector, source.options), {}, now, pushed))


def _move(lease: HubLease, to: LeaseState, **changes: object) -> None:
    froms: Iterable[str] = [state.value for state, targets in LEASE_MOVES.items() if to in targets]
    HubLease.objects.filter(pk=lease.pk, state__in=froms).update(state=to.value, **changes)
