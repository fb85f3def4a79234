"""Write, confirm, change, renew and end issued warnings; the regular look that flags, and never lifts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.clocks.services import clock_start, clock_stop
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.grading.conditions import level_of
from huiying.core.grading.levels import WarningLevel
from huiying.listen.stories.matters.figures import factors_of_matters
from huiying.listen.stories.matters.selectors import matters_of_many, stories_of_matters

from ..rules import LIVE
from ..rulesets.selectors import rules_in_force
from ..selectors import warning as warning_of
from ..telling import tell_overdue
from .models import Notice, NoticeEdition
from .rules import (
    IN_FORCE,
    NEEDS_TWO,
    NOTICE_LABELS,
    NOTICE_MOVES,
    RENEW_CLOCK,
    RIGHT,
    STANDING,
    STATE_AFTER,
    Category,
    EditionKind,
    NoticeState,
    hold_verdict,
    is_commander,
    needs_commander,
    renew_rule,
)


@dataclass(frozen=True)
class Content:
    """What a warning must say (Art. 64), the time of issue aside; the issuer is the organisation or its body."""

    category: str
    level: str
    starts_at: datetime
    ends_at: datetime
    area: str
    mind: str
    measures: str
    issuer: str


@transaction.atomic
def notice_draft(*, actor: Actor, now: datetime, warning_id: int, content: Content) -> Notice:
    """Write the notice that a warning leads to; it counts once a second person has confirmed it."""
    person = _person(actor)
    warning = warning_of(warning_id)
    if warning.state not in LIVE or warning.awaits_acknowledgement:
        raise NotNow(_("The warning “%(title)s” is “%(state)s”: a notice is written from one that somebody has taken.") % _about(warning))
    if Notice.objects.filter(warning=warning, state__in=STANDING).exists():
        raise NotNow(_("The warning “%(title)s” has a notice already: change that one.") % _about(warning))
    _check(content)
    values = {"title": warning.title, "level": content.level, "ends_at": content.ends_at, "exercise": warning.exercise}
    try:
        with transaction.atomic():
            notice = Notice.objects.create(warning=warning, made_at=now, **values)
    except IntegrityError:  # somebody was first in this very moment
        raise NotNow(_("The warning “%(title)s” has a notice already: change that one.") % _about(warning)) from None
    _write(notice, EditionKind.ISSUE, asdict(content), person, now)
    _record(notice, "notice.draft", actor, now, {"level": content.level})
    return notice


@transaction.atomic
def notice_confirm(*, actor: Actor, now: datetime, notice_id: int, edition: int) -> Notice:
    """Put what another person wrote in force: the issue of a warning, or its downgrade."""
    person = _person(actor)
    notice = _locked(notice_id)
    found = notice.editions.filter(number=edition, issued_at=None).first()
    if found is None:
        raise NotNow(_("Nothing of “%(title)s” waits for your confirmation. Load the page again.") % _about(notice))
    if found.written_by_id == person:
        raise NotYou(_("You wrote it: a second person confirms."))
    kind = EditionKind(found.kind)
    if needs_commander(kind, WarningLevel(found.level)) and not is_commander(actor.roles):
        raise NotYou(_("A red or orange warning is issued by the commander."))
    if found.ends_at <= now:
        raise NotNow(_("The end of “%(title)s” has passed: write it anew with a later end.") % _about(notice))
    if kind is EditionKind.DOWNGRADE:
        _held_long_enough(notice, now)
    _enforce(notice, found, person, actor, now)
    return notice


@transaction.atomic
def notice_upgrade(*, actor: Actor, now: datetime, notice_id: int, content: Content, reason: str) -> Notice:
    """Raise a warning at once: one person and a reason are enough."""
    return _change(actor, now, notice_id, EditionKind.UPGRADE, content, reason)


@transaction.atomic
def notice_downgrade(*, actor: Actor, now: datetime, notice_id: int, content: Content, reason: str) -> Notice:
    """Propose a lower level; a second person confirms, and only after the values stayed below long enough."""
    return _change(actor, now, notice_id, EditionKind.DOWNGRADE, content, reason)


@transaction.atomic
def notice_renew(*, actor: Actor, now: datetime, notice_id: int, content: Content, reason: str) -> Notice:
    """Reissue a warning at its level, with a later end and what is to be done now."""
    return _change(actor, now, notice_id, EditionKind.RENEW, content, reason)


@transaction.atomic
def notice_lift(*, actor: Actor, now: datetime, notice_id: int, facts: str, withdrawn_measures: str) -> Notice:
    """End a warning because the danger is over: the facts that show it, and the measures that end with it."""
    texts = {"facts": _text(facts, _("the facts that show that the danger is over"))}
    texts["withdrawn_measures"] = _text(withdrawn_measures, _("which measures end"))
    return _end(actor, now, notice_id, EditionKind.LIFT, texts)


@transaction.atomic
def notice_cancel(*, actor: Actor, now: datetime, notice_id: int, reason: str) -> Notice:
    """Take back a warning that was issued in error, or a draft that nobody needs."""
    return _end(actor, now, notice_id, EditionKind.CANCEL, {"reason": _text(reason, _("why"))})


def _change(actor: Actor, now: datetime, notice_id: int, kind: EditionKind, content: Content, reason: str) -> Notice:
    person = _person(actor)
    notice = _locked(notice_id)
    _allowed(notice, STATE_AFTER.get(kind, NoticeState.UPGRADED))
    _check(content)
    if content.ends_at <= now:
        raise BadInput(_("The end must lie in the future."))
    _fits(kind, WarningLevel(content.level), WarningLevel(notice.level))
    NoticeEdition.objects.filter(notice=notice, issued_at=None).delete()  # a proposal that nobody confirmed gives way; the log keeps it
    texts = asdict(content) | {"reason": _text(reason, _("why"))}
    edition = _write(notice, kind, texts, person, now)
    if kind in NEEDS_TWO:
        _record(notice, "notice.propose", actor, now, {"level": content.level, "from": notice.level, "reason": edition.reason})
    else:
        _enforce(notice, edition, None, actor, now)
    return notice


def _end(actor: Actor, now: datetime, notice_id: int, kind: EditionKind, texts: Mapping[str, object]) -> Notice:
    person = _person(actor)
    notice = _locked(notice_id)
    _allowed(notice, STATE_AFTER[kind])
    last = notice.editions.exclude(issued_at=None).last()
    if last is None:  # a draft was never told to anybody: there is nothing to take back
        _move(notice, NoticeState.CANCELLED)
        _record(notice, "notice.cancel", actor, now, {"reason": texts["reason"]})
        return notice
    NoticeEdition.objects.filter(notice=notice, issued_at=None).delete()
    same = {name: getattr(last, name) for name in Content.__dataclass_fields__}
    _enforce(notice, _write(notice, kind, same | dict(texts), person, now), None, actor, now)
    return notice


def _write(notice: Notice, kind: EditionKind, texts: Mapping[str, object], person: int, now: datetime) -> NoticeEdition:
    last = notice.editions.last()
    number = last.number + 1 if last else 1
    return NoticeEdition.objects.create(notice=notice, number=number, kind=kind.value, written_by_id=person, written_at=now, **texts)


def _enforce(notice: Notice, edition: NoticeEdition, second: int | None, actor: Actor, now: datetime) -> None:
    """Let an edition count: the notice follows it, and its clock runs anew."""
    kind = EditionKind(edition.kind)
    edition.issued_at, edition.confirmed_by_id = now, second
    edition.save(update_fields=["issued_at", "confirmed_by"])
    below = notice.below_since if edition.level == notice.level else None
    changes = {"level": edition.level, "ends_at": edition.ends_at, "renewal_overdue": False, "below_since": below}
    if kind is EditionKind.RENEW:
        Notice.objects.filter(pk=notice.pk).update(**changes)
        notice.refresh_from_db()
    else:
        _move(notice, STATE_AFTER[kind], **changes)
    subject = ("notice", notice.pk)
    clock_stop(actor=actor, now=now, subject=subject, rule_key=RENEW_CLOCK, stopped_at=now, stop_evidence=f"notice.{kind.value}")
    if notice.is_in_force:
        evidence, rule = f"{edition.issuer} {edition.number}", renew_rule(now, edition.ends_at)
        clock_start(
            actor=actor, now=now, subject=subject, rule=rule, started_at=now, start_evidence=evidence, exercise=notice.exercise
        )  # fmt: skip
    detail = {"level": edition.level, "edition": edition.number, "reason": edition.reason or edition.facts}
    _record(notice, f"notice.{kind.value}", actor, now, detail)


def notices_sweep(*, now: datetime) -> int:
    """Note since when the values are below the level of each notice, and flag those past their end; return how many are flagged."""
    live = list(Notice.objects.filter(state__in=IN_FORCE).select_related("warning__story"))
    _follow(live, now)
    return sum(_flag(notice, now) for notice in live if notice.ends_at < now and not notice.renewal_overdue)


def _follow(live: list[Notice], now: datetime) -> None:
    rules = rules_in_force()
    main_of = matters_of_many({notice.warning.story_id for notice in live})
    factors = factors_of_matters(stories_of_matters(set(main_of.values())), now, always=set(main_of.values())) if live else {}
    for notice in live:
        table = factors.get(main_of[notice.warning.story_id])
        if table is None:
            continue  # what is unknown lowers nothing
        seen = level_of(table, rules.ladder, rules.exit_ratio)
        is_below = seen is None or seen.rank < WarningLevel(notice.level).rank
        since = (notice.below_since or now) if is_below else None
        if since != notice.below_since:
            Notice.objects.filter(pk=notice.pk, level=notice.level).update(below_since=since)


@transaction.atomic
def _flag(notice: Notice, now: datetime) -> int:
    overdue = Notice.objects.filter(pk=notice.pk, state__in=IN_FORCE, ends_at=notice.ends_at, renewal_overdue=False)
    if overdue.update(renewal_overdue=True) != 1:
        return 0
    _record(notice, "notice.overdue", SYSTEM, now, {"ends_at": notice.ends_at})
    tell_overdue(notice.pk, notice.title, notice.exercise, now, f"{notice.ends_at:%Y%m%d%H%M%S}")
    return 1


def _move(notice: Notice, to: NoticeState, **changes: object) -> None:
    """Move a notice's state, the only place that does, and only if nobody was first."""
    _allowed(notice, to)
    if Notice.objects.filter(pk=notice.pk, state=notice.state).update(state=to.value, **changes) != 1:
        raise NotNow(_("Somebody changed “%(title)s” in this very moment: load the page again.") % _about(notice))
    notice.refresh_from_db()


