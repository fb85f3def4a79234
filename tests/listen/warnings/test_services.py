"""Acknowledge, open, dismiss: who may, in which state, and what stays written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.selectors import entries_of, verify
from huiying.base.clocks.selectors import clocks_of
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.listen.warnings import selectors
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.rules import DISMISSALS, MOVES, Outcome, WarningState
from huiying.listen.warnings.services import warning_acknowledge, warning_dismiss, warning_mark_opened

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]


def act(to: WarningState, warning: Warning, now: datetime) -> None:
    """Try to bring the warning to a state through its service."""
    if to is WarningState.ACKNOWLEDGED:
        warning_acknowledge(actor=SYSTEM, now=now, warning_id=warning.pk)
    elif to is WarningState.OPENED:
        warning_mark_opened(actor=SYSTEM, now=now, warning_id=warning.pk, incident_id=1)
    elif to is WarningState.DISMISSED:
        warning_dismiss(actor=SYSTEM, now=now, warning_id=warning.pk, reason="测试", outcome=Outcome.FALSE_ALARM)


REACHABLE = [state for state in WarningState if state is not WarningState.PROPOSED]


@pytest.mark.parametrize(("old", "new"), list(product(WarningState, REACHABLE)))
def test_every_move_of_the_square_is_allowed_or_refused_as_the_table_says(
    old: WarningState, new: WarningState, make_warning: Maker, now: datetime
) -> None:
    warning = make_warning()
    Warning.objects.filter(pk=warning.pk).update(state=old)
    if new in MOVES[old]:
        act(new, warning, now)
        assert Warning.objects.get().state == new
    else:
        with pytest.raises(NotNow, match="自来水发黄"):
            act(new, warning, now)
        assert Warning.objects.get().state == old


def test_nothing_goes_back_to_proposed() -> None:
    assert all(WarningState.PROPOSED not in targets for targets in MOVES.values())
    assert set(MOVES) == set(WarningState)


def test_acknowledging_stops_the_clock_and_says_who(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning()
    warning_acknowledge(actor=cast.actor("analyst"), now=now + timedelta(minutes=4), warning_id=warning.pk)
    warning.refresh_from_db()
    assert warning.acknowledged_by == cast.analyst and warning.acknowledged_at == now + timedelta(minutes=4)
    clock = clocks_of(("warning", warning.pk))[0]
    assert clock.state == "met" and clock.stopped_at == now + timedelta(minutes=4)


def test_acknowledging_too_late_is_missed_with_the_time_beside_it(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning()
    warning_acknowledge(actor=cast.actor("analyst"), now=now + timedelta(minutes=16), warning_id=warning.pk)
    clock = clocks_of(("warning", warning.pk))[0]
    assert clock.state == "missed" and clock.stopped_at is not None


def test_two_people_cannot_both_take_it(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning()
    warning_acknowledge(actor=cast.actor("analyst"), now=now, warning_id=warning.pk)
    with pytest.raises(NotNow, match="acknowledged"):
        warning_acknowledge(actor=cast.actor("commander"), now=now, warning_id=warning.pk)
    assert Warning.objects.get().acknowledged_by == cast.analyst


def test_somebody_was_first_in_the_same_moment(make_warning: Maker, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiying.listen.warnings import services

    stale = make_warning()
    Warning.objects.filter(pk=stale.pk).update(state=WarningState.DISMISSED)
    monkeypatch.setattr(services, "_warning", lambda _id: stale)
    with pytest.raises(NotNow):
        warning_acknowledge(actor=SYSTEM, now=now, warning_id=stale.pk)
    assert Warning.objects.get().state == WarningState.DISMISSED


def test_dismissing_needs_a_reason_and_a_known_outcome(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning, analyst = make_warning(), cast.actor("analyst")
    with pytest.raises(BadInput, match="reason"):
        warning_dismiss(actor=analyst, now=now, warning_id=warning.pk, reason="  ", outcome=Outcome.FALSE_ALARM)
    with pytest.raises(BadInput, match="false_alarm, not_ours"):
        warning_dismiss(actor=analyst, now=now, warning_id=warning.pk, reason="x", outcome="incident")
    dismissed = warning_dismiss(actor=analyst, now=now, warning_id=warning.pk, reason=" 误报 ", outcome="false_alarm")
    assert (dismissed.dismissed_reason, dismissed.outcome, dismissed.dismissed_by_id) == ("误报", "false_alarm", cast.analyst.pk)
    assert clocks_of(("warning", warning.pk))[0].state == "met"


def test_an_opened_warning_names_its_incident(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning, analyst = make_warning(), cast.actor("analyst")
    with pytest.raises(NotNow, match="an incident is opened from a warning that is acknowledged"):
        warning_mark_opened(actor=analyst, now=now, warning_id=warning.pk, incident_id=5)
    warning_acknowledge(actor=analyst, now=now, warning_id=warning.pk)
    opened = warning_mark_opened(actor=analyst, now=now, warning_id=warning.pk, incident_id=5)
    assert (opened.incident_id, opened.outcome) == (5, Outcome.INCIDENT)
    assert selectors.warnings_of_incident(5) == [opened]
    assert selectors.open_warnings() == []
    assert selectors.live_warning_of(warning.story_id) == opened


MAY = {
    "acknowledge": {"analyst", "commander", "officer"},
    "dismiss": {"analyst", "commander"},
    "open": {"analyst", "commander", "officer"},
}


@pytest.mark.parametrize(
    "name", ["admin", "commander", "analyst", "officer", "writer", "checker", "lawyer", "approver", "publisher", "outsider"]
)
@pytest.mark.parametrize("deed", list(MAY))
def test_only_the_roles_of_the_table_may(deed: str, name: str, make_warning: Maker, now: datetime, cast: Any) -> None:
    warning, actor = make_warning(), cast.actor(name)
    if deed == "open":
        warning_acknowledge(actor=SYSTEM, now=now, warning_id=warning.pk)
    deeds: dict[str, Callable[[], object]] = {
        "acknowledge": lambda: warning_acknowledge(actor=actor, now=now, warning_id=warning.pk),
        "dismiss": lambda: warning_dismiss(actor=actor, now=now, warning_id=warning.pk, reason="x", outcome=Outcome.NOT_OURS),
        "open": lambda: warning_mark_opened(actor=actor, now=now, warning_id=warning.pk, incident_id=1),
    }
    if name in MAY[deed]:
        deeds[deed]()
    else:
        with pytest.raises(NotYou):
            deeds[deed]()


def test_an_unknown_warning_is_not_there(now: datetime, cast: Any) -> None:
    with pytest.raises(NotThere, match="404"):
        warning_acknowledge(actor=cast.actor("analyst"), now=now, warning_id=404)
    with pytest.raises(NotThere):
        selectors.warning(404)


def test_every_act_is_in_the_log_and_the_log_is_whole(make_warning: Maker, now: datetime, cast: Any) -> None:
    warning, analyst = make_warning(), cast.actor("analyst")
    warning_acknowledge(actor=analyst, now=now, warning_id=warning.pk)
    warning_dismiss(actor=analyst, now=now, warning_id=warning.pk, reason="x", outcome=Outcome.NO_ACTION)
    verbs = [entry.verb for entry in entries_of("warning", warning.pk) if entry.verb.startswith("warning.")]
    assert verbs == ["warning.propose", "warning.acknowledge", "warning.dismiss"]
    assert verify().broken_at is None


def test_the_database_refuses_a_second_live_warning(make_warning: Maker, now: datetime) -> None:
    first = make_warning()
    with pytest.raises(IntegrityError):
        Warning.objects.create(
            story_id=first.story_id,
            level="BLUE",
            level_rank=1,
            peak_level="BLUE",
            rule_key="x",
            rule_version="1",
            issued_at=now,
            evaluated_at=now,
        )


def test_open_warnings_come_unacknowledged_first_then_by_level(make_warning: Maker, now: datetime) -> None:
    blue, orange, taken = make_warning(1, posts=22, authors=10), make_warning(2), make_warning(3)
    warning_acknowledge(actor=SYSTEM, now=now, warning_id=taken.pk)
    assert [warning.pk for warning in selectors.open_warnings()] == [orange.pk, blue.pk, taken.pk]
    assert [warning.pk for warning in selectors.open_warnings(1)] == [orange.pk]
    assert [warning.pk for warning in selectors.live_warnings()] == [orange.pk, blue.pk, taken.pk]
    assert set(selectors.live_warnings_of([1, 2])) == {1, 2}
    assert selectors.unacknowledged().count() == 2


def test_outcomes_of_a_dismissal_never_include_an_incident() -> None:
    assert Outcome.INCIDENT not in DISMISSALS and len(DISMISSALS) == len(Outcome) - 1
