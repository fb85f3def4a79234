"""Add, change, pause and resume sources."""

from __future__ import annotations

import secrets as random_secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_address

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.collectors.addresses import FetchError, checked_url, dialable, networks
from huiying.core.collectors.contract import BadOption, Connector, Mode

from ..models import Source
from ..rules import CANARY_STREAM, LEAST_POLL_SECONDS, SOURCE_MOVES, LegalBasis, MediaTier, SourceState
from ..rules.channels import checked, connectors
from ..rules.outages import VOLUME_CODES
from ..rules.source import fingerprint_of
from ..wording import error_words, option_words
from .outages import outages_close
from .polling import take_new_address
from .secrets import opened, sealed

#: An exercise plays on this machine; only its own sources may read from here.
_EXERCISE_ALLOW = ("127.0.0.0/8", "::1/128")
#: The longest a source may go unasked (seconds): a day.
MOST_POLL_SECONDS = 86_400


@dataclass(frozen=True)
class Wish:
    """What a person says about a source: everything that may be changed later."""

    name: str = ""
    url: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    channel: str = "web"
    region: str = ""
    topic: str = ""
    media_tier: int = 0
    poll_seconds: int = 300
    legal_basis: str = ""
    purpose: str = ""
    terms_url: str = ""
    terms_checked: bool = False
    retention_days: int | None = None


def allowed_networks(*, exercise: bool) -> tuple[str, ...]:
    """Return the private networks a source may read from."""
    listed: tuple[str, ...] = settings.FETCH_ALLOW  # type: ignore[assignment]  # read by environment._networks
    return (*listed, *(_EXERCISE_ALLOW if exercise else ()))


@transaction.atomic
def source_add(
    *, actor: Actor, now: datetime, name: str = "", url: str = "", connector: str = "feed", exercise: bool = False, **wish: object
) -> Source:
    """Add a source to be read from now on; ``wish`` takes the other fields of ``Wish``.

    Nothing is asked over the network: see ``source_preview`` for that.
    """
    require(actor, "source.manage")
    if exercise:
        require(actor, "exercise.control")
    wanted, values = checked_wish(Wish(name=name, url=url, **wish), connector=connector, exercise=exercise)  # type: ignore[arg-type]  # checked there
    _refuse_twice(connector, values["fingerprint"], wanted, exercise=exercise)
    source = Source.objects.create(
        connector=connector,
        exercise=exercise,
        created_at=now,
        next_poll_at=now,
        terms_checked_at=now if wanted.terms_checked else None,
        public_key=random_secrets.token_urlsafe(24) if connectors()[connector].mode is Mode.PUSH else "",
        **values,
    )
    detail: dict[str, object] = {"name": source.name, "url": source.url, "connector": connector}
    record(actor=actor, verb="source.add", subject=("source", source.pk), now=now, detail=detail, exercise=exercise)
    return source


@transaction.atomic
def source_edit(*, actor: Actor, now: datetime, source_id: int, wish: Wish) -> Source:
    """Change what a person says about a source; secrets left empty stay as they are."""
    require(actor, "source.manage")
    source = _found(source_id)
    if source.connector not in connectors():
        raise NotNow(_("The source “%(name)s” comes from inside the house and has nothing to be changed.") % {"name": source.name})
    kept = {key: value for key, value in opened(source.secrets).items() if not wish.options.get(key)}
    wanted, values = checked_wish(replace(wish, options={**wish.options, **kept}), connector=source.connector, exercise=source.exercise)
    _refuse_twice(source.connector, values["fingerprint"], wanted, exercise=source.exercise, but=source.pk)
    if values["fingerprint"] != source.fingerprint:
        values |= {"cursor": {}, "next_poll_at": now, "moved_to": "", "moved_times": 0}
    changed = sorted(name for name, value in values.items() if name not in ("cursor", "next_poll_at") and getattr(source, name) != value)
    if wanted.terms_checked:
        values["terms_checked_at"] = now
    Source.objects.filter(pk=source.pk).update(**values)
    source.refresh_from_db()
    detail: dict[str, object] = {"name": source.name, "changed": [name for name in changed if name != "fingerprint"]}
    record(actor=actor, verb="source.edit", subject=("source", source.pk), now=now, detail=detail, exercise=source.exercise)
    return source


def checked_wish(wish: Wish, *, connector: str, exercise: bool) -> tuple[Wish, dict[str, object]]:
    """Return the wish and the columns it makes; raises BadInput in one sentence for what cannot work."""
    kind = connector_of(connector)
    url = wish.url.strip()
    options = _options(kind, url, wish.options)
    _refuse_bad_address(kind, url, exercise=exercise)
    _refuse_bad_figures(wish)
    hidden = {option.key for option in kind.options if option.secret}
    shown = {key: value for key, value in options.items() if key not in hidden}
    given = {key: str(value) for key, value in options.items() if key in hidden and value not in (None, "")}
    return wish, {
        "name": (wish.name.strip() or url or connector)[:200],
        "url": url,
        "options": shown,
        "secrets": sealed(given),
        "fingerprint": fingerprint_of(url, shown) if url or (shown and kind.mode in (Mode.POLL, Mode.STREAM)) else "",
        "channel": (wish.channel.strip() or "web")[:60],
        "region": wish.region.strip()[:60],
        "topic": wish.topic.strip()[:60],
        "media_tier": wish.media_tier,
        "poll_seconds": wish.poll_seconds,
        "legal_basis": wish.legal_basis,
        "purpose": wish.purpose.strip(),
        "terms_url": wish.terms_url.strip(),
        "retention_days": wish.retention_days,
    }