def _allowed(notice: Notice, to: NoticeState) -> None:
    if to not in NOTICE_MOVES[NoticeState(notice.state)]:
        raise NotNow(_("“%(title)s” is “%(state)s”, so this is not possible now.") % _about(notice))


def _fits(kind: EditionKind, new: WarningLevel, old: WarningLevel) -> None:
    if kind is EditionKind.UPGRADE and new.rank <= old.rank:
        raise BadInput(_("An upgrade needs a higher level than the present one."))
    if kind is EditionKind.DOWNGRADE and new.rank >= old.rank:
        raise BadInput(_("A downgrade needs a lower level than the present one."))
    if kind is EditionKind.RENEW and new is not old:
        raise BadInput(_("A renewal keeps the level: choose upgrade or downgrade to change it."))


def _held_long_enough(notice: Notice, now: datetime) -> None:
    verdict = hold_verdict(WarningLevel(notice.level), notice.below_since, now)
    if verdict.may_lower:
        return
    if verdict.free_at is None:
        raise NotNow(_("The values of “%(title)s” are not below its level, so it stays.") % _about(notice))
    shown = {"title": notice.title, "at": f"{verdict.free_at:%Y-%m-%d %H:%M} UTC"}
    raise NotNow(_("The values of “%(title)s” must stay below its level until %(at)s.") % shown)


