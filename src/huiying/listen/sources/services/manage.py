"""Add, pause and resume sources, and note how each poll went."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.collectors.addresses import FetchError, checked_url, dialable, networks

from ..models import Source
from ..rules import LEAST_POLL_SECONDS, SOURCE_MOVES, MediaTier, SourceKind, SourceState, back_off_seconds
from ..wording import error_words

#: An exercise plays on this machine; only its own sources may read from here.
_EXERCISE_ALLOW = ("127.0.0.0/8", "::1/128")


def allowed_networks(*, exercise: bool) -> tuple[str, ...]:
    """Return the private networks a source may read from."""
    listed: tuple[str, ...] = settings.FETCH_ALLOW  # type: ignore[assignment]  # read by environment._networks
    return (*listed, *(_EXERCISE_ALLOW if exercise else ()))


@transaction.atomic
def source_add(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    url: str,
    channel: str = "web",
    media_tier: int = 0,
    poll_seconds: int = 300,
    exercise: bool = False,
) -> Source:
    """Add a feed to be read from now on; its address must be one the collector may dial."""
    require(actor, "source.manage")
    if exercise:
        require(actor, "exercise.control")
    url = url.strip()
    _refuse_bad_address(url, exercise=exercise)
    if poll_seconds < LEAST_POLL_SECONDS:
        raise BadInput(
            _("A poll interval of %(given)s s is too short: use %(least)s s or more.")
            % {"given": poll_seconds, "least": LEAST_POLL_SECONDS}
        )
    if media_tier not in {tier.value for tier in MediaTier}:
        raise BadInput(_("Media tier %(given)s does not exist: use 0, 1, 2 or 3.") % {"given": media_tier})
    if Source.objects.filter(kind=SourceKind.FEED, url=url, exercise=exercise).exists():
        raise BadInput(_("The feed %(url)s is among the sources already.") % {"url": url})
    source = Source.objects.create(
        name=(name.strip() or url)[:200],
        kind=SourceKind.FEED.value,
        url=url,
        channel=(channel.strip() or "web")[:60],
        media_tier=media_tier,
        poll_seconds=poll_seconds,
        exercise=exercise,
        created_at=now,
        next_poll_at=now,
    )
    record(
        actor=actor, verb="source.add", subject=("source", source.pk), now=now, detail={"name": source.name, "url": url}, exercise=exercise
    )
    return source


def _refuse_bad_address(url: str, *, exercise: bool) -> None:
    from ipaddress import ip_address

    try:
        _scheme, host, port = checked_url(url)
        try:
            literal = str(ip_address(host))
        except ValueError:
            if host == "localhost" or host.endswith((".localhost", ".internal", ".local")):
                dialable(host, port, ["127.0.0.1"], networks(allowed_networks(exercise=exercise)))
            return
        dialable(host, port, [literal], networks(allowed_networks(exercise=exercise)))
    except FetchError as error:
        raise BadInput(error_words(f"{error.code} {error.detail}")) from error


def source_pause(*, actor: Actor, now: datetime, source_id: int) -> Source:
    """Stop reading a source until somebody resumes it."""
    return _move(actor=actor, now=now, source_id=source_id, to=SourceState.PAUSED, verb="source.pause")


def source_resume(*, actor: Actor, now: datetime, source_id: int) -> Source:
    """Read a paused source again, at once."""
    return _move(actor=actor, now=now, source_id=source_id, to=SourceState.ACTIVE, verb="source.resume")


@transaction.atomic
def _move(*, actor: Actor, now: datetime, source_id: int, to: SourceState, verb: str) -> Source:
    require(actor, "source.manage")
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NotThere(_("There is no source %(number)s.") % {"number": source_id})
    froms = [state.value for state, targets in SOURCE_MOVES.items() if to in targets]
    if Source.objects.filter(pk=source_id, state__in=froms).update(state=to.value, next_poll_at=now) != 1:
        raise NotNow(_("The source “%(name)s” is in that state already.") % {"name": source.name})
    source.refresh_from_db()
    record(actor=actor, verb=verb, subject=("source", source.pk), now=now, detail={"name": source.name}, exercise=source.exercise)
    return source


@transaction.atomic
def poll_succeeded(*, source_id: int, now: datetime, etag: str = "", last_modified: str = "") -> None:
    """Note that a source answered, and when to ask it next."""
    source = Source.objects.get(pk=source_id)
    Source.objects.filter(pk=source_id).update(
        last_attempt_at=now,
        last_success_at=now,
        last_error="",
        failures=0,
        etag=_kept("etag", etag),
        last_modified=_kept("last_modified", last_modified),
        next_poll_at=now + timedelta(seconds=source.poll_seconds),
    )


def _kept(field: str, validator: str) -> str:
    """Return what a server calls its version, or nothing when that is longer than we keep: half of it would match nothing."""
    longest: int = getattr(Source._meta.get_field(field), "max_length", None) or 0
    return validator if len(validator) <= longest else ""


@transaction.atomic
def poll_failed(*, source_id: int, now: datetime, code: str, detail: str = "", pause_seconds: int | None = None) -> None:
    """Note why a source could not be read, and back off."""
    source = Source.objects.get(pk=source_id)
    failures = source.failures + 1
    wait = pause_seconds if pause_seconds is not None else back_off_seconds(source.poll_seconds, failures)
    Source.objects.filter(pk=source_id).update(
        last_attempt_at=now, last_error=f"{code} {detail}".strip()[:500], failures=failures, next_poll_at=now + timedelta(seconds=wait)
    )
