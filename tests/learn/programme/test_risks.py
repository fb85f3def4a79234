"""A risk is weighed, owned, looked at again, and ends only with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.clocks.rules import ClockState
from huiying.base.clocks.selectors import cadence_of, clocks_of
from huiying.base.clocks.services import cadences_sweep, clocks_sweep
from huiying.base.notify.selectors import messages_of
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.learn.programme import selectors, services
from huiying.learn.programme.models import Risk
from huiying.learn.programme.rules import RISK_MOVES, Level, RiskState
from huiying.learn.programme.services.risks import _set_state
from huiying.learn.programme.terms import RiskTerms

pytestmark = pytest.mark.django_db
Weights = Callable[..., RiskTerms]


def look(cast: Any, risk: Risk, now: datetime, who: str = "analyst", **changes: Any) -> Any:
    fields = {"likelihood": 1, "impact": 3, "note": "exercise went well", **changes}
    return services.risk_review(actor=cast.actor(who), now=now, risk_id=risk.pk, **fields)


def move(cast: Any, risk: Risk, to: str, now: datetime, who: str = "analyst", reason: str = "done") -> Risk:
    return services.risk_move(actor=cast.actor(who), now=now, risk_id=risk.pk, to=to, reason=reason)


def test_a_risk_is_sorted_by_its_weight(risk: Risk, cast: Any, now: datetime, weights: Weights) -> None:
    for title, likelihood, impact in (("low", 1, 1), ("guess", None, 3), ("medium", 2, 2)):
        services.risk_add(actor=cast.actor("analyst"), now=now, terms=weights(title=title, likelihood=likelihood, impact=impact))
    assert [line.title for line in selectors.risks_list()] == ["Late information", "guess", "medium", "low"]
    assert selectors.risk_counts() == {"high": 2, "medium": 1, "low": 1}


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"consequence": ""}, {"measure": ""}, {"impact": 0}, {"impact": 4}, {"likelihood": 9}, {"every": "daily"}]
)
def test_terms_that_make_no_sense_are_refused(cast: Any, now: datetime, weights: Weights, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        services.risk_add(actor=cast.actor("analyst"), now=now, terms=weights(**wrong))


def test_who_keeps_the_register(cast: Any, now: datetime, weights: Weights) -> None:
    with pytest.raises(NotYou):
        services.risk_add(actor=cast.actor("writer"), now=now, terms=weights())
    with pytest.raises(NotThere):
        services.risk_add(actor=cast.actor("analyst"), now=now, terms=weights(owner_id=999_999))


def test_a_review_weighs_again_and_says_why(risk: Risk, cast: Any, now: datetime) -> None:
    review = look(cast, risk, now)
    assert (review.level_before, review.level_after, review.is_changed) == (Level.HIGH, Level.MEDIUM, True)
    assert selectors.risk(risk.pk).level == Level.MEDIUM
    with pytest.raises(BadInput):
        look(cast, risk, now, note=" ")
    with pytest.raises(BadInput):
        look(cast, risk, now, impact=7)


def test_the_owner_reviews_without_the_right_and_others_do_not(risk: Risk, cast: Any, now: datetime) -> None:
    assert look(cast, risk, now, who="writer").by_name == "Writer"
    with pytest.raises(NotYou):
        look(cast, risk, now, who="lawyer")


def test_its_rhythm_asks_for_a_review_and_the_review_stops_the_clock(risk: Risk, cast: Any, now: datetime) -> None:
    turn = selectors.turns_of("risk")[risk.pk].at
    assert timedelta(days=27) < turn - now < timedelta(days=32)
    cadences_sweep(now=turn)
    assert selectors.turns_of("risk")[risk.pk].is_due
    look(cast, risk, turn)
    assert [clock.state for clock in clocks_of(("risk", risk.pk))] == [ClockState.MET]


def test_a_review_that_does_not_come_alarms_the_owner(risk: Risk, cast: Any, now: datetime) -> None:
    late = now + timedelta(days=50)
    cadences_sweep(now=late)
    clocks_sweep(now=late)
    assert messages_of(cast.writer.pk).get().url == f"/programme/risks/{risk.pk}/"
    assert messages_of(cast.analyst.pk).count() == 0


@pytest.mark.parametrize("old", list(RiskState))
@pytest.mark.parametrize("new", list(RiskState))
def test_full_square_of_moves(risk: Risk, old: RiskState, new: RiskState) -> None:
    Risk.objects.filter(pk=risk.pk).update(state=old)
    if new in RISK_MOVES[old]:
        _set_state(risk, old, new, "why")
    else:
        with pytest.raises(NotNow):
            _set_state(risk, old, new, "why")
    risk.refresh_from_db()
    assert risk.state == (new if new in RISK_MOVES[old] else old)
    assert {line["to"] for line in risk.moves} == {state.value for state in RISK_MOVES[RiskState(risk.state)]}


def test_a_closed_risk_owes_no_review_until_it_returns(risk: Risk, cast: Any, now: datetime, weights: Weights) -> None:
    move(cast, risk, "treated", now)
    move(cast, risk, "closed", now, reason="the pump is new")
    assert cadence_of(("risk", risk.pk), "risk_review") is None
    assert list(selectors.risks_list()) == [] and [line.pk for line in selectors.risks_list("all")] == [risk.pk]
    for call in (
        lambda: look(cast, risk, now),
        lambda: services.risk_change(actor=cast.actor("analyst"), now=now, risk_id=risk.pk, terms=weights()),
    ):
        with pytest.raises(NotNow):
            call()
    move(cast, risk, "open", now, reason="it happened again")
    assert cadence_of(("risk", risk.pk), "risk_review") is not None


def test_a_move_needs_a_reason_a_known_state_and_the_right(risk: Risk, cast: Any, now: datetime) -> None:
    for to, reason, error in (("treated", "", BadInput), ("gone", "x", BadInput), ("closed", "x", NotNow)):
        with pytest.raises(error):
            move(cast, risk, to, now, reason=reason)
    with pytest.raises(NotYou):
        move(cast, risk, "treated", now, who="writer")
    with pytest.raises(NotThere):
        services.risk_move(actor=cast.actor("analyst"), now=now, risk_id=404, to="treated", reason="x")


def test_a_change_leaves_the_weight_to_reviews(risk: Risk, cast: Any, now: datetime, weights: Weights) -> None:
    terms = weights(measure="Two people on call", every="weekly", impact=1, likelihood=1)
    changed = services.risk_change(actor=cast.actor("analyst"), now=now, risk_id=risk.pk, terms=terms)
    assert (changed.measure, changed.level) == ("Two people on call", Level.HIGH)
    cadence = cadence_of(("risk", risk.pk), "risk_review")
    assert cadence is not None and cadence.every == "weekly"


@pytest.mark.parametrize(("language", "first"), [("en", "Monitoring data are inaccurate"), ("zh-hans", "舆情监测数据不准确")])
def test_the_known_risks_fill_an_empty_register_once(cast: Any, now: datetime, language: str, first: str) -> None:
    with translation.override(language):
        added = services.risks_load_known(actor=cast.actor("analyst"), now=now, owner_id=cast.commander.pk)
    assert len(added) == 11 and added[0].title == first
    assert {risk.likelihood for risk in added} == {None} and {risk.level for risk in added} == {Level.HIGH, Level.MEDIUM}
    with pytest.raises(NotNow):
        services.risks_load_known(actor=cast.actor("analyst"), now=now, owner_id=cast.commander.pk)


def test_only_who_keeps_the_register_loads_it(cast: Any, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.risks_load_known(actor=cast.actor("writer"), now=now, owner_id=cast.commander.pk)