def _check(content: Content) -> None:
    if content.category not in [each.value for each in Category]:
        raise BadInput(_("“%(value)s” is no kind of event: use one of %(accepted)s.") % _choice(content.category, list(Category)))
    if content.level not in WarningLevel.__members__:
        raise BadInput(_("“%(value)s” is no level: use one of %(accepted)s.") % _choice(content.level, list(WarningLevel)))
    if content.ends_at <= content.starts_at:
        raise BadInput(_("The end must come after the start."))
    names = {"area": _("the area"), "mind": _("what to mind"), "measures": _("the measures to take"), "issuer": _("the issuer")}
    for field, name in names.items():
        _text(getattr(content, field), name)


def _choice(value: str, accepted: list[Category] | list[WarningLevel]) -> dict[str, object]:
    return {"value": value, "accepted": ", ".join(each.value for each in accepted)}


def _text(text: str, name: str) -> str:
    if not text.strip():
        raise BadInput(_("Missing: %(name)s.") % {"name": name})
    return text.strip()


def _person(actor: Actor) -> int:
    require(actor, RIGHT)
    if actor.id is None:
        raise NotYou(_("Only a person issues, changes or ends a warning."))
    return actor.id


def _locked(notice_id: int) -> Notice:
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NotThere(_("There is no notice %(id)s.") % {"id": notice_id})
    return notice


def _about(thing: object) -> dict[str, object]:
    state = str(getattr(thing, "state", ""))
    label = NOTICE_LABELS[NoticeState(state)] if isinstance(thing, Notice) else getattr(thing, "state_label", state)
    return {"title": getattr(thing, "title", ""), "state": label}


def _record(notice: Notice, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=("notice", notice.pk), now=now, detail=detail, exercise=notice.exercise)