def connector_of(key: str) -> Connector:
    """Return a connector of this build; raises BadInput naming those there are."""
    if key not in connectors():
        raise BadInput(
            _("There is no kind of source “%(given)s”: use one of %(known)s.") % {"given": key, "known": ", ".join(connectors())}
        )
    return connectors()[key]


def _options(kind: Connector, url: str, options: Mapping[str, object]) -> dict[str, object]:
    try:
        values = checked(kind, options)
        kind.check(url, values)
    except BadOption as error:
        raise BadInput(option_words(error)) from error
    except FetchError as error:
        raise BadInput(error_words(f"{error.code} {error.detail}")) from error
    return dict(values)


def _refuse_bad_figures(wish: Wish) -> None:
    if not LEAST_POLL_SECONDS <= wish.poll_seconds <= MOST_POLL_SECONDS:
        raise BadInput(
            _("A poll interval of %(given)s s cannot be used: use %(least)s s to %(most)s s.")
            % {"given": wish.poll_seconds, "least": LEAST_POLL_SECONDS, "most": MOST_POLL_SECONDS}
        )
    if wish.channel.strip() == CANARY_STREAM:
        raise BadInput(_("The channel “%(given)s” is kept for Huiying's own test posts: use another.") % {"given": CANARY_STREAM})
    if wish.media_tier not in {tier.value for tier in MediaTier}:
        raise BadInput(_("Media tier %(given)s does not exist: use 0, 1, 2 or 3.") % {"given": wish.media_tier})
    if wish.legal_basis and wish.legal_basis not in set(LegalBasis):
        raise BadInput(
            _("There is no legal basis “%(given)s”: use one of %(known)s.")
            % {"given": wish.legal_basis, "known": ", ".join(basis.value for basis in LegalBasis)}
        )
    if wish.retention_days is not None and wish.retention_days < 1:
        raise BadInput(_("Posts are kept for at least one day, not for %(given)s.") % {"given": wish.retention_days})
    if wish.terms_url and not wish.terms_url.strip().startswith(("https://", "http://")):
        raise BadInput(_("The address of the terms, “%(given)s”, must begin with https:// or http://.") % {"given": wish.terms_url})


def _refuse_twice(connector: str, fingerprint: object, wish: Wish, *, exercise: bool, but: int | None = None) -> None:
    same = Source.objects.filter(connector=connector, fingerprint=fingerprint, exercise=exercise)
    if but is not None:
        same = same.exclude(pk=but)
    if fingerprint and same.exists():
        raise BadInput(_("The source %(url)s is among the sources already.") % {"url": wish.url.strip() or wish.name})


def _refuse_bad_address(kind: Connector, url: str, *, exercise: bool) -> None:
    if not url.startswith(("http://", "https://")) and kind.key != "feed":
        return  # not for the fetcher: the connector has checked it, and what is dialled passes the gate then
    try:
        _scheme, host, port = checked_url(url)
        allowed = networks(allowed_networks(exercise=exercise))
        try:
            literal = str(ip_address(host))
        except ValueError:
            if host == "localhost" or host.endswith((".localhost", ".internal", ".local")):
                dialable(host, port, ["127.0.0.1"], allowed)
            return
        dialable(host, port, [literal], allowed)
    except FetchError as error:
        raise BadInput(error_words(f"{error.code} {error.detail}")) from error


def source_pause(*, actor: Actor, now: datetime, source_id: int) -> Source:
    """Stop reading a source until somebody resumes it."""
    return _move(actor=actor, now=now, source_id=source_id, to=SourceState.PAUSED, verb="source.pause")


def source_resume(*, actor: Actor, now: datetime, source_id: int) -> Source:
    """Read a paused source again, at once."""
    return _move(actor=actor, now=now, source_id=source_id, to=SourceState.ACTIVE, verb="source.resume")


@transaction.atomic
def source_follow(*, actor: Actor, now: datetime, source_id: int) -> Source:
    """Take over the new address that a source has named."""
    require(actor, "source.manage")
    source = _found(source_id)
    if not source.moved_to:
        raise NotNow(_("The source “%(name)s” has not named another address.") % {"name": source.name})
    if not take_new_address(source, now=now, actor=actor):
        raise BadInput(_("The source %(url)s is among the sources already.") % {"url": source.moved_to})
    source.next_poll_at = now
    source.save(update_fields=["url", "fingerprint", "moved_to", "moved_times", "next_poll_at"])
    return source


@transaction.atomic
def _move(*, actor: Actor, now: datetime, source_id: int, to: SourceState, verb: str) -> Source:
    require(actor, "source.manage")
    source = _found(source_id)
    froms = [state.value for state, targets in SOURCE_MOVES.items() if to in targets]
    if Source.objects.filter(pk=source_id, state__in=froms).update(state=to.value, next_poll_at=now) != 1:
        raise NotNow(_("The source “%(name)s” is in that state already.") % {"name": source.name})
    source.refresh_from_db()
    outages_close(source_id=source.pk, now=now)
    outages_close(source_id=source.pk, now=now, codes=VOLUME_CODES)
    record(actor=actor, verb=verb, subject=("source", source.pk), now=now, detail={"name": source.name}, exercise=source.exercise)
    return source


def _found(source_id: int) -> Source:
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NotThere(_("There is no source %(number)s.") % {"number": source_id})
    return source
