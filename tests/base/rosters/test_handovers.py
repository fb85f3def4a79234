"""A shift is handed over: what runs is gathered, signed by one and accepted by the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from huiying.base.accounts.models import RoleGrant
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.services import clock_start
from huiying.base.notify.selectors import messages_of
from huiying.base.rosters import registry, services
from huiying.base.rosters.models import Handover
from huiying.base.rosters.registry import HandoverLine, handover_sections, register_handover_section
from huiying.base.rosters.rules import HANDOVER_LABELS, HANDOVER_MOVES, HANDOVER_TONES, HandoverState
from huiying.base.rosters.services.handovers import _set_state
from huiying.base.tasks.services import task_create
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]


@pytest.fixture
def pair(cast: Any) -> Any:
    """Let the evaluator be an analyst too, so that the analyst has somebody to hand over to."""
    RoleGrant.objects.create(person=cast.evaluator, role="analyst")
    return cast


def write(
    cast: Any, now: datetime, who: str = "analyst", role: str = "analyst", to: str = "evaluator", note: str = "Call at six"
) -> Handover:
    return services.handover_write(actor=cast.actor(who), now=now, role=role, incoming_id=getattr(cast, to).pk, note=note)


def running(now: datetime, exercise: bool = False) -> None:
    rule = ClockRule("hold", {"en": "Holding statement", "zh-Hans": "首发简讯"}, 1800, None, "R101")
    clock_start(actor=SYSTEM, now=now, subject=("incident", 5), rule=rule, started_at=now, start_evidence="x", exercise=exercise)
    for title, due in (("Take samples", now + timedelta(hours=2)), ("Buy chairs", now + timedelta(days=9))):
        task_create(
            actor=SYSTEM, now=now, subject=("incident", 5), title=title, owner_role="analyst", due_at=due, source="plan", exercise=exercise
        )


def lines_of(sections: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {section["title"]: [line["text"] for line in section["lines"]] for section in sections}


def test_what_runs_is_written_down_in_every_language(pair: Any, now: datetime) -> None:
    running(now)
    handover = write(pair, now)
    with translation.override("en"):
        said = lines_of(handover.sections)
    assert said["Deadlines that run"] == ["Holding statement: due 11-24 03:10"]
    assert said["Tasks due within a day"] == ["Take samples (analyst): due 11-24 04:40"]
    with translation.override("zh-hans"):
        assert lines_of(handover.sections)["进行中的时限"] == ["首发简讯：11-24 03:10 到期"]
    with translation.override("zh-hant"):
        assert "進行中的時限" in lines_of(handover.sections)


def test_late_and_rehearsed_things_say_so(pair: Any, now: datetime) -> None:
    running(now, exercise=True)
    with translation.override("en"):
        said = lines_of(handover_sections(now + timedelta(hours=1)))  # type: ignore[arg-type]  # plain data by design
    assert said["Deadlines that run"] == ["[exercise] Holding statement: due 11-24 03:10, over"]


def test_higher_rooms_say_their_part(pair: Any, now: datetime) -> None:
    assert {"incidents", "promises", "clocks", "tasks", "sources"} <= set(registry._sections)
    register_handover_section("weather", "Weather", lambda at: [HandoverLine(f"storm at {at:%H:%M}", "/clocks/")], order=99)
    try:
        last = handover_sections(now)[-1]
    finally:
        del registry._sections["weather"]
    assert last == {"title": "Weather", "lines": [{"text": "storm at 18:40", "url": "/clocks/"}]}


def test_the_text_stays_as_it_was_signed(pair: Any, now: datetime) -> None:
    running(now)
    handover = write(pair, now)
    before = json.loads(json.dumps(handover.summary))
    running(now + timedelta(hours=1))
    services.handover_accept(actor=pair.actor("evaluator"), now=now + timedelta(hours=1), handover_id=handover.pk)
    handover.refresh_from_db()
    assert handover.summary == before
    signed, accepted = (json.loads(AuditEntry.objects.get(verb=verb).body)["detail"] for verb in ("handover.write", "handover.accept"))
    assert signed["sha256"] == accepted["sha256"] and len(signed["sha256"]) == 64


def test_both_are_told_and_both_signatures_stand(pair: Any, now: datetime) -> None:
    handover = write(pair, now)
    assert messages_of(pair.evaluator.pk).get().url == f"/rosters/handovers/{handover.pk}/"
    accepted = services.handover_accept(actor=pair.actor("evaluator"), now=now + timedelta(minutes=3), handover_id=handover.pk)
    assert (accepted.state, accepted.written_at, accepted.ended_at) == ("accepted", now, now + timedelta(minutes=3))
    assert messages_of(pair.analyst.pk).count() == 1


def test_who_may_hand_what_to_whom(pair: Any, now: datetime) -> None:
    for arguments, error in (
        ({"role": "commander"}, NotYou),
        ({"who": "outsider"}, NotYou),
        ({"to": "analyst"}, BadInput),
        ({"to": "writer"}, BadInput),
    ):
        with pytest.raises(error):
            write(pair, now, **arguments)
    assert not Handover.objects.exists()


def test_one_role_waits_for_one_answer_at_a_time(pair: Any, now: datetime) -> None:
    first = write(pair, now)
    with pytest.raises(NotNow):
        write(pair, now)
    with pytest.raises(NotYou):
        services.handover_withdraw(actor=pair.actor("evaluator"), now=now, handover_id=first.pk)
    services.handover_withdraw(actor=pair.actor("analyst"), now=now, handover_id=first.pk)
    assert write(pair, now).state == "written"


def test_only_the_named_person_accepts_and_only_once(pair: Any, now: datetime) -> None:
    handover = write(pair, now)
    for who in ("analyst", "commander"):
        with pytest.raises(NotYou):
            services.handover_accept(actor=pair.actor(who), now=now, handover_id=handover.pk)
    services.handover_accept(actor=pair.actor("evaluator"), now=now, handover_id=handover.pk)
    with pytest.raises(NotNow):
        services.handover_accept(actor=pair.actor("evaluator"), now=now, handover_id=handover.pk)
    with pytest.raises(NotThere):
        services.handover_accept(actor=pair.actor("evaluator"), now=now, handover_id=404)


@pytest.mark.parametrize("old", list(HandoverState))
@pytest.mark.parametrize("new", list(HandoverState))
def test_full_square_of_handover_moves(pair: Any, now: datetime, old: HandoverState, new: HandoverState) -> None:
    handover = write(pair, now)
    Handover.objects.update(state=old)
    handover.refresh_from_db()
    if new in HANDOVER_MOVES[old]:
        _set_state(handover, new, now)
    else:
        with pytest.raises(NotNow):
            _set_state(handover, new, now)
    handover.refresh_from_db()
    assert handover.state == (new if new in HANDOVER_MOVES[old] else old)
    assert set(HANDOVER_LABELS) == set(HANDOVER_TONES) == set(HANDOVER_MOVES) == set(HandoverState)


def test_a_shift_is_handed_over_in_the_browser(client_as: Signed, pair: Any) -> None:
    running(timezone.now())
    analyst, evaluator = client_as("analyst"), client_as("evaluator")
    assert "No hand-over yet" in analyst.get("/rosters/handovers/").content.decode()
    page = analyst.get("/rosters/handovers/write/").content.decode()
    assert "Holding statement" in page and "Evaluator" in page and "Writer" not in page
    assert analyst.post("/rosters/handovers/write/", {"role": "analyst"}).status_code == 400
    home = analyst.post("/rosters/handovers/write/", {"role": "analyst", "incoming_id": pair.evaluator.pk, "note": "Call"})["Location"]
    assert "Withdraw" in analyst.get(home).content.decode() and "Accept the shift" not in analyst.get(home).content.decode()
    assert client_as("commander").post(f"{home}accept/").status_code == 403
    assert "Accept the shift" in evaluator.get(home).content.decode()
    assert evaluator.post(f"{home}accept/")["Location"] == home
    assert analyst.post(f"{home}withdraw/").status_code == 409
    assert "accepted" in analyst.get("/rosters/handovers/").content.decode()


def test_outsiders_and_strangers_see_nothing(client_as: Signed, pair: Any, now: datetime) -> None:
    home = f"/rosters/handovers/{write(pair, now).pk}/"
    for path in ("/rosters/handovers/", "/rosters/handovers/write/", home):
        assert client_as("outsider").get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert client_as("writer").get("/rosters/handovers/404/").status_code == 404


def test_who_has_nobody_to_hand_over_to_is_told_what_to_do(client_as: Signed, cast: Any) -> None:
    assert "Nobody else holds one of your roles" in client_as("lawyer").get("/rosters/handovers/write/").content.decode()


def test_more_rows_ask_no_more_queries(client_as: Signed, pair: Any, now: datetime) -> None:
    def asked() -> int:
        client.get("/rosters/handovers/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/rosters/handovers/")
        return len(queries)

    def add(count: int) -> None:
        for _number in range(count):
            handover = write(pair, now)
            services.handover_accept(actor=pair.actor("evaluator"), now=now, handover_id=handover.pk)

    client = client_as("commander")
    add(10)
    ten = asked()
    add(10)
    assert asked() == ten
