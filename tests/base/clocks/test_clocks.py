"""One deadline: a start with evidence, a due time, a stop with its record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.accounts.services import actor_of
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.models import Clock
from huiying.base.clocks.rules import CLOCK_MOVES, BadClockRule, ClockRule, ClockState, clock_rules, state_when_stopped
from huiying.base.clocks.selectors import clock_of_rule, clocks_of, running_clocks
from huiying.base.clocks.services import clock_correct_start, clock_start, clock_stop, clock_waive, clocks_sweep
from huiying.base.clocks.services.running import _move
from huiying.base.clocks.signals import clock_missed, clock_warned
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

pytestmark = pytest.mark.django_db
HOLDING = ClockRule("holding_statement", {"zh-Hans": "首发简讯", "en": "Holding statement"}, 1800, 1200, "R101")
SUBJECT = ("incident", 12)


def started(now: datetime, rule: ClockRule = HOLDING, subject: tuple[str, object] = SUBJECT, exercise: bool = False) -> Clock:
    return clock_start(actor=SYSTEM, now=now, subject=subject, rule=rule, started_at=now, start_evidence="first post", exercise=exercise)


def stopped(at: datetime, subject: tuple[str, object] = SUBJECT) -> Clock | None:
    return clock_stop(
        actor=SYSTEM, now=at, subject=subject, rule_key="holding_statement", stopped_at=at, stop_evidence="statement 1 released"
    )


def test_a_clock_knows_its_start_evidence_and_due_time(now: datetime) -> None:
    clock = started(now)
    assert (clock.due_at - now).total_seconds() == 1800
    assert clock.warn_at == now + timedelta(seconds=1200)
    assert clock.start_evidence == "first post"
    assert clock.subject_id == "12"


def test_starting_again_returns_the_running_clock_and_never_resets_it(now: datetime) -> None:
    first = started(now)
    again = started(now + timedelta(minutes=10))
    assert again.pk == first.pk
    assert Clock.objects.get().started_at == now


def test_a_met_clock_is_not_started_anew_from_the_same_moment(now: datetime) -> None:
    started(now)
    stopped(now + timedelta(minutes=5))
    started(now)
    assert Clock.objects.get().state == ClockState.MET


def test_a_new_start_after_a_stop_is_a_new_clock(now: datetime) -> None:
    started(now)
    stopped(now + timedelta(minutes=5))
    started(now + timedelta(hours=4))
    assert [clock.state for clock in clocks_of(SUBJECT)] == [ClockState.RUNNING, ClockState.MET]


def test_a_regrade_waives_and_starts_another_length_from_the_same_moment(now: datetime, cast: Any) -> None:
    clock_waive(actor=cast.actor("commander"), now=now, clock_id=started(now).pk, reason="grade III")
    longer = started(now, ClockRule("holding_statement", {"en": "Holding statement"}, 7200, None, "R101"))
    assert (longer.state, longer.total_seconds) == (ClockState.RUNNING, 7200)
    assert Clock.objects.filter(state=ClockState.WAIVED).count() == 1


def test_a_waived_clock_can_be_started_again(now: datetime, cast: Any) -> None:
    clock_waive(actor=cast.actor("commander"), now=now, clock_id=started(now).pk, reason="by mistake")
    assert started(now).state == ClockState.RUNNING


def test_another_subject_has_its_own_clock(now: datetime) -> None:
    assert started(now).pk != started(now, subject=("incident", 13)).pk


def test_stopping_in_time_meets_the_clock(now: datetime) -> None:
    started(now)
    clock = stopped(now + timedelta(minutes=29))
    assert clock is not None
    assert (clock.state, clock.stop_evidence) == (ClockState.MET, "statement 1 released")


def test_stopping_at_the_very_second_still_meets_it(now: datetime) -> None:
    started(now)
    clock = stopped(now + timedelta(minutes=30))
    assert clock is not None and clock.state == ClockState.MET


def test_stopping_late_is_missed_with_the_late_time_beside_it(now: datetime) -> None:
    started(now)
    clock = stopped(now + timedelta(minutes=31))
    assert clock is not None
    assert (clock.state, clock.stopped_at) == (ClockState.MISSED, now + timedelta(minutes=31))


def test_a_clock_missed_by_the_sweep_keeps_missed_when_the_work_is_done_later(now: datetime) -> None:
    started(now)
    clocks_sweep(now=now + timedelta(hours=1))
    clock = stopped(now + timedelta(hours=2))
    assert clock is not None
    clock.refresh_from_db()
    assert (clock.state, clock.stopped_at) == (ClockState.MISSED, now + timedelta(hours=2))


def test_stopping_what_does_not_run_returns_none(now: datetime) -> None:
    assert stopped(now) is None


def test_stopping_twice_changes_nothing(now: datetime) -> None:
    started(now)
    stopped(now + timedelta(minutes=3))
    assert stopped(now + timedelta(minutes=9)) is None
    assert Clock.objects.get().stopped_at == now + timedelta(minutes=3)


def test_a_commander_waives_with_a_reason(now: datetime, cast: Any) -> None:
    clock = clock_waive(actor=cast.actor("commander"), now=now, clock_id=started(now).pk, reason=" merged into incident 9 ")
    assert (clock.state, clock.waived_reason) == (ClockState.WAIVED, "merged into incident 9")


def test_waiving_without_a_reason_is_refused(now: datetime, cast: Any) -> None:
    with pytest.raises(BadInput):
        clock_waive(actor=cast.actor("commander"), now=now, clock_id=started(now).pk, reason="  ")


def test_an_analyst_cannot_waive(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        clock_waive(actor=actor_of(cast.analyst), now=now, clock_id=started(now).pk, reason="tired")


def test_a_missed_clock_cannot_be_waived_away(now: datetime, cast: Any) -> None:
    clock = started(now)
    clocks_sweep(now=now + timedelta(hours=1))
    with pytest.raises(NotNow):
        clock_waive(actor=cast.actor("commander"), now=now, clock_id=clock.pk, reason="looks bad")


def test_waiving_an_unknown_clock_is_not_there(now: datetime, cast: Any) -> None:
    with pytest.raises(NotThere):
        clock_waive(actor=cast.actor("commander"), now=now, clock_id=404, reason="x")


def test_correcting_the_start_moves_the_due_time_and_logs_both(now: datetime) -> None:
    clock = started(now)
    earlier = now - timedelta(minutes=20)
    clock_correct_start(actor=SYSTEM, now=now, clock_id=clock.pk, started_at=earlier, start_evidence="older post found")
    clock.refresh_from_db()
    assert clock.due_at == earlier + timedelta(minutes=30)
    body = AuditEntry.objects.get(verb="clock.correct").body
    assert now.isoformat() in body
    assert earlier.isoformat() in body


def test_correcting_the_start_of_a_stopped_clock_is_refused(now: datetime) -> None:
    clock = started(now)
    stopped(now)
    with pytest.raises(NotNow):
        clock_correct_start(actor=SYSTEM, now=now, clock_id=clock.pk, started_at=now, start_evidence="x")


def test_the_sweep_marks_overdue_once_and_tells(now: datetime) -> None:
    heard: list[int] = []

    def hear(*, clock: Clock, **_kwargs: object) -> None:
        heard.append(clock.pk)

    clock_missed.connect(hear)
    try:
        clock = started(now)
        late = now + timedelta(minutes=31)
        assert (clocks_sweep(now=late), clocks_sweep(now=late)) == (1, 0)
    finally:
        clock_missed.disconnect(hear)
    assert heard == [clock.pk]
    assert AuditEntry.objects.filter(verb="clock.miss").count() == 1


def test_the_sweep_leaves_a_clock_at_its_due_second(now: datetime) -> None:
    started(now, ClockRule("x", {"en": "x"}, 1800, None, ""))
    assert clocks_sweep(now=now + timedelta(minutes=30)) == 0


def test_the_sweep_reminds_once(now: datetime) -> None:
    heard: list[int] = []

    def hear(*, clock: Clock, **_kwargs: object) -> None:
        heard.append(clock.pk)

    clock_warned.connect(hear)
    try:
        started(now)
        for minute in (19, 20, 25):
            clocks_sweep(now=now + timedelta(minutes=minute))
    finally:
        clock_warned.disconnect(hear)
    assert len(heard) == 1


@pytest.mark.parametrize("old", list(ClockState))
@pytest.mark.parametrize("new", list(ClockState))
def test_full_square_of_moves(now: datetime, old: ClockState, new: ClockState) -> None:
    clock = started(now)
    Clock.objects.filter(pk=clock.pk).update(state=old)
    clock.refresh_from_db()
    if new in CLOCK_MOVES[old]:
        _move(clock, new)
        assert Clock.objects.get().state == new
    else:
        with pytest.raises(NotNow):
            _move(clock, new)
        assert Clock.objects.get().state == old


def test_a_move_loses_against_somebody_who_was_first(now: datetime) -> None:
    clock = started(now)
    Clock.objects.filter(pk=clock.pk).update(state=ClockState.MET)
    with pytest.raises(NotNow):
        _move(clock, ClockState.MISSED)


def test_running_clocks_come_soonest_first_and_by_exercise(now: datetime) -> None:
    slow = started(now, ClockRule("slow", {"en": "slow"}, 9000, None, ""))
    fast = started(now, ClockRule("fast", {"en": "fast"}, 60, None, ""), exercise=True)
    assert [clock.pk for clock in running_clocks(10)] == [fast.pk, slow.pk]
    assert [clock.pk for clock in running_clocks(10, exercise=False)] == [slow.pk]
    assert [clock.pk for clock in running_clocks(1)] == [fast.pk]


def test_the_newest_clock_of_a_rule_is_found(now: datetime) -> None:
    assert clock_of_rule(SUBJECT, "holding_statement") is None
    clock = started(now)
    assert clock_of_rule(SUBJECT, "holding_statement") == clock


def test_used_percent_stays_between_0_and_100(now: datetime) -> None:
    clock = started(now)
    assert [clock.used_percent(now + timedelta(minutes=m)) for m in (-5, 0, 15, 30, 90)] == [0, 0, 50, 100, 100]


def test_the_exercise_mark_is_inherited_into_the_log(now: datetime) -> None:
    started(now, exercise=True)
    assert AuditEntry.objects.get(verb="clock.start").exercise


def test_state_when_stopped_compares_with_due(now: datetime) -> None:
    assert state_when_stopped(now, now) == ClockState.MET
    assert state_when_stopped(now, now + timedelta(seconds=1)) == ClockState.MISSED


def test_a_citation_is_read_in_the_readers_language(now: datetime) -> None:
    own = ClockRule("own", {"en": "Own", "zh-Hans": "自定"}, 60, None, {"en": "this plan", "zh-Hans": "预案自定"})
    clock = clock_start(actor=SYSTEM, now=now, subject=("plan", 1), rule=own, started_at=now, start_evidence="", exercise=False)
    clock.refresh_from_db()
    shown = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            shown[language] = clock.citation_text
    assert shown == {"en": "this plan", "zh-hans": "预案自定", "zh-hant": "預案自定"}


GOOD = "- {key: a, label: {en: A, zh-Hans: 甲}, seconds: 60, warn_seconds: 30, citation: R1}"


def test_rule_files_are_read() -> None:
    rule = clock_rules(GOOD, place="x")["a"]
    assert (rule.seconds, rule.warn_seconds, rule.citation, rule.label["zh-Hans"]) == (60, 30, "R1", "甲")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1", "list"),
        ("- {key: a, label: {en: A}, secnds: 60, citation: R}", "secnds"),
        ("- {key: a, label: {en: A}, citation: R}", "seconds"),
        ("- {key: a, label: {en: A}, seconds: -3, citation: R}", "above 0"),
        ("- {key: a, label: A, seconds: 60, citation: R}", "label"),
        ("- {key: a, label: {en: A}, seconds: 60, warn_seconds: 61, citation: R}", "warn_seconds"),
        ("- {key: a, label: {en: A}, seconds: 60, citation: [1]}", "citation"),
        ("- 3", "allowed"),
        (f"{GOOD}\n{GOOD}", "twice"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(BadClockRule, match=said) as caught:
        clock_rules(text, place="duty.yaml")
    assert "duty.yaml" in str(caught.value)
