"""Issued warnings: every field, two people, up at once, down slowly, never ended by a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.selectors import entries_of, verify
from huiying.base.clocks.selectors import clocks_of
from huiying.base.notify.models import Message
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.formats.cap import faults_of
from huiying.listen.stories.models import StoryBucket
from huiying.listen.warnings.models import Notice, NoticeEdition, Warning
from huiying.listen.warnings.notices import services
from huiying.listen.warnings.notices.rules import NOTICE_MOVES, NoticeState, hold_verdict
from huiying.listen.warnings.notices.services import Content, notices_sweep
from huiying.listen.warnings.services import warning_acknowledge

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]


@pytest.fixture
def content(now: datetime) -> Content:
    """Return what a yellow warning says."""
    return Content("public_service", "YELLOW", now, now + timedelta(hours=12), "城东三个街道", "先不要饮用", "水车送水", "水务局")


@pytest.fixture
def warning(make_warning: Maker, cast: Any, now: datetime) -> Warning:
    """Return a warning that the analyst has taken."""
    found: Warning = make_warning()
    return warning_acknowledge(actor=cast.actor("analyst"), now=now, warning_id=found.pk)


@pytest.fixture
def drafted(warning: Warning, content: Content, cast: Any, now: datetime) -> Notice:
    """Return a draft of the analyst."""
    return services.notice_draft(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, content=content)


@pytest.fixture
def issued(drafted: Notice, cast: Any, now: datetime) -> Notice:
    """Return the notice in force."""
    return services.notice_confirm(actor=cast.actor("commander"), now=now, notice_id=drafted.pk, edition=1)


def test_a_notice_counts_only_when_a_second_person_confirmed_it(drafted: Notice, cast: Any, now: datetime) -> None:
    with pytest.raises(NotYou, match="second person"):
        services.notice_confirm(actor=cast.actor("analyst"), now=now, notice_id=drafted.pk, edition=1)
    found = services.notice_confirm(actor=cast.actor("commander"), now=now, notice_id=drafted.pk, edition=1)
    edition = NoticeEdition.objects.get()
    assert (found.state, edition.confirmed_by, edition.issued_at) == (NoticeState.ISSUED, cast.commander, now)
    assert clocks_of(("notice", found.pk))[0].due_at == now + timedelta(hours=12)
    with pytest.raises(NotNow, match="waits for your confirmation"):
        services.notice_confirm(actor=cast.actor("commander"), now=now, notice_id=drafted.pk, edition=1)


@pytest.mark.parametrize("level", ["RED", "ORANGE"])
def test_red_and_orange_are_issued_by_the_commander(level: str, warning: Warning, content: Content, cast: Any, now: datetime) -> None:
    from huiying.base.accounts.models import Person, RoleGrant
    from huiying.base.accounts.services import actor_of

    other = Person.objects.create(username="other", display_name="Other", language="en")
    RoleGrant.objects.create(person=other, role="analyst")
    found = services.notice_draft(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, content=replace(content, level=level))
    with pytest.raises(NotYou, match="commander"):
        services.notice_confirm(actor=actor_of(other), now=now, notice_id=found.pk, edition=1)
    services.notice_confirm(actor=cast.actor("commander"), now=now, notice_id=found.pk, edition=1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"area": " "}, "the area"),
        ({"mind": ""}, "what to mind"),
        ({"measures": "\n"}, "measures"),
        ({"issuer": ""}, "the issuer"),
        ({"category": "gossip"}, "natural_disaster"),
        ({"level": "PURPLE"}, "RED, ORANGE, YELLOW, BLUE"),
    ],
)
def test_every_field_of_the_law_is_asked_for(
    change: dict[str, str], words: str, warning: Warning, content: Content, cast: Any, now: datetime
) -> None:
    with pytest.raises(BadInput, match=words):
        services.notice_draft(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, content=replace(content, **change))
    assert not Notice.objects.exists()


def test_an_end_before_the_start_is_refused(warning: Warning, content: Content, cast: Any, now: datetime) -> None:
    with pytest.raises(BadInput, match="after the start"):
        services.notice_draft(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, content=replace(content, ends_at=now))


def test_only_a_taken_warning_leads_to_one_notice(make_warning: Maker, drafted: Notice, content: Content, cast: Any, now: datetime) -> None:
    analyst, fresh = cast.actor("analyst"), make_warning(2)
    with pytest.raises(NotNow, match="somebody has taken"):
        services.notice_draft(actor=analyst, now=now, warning_id=fresh.pk, content=content)
    with pytest.raises(NotNow, match="has a notice already"):
        services.notice_draft(actor=analyst, now=now, warning_id=drafted.warning_id, content=content)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(warning=drafted.warning, title="x", level="BLUE", ends_at=now, made_at=now)


def act(to: NoticeState, found: Notice, content: Content, cast: Any, now: datetime) -> None:
    analyst, commander = cast.actor("analyst"), cast.actor("commander")
    common: dict[str, Any] = {"now": now, "notice_id": found.pk}
    if to is NoticeState.ISSUED:
        services.notice_confirm(actor=commander, edition=NoticeEdition.objects.latest("pk").number, **common)
    elif to is NoticeState.UPGRADED:
        services.notice_upgrade(actor=analyst, content=replace(content, level="ORANGE"), reason="x", **common)
    elif to is NoticeState.DOWNGRADED:
        Notice.objects.filter(pk=found.pk).update(below_since=now - timedelta(hours=30))
        services.notice_downgrade(actor=analyst, content=replace(content, level="BLUE"), reason="x", **common)
        services.notice_confirm(actor=commander, edition=NoticeEdition.objects.latest("pk").number, **common)
    elif to is NoticeState.LIFTED:
        services.notice_lift(actor=analyst, facts="水质合格", withdrawn_measures="停止送水", **common)
    elif to is NoticeState.CANCELLED:
        services.notice_cancel(actor=analyst, reason="x", **common)


@pytest.mark.parametrize(("old", "new"), list(product(NoticeState, [state for state in NoticeState if state is not NoticeState.DRAFT])))
def test_every_move_of_the_square_is_allowed_or_refused_as_the_table_says(
    old: NoticeState, new: NoticeState, drafted: Notice, content: Content, cast: Any, now: datetime
) -> None:
    if old is not NoticeState.DRAFT:
        act(NoticeState.ISSUED, drafted, content, cast, now)
        Notice.objects.update(state=old)
    if new in NOTICE_MOVES[old]:
        act(new, drafted, content, cast, now)
        assert Notice.objects.get().state == new
    else:
        with pytest.raises(NotNow):
            act(new, drafted, content, cast, now)
        assert Notice.objects.get().state == old


def test_nothing_goes_back_to_draft_and_ends_are_ends() -> None:
    assert all(NoticeState.DRAFT not in targets for targets in NOTICE_MOVES.values()) and set(NOTICE_MOVES) == set(NoticeState)
    assert not NOTICE_MOVES[NoticeState.LIFTED] and not NOTICE_MOVES[NoticeState.CANCELLED]


def test_down_needs_two_people_and_the_hold_time(issued: Notice, content: Content, cast: Any, now: datetime) -> None:
    analyst, commander, lower = cast.actor("analyst"), cast.actor("commander"), replace(content, level="BLUE")
    services.notice_downgrade(actor=analyst, now=now, notice_id=issued.pk, content=lower, reason="calm")
    assert Notice.objects.get().level == "YELLOW"
    with pytest.raises(NotYou):
        services.notice_confirm(actor=analyst, now=now, notice_id=issued.pk, edition=2)
    with pytest.raises(NotNow, match="not below its level"):
        services.notice_confirm(actor=commander, now=now, notice_id=issued.pk, edition=2)
    StoryBucket.objects.all().delete()
    notices_sweep(now=now)
    with pytest.raises(NotNow, match="until"):
        services.notice_confirm(actor=commander, now=now + timedelta(hours=11), notice_id=issued.pk, edition=2)
    notice = Notice.objects.get()
    assert notice.below_since == now and hold_verdict("YELLOW", now, now).free_at == now + timedelta(hours=12)  # type: ignore[arg-type]
    NoticeEdition.objects.filter(number=2).update(ends_at=now + timedelta(hours=30))
    services.notice_confirm(actor=commander, now=now + timedelta(hours=12), notice_id=issued.pk, edition=2)
    found = Notice.objects.get()
    assert (found.state, found.level, found.below_since) == (NoticeState.DOWNGRADED, "BLUE", None)


def test_values_that_rise_again_start_the_wait_anew(issued: Notice, now: datetime) -> None:
    Notice.objects.update(below_since=now - timedelta(hours=11))
    notices_sweep(now=now)  # the story is at its level
    assert Notice.objects.get().below_since is None


def test_up_goes_at_once_with_a_reason(issued: Notice, content: Content, cast: Any, now: datetime) -> None:
    analyst, higher = cast.actor("analyst"), replace(content, level="RED")
    with pytest.raises(BadInput, match="why"):
        services.notice_upgrade(actor=analyst, now=now, notice_id=issued.pk, content=higher, reason=" ")
    with pytest.raises(BadInput, match="higher"):
        services.notice_upgrade(actor=analyst, now=now, notice_id=issued.pk, content=content, reason="x")
    services.notice_upgrade(actor=analyst, now=now, notice_id=issued.pk, content=higher, reason="伤者增多")
    assert (Notice.objects.get().state, Notice.objects.get().level) == (NoticeState.UPGRADED, "RED")


def test_past_its_end_it_is_flagged_and_told_once_and_never_lifted(issued: Notice, content: Content, cast: Any, now: datetime) -> None:
    late = now + timedelta(hours=13)
    assert [notices_sweep(now=late), notices_sweep(now=late)] == [1, 0]
    found = Notice.objects.get()
    assert found.renewal_overdue and found.state == NoticeState.ISSUED
    told = Message.objects.filter(key__contains=f"notice:{found.pk}:overdue")
    assert {message.person_id for message in told} == {cast.analyst.pk, cast.commander.pk}
    services.notice_renew(
        actor=cast.actor("analyst"), now=late, notice_id=found.pk, content=replace(content, ends_at=late + timedelta(hours=6)), reason="x"
    )
    found.refresh_from_db()
    assert not found.renewal_overdue and found.state == NoticeState.ISSUED
    assert [clock.state for clock in clocks_of(("notice", found.pk))].count("running") == 1
    assert notices_sweep(now=late + timedelta(hours=7)) == 1


def test_lifting_needs_facts_and_the_measures_that_end(issued: Notice, cast: Any, now: datetime) -> None:
    for facts, measures in (("", "x"), ("x", " ")):
        with pytest.raises(BadInput, match="Missing"):
            services.notice_lift(actor=cast.actor("analyst"), now=now, notice_id=issued.pk, facts=facts, withdrawn_measures=measures)
    services.notice_lift(actor=cast.actor("analyst"), now=now, notice_id=issued.pk, facts="合格", withdrawn_measures="停止送水")
    assert Notice.objects.get().state == NoticeState.LIFTED
    assert all(clock.state != "running" for clock in clocks_of(("notice", issued.pk)))


@pytest.mark.parametrize("name", ["writer", "officer", "admin", "outsider"])
def test_only_those_who_judge_warnings_may(name: str, drafted: Notice, content: Content, cast: Any, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.notice_confirm(actor=cast.actor(name), now=now, notice_id=drafted.pk, edition=1)
    with pytest.raises(NotYou):
        services.notice_cancel(actor=cast.actor(name), now=now, notice_id=drafted.pk, reason="x")


def test_the_system_issues_nothing(warning: Warning, content: Content, now: datetime) -> None:
    with pytest.raises(NotYou, match="Only a person"):
        services.notice_draft(actor=SYSTEM, now=now, warning_id=warning.pk, content=content)


def test_unknown_notices_are_not_there(now: datetime, cast: Any, client_as: Any) -> None:
    with pytest.raises(NotThere):
        services.notice_cancel(actor=cast.actor("analyst"), now=now, notice_id=404, reason="x")
    assert client_as("analyst").get("/warnings/notices/404/").status_code == 404


def test_every_act_is_in_the_log(issued: Notice, content: Content, cast: Any, now: datetime) -> None:
    act(NoticeState.UPGRADED, issued, content, cast, now)
    act(NoticeState.LIFTED, issued, content, cast, now)
    verbs = [entry.verb for entry in entries_of("notice", issued.pk) if entry.verb.startswith("notice.")]
    assert verbs == ["notice.draft", "notice.issue", "notice.upgrade", "notice.lift"] and verify().broken_at is None


def test_from_draft_to_cap_by_the_pages(warning: Warning, client_as: Any) -> None:
    analyst, commander, at = client_as("analyst"), client_as("commander"), timezone.localtime()
    assert "Issue a warning" in analyst.get(f"/warnings/{warning.pk}/").content.decode()
    values = {
        "category": "accident", "level": "ORANGE", "starts_at": f"{at:%Y-%m-%dT%H:%M}", "area": "城东", "mind": "避开 <b>路口</b>",
        "ends_at": f"{at + timedelta(hours=5):%Y-%m-%dT%H:%M}", "measures": "绕行", "issuer": "应急局",
    }  # fmt: skip
    assert analyst.post(f"/warnings/{warning.pk}/notice/", values | {"area": ""}).status_code == 400
    assert analyst.post(f"/warnings/{warning.pk}/notice/", values).status_code == 302
    found = Notice.objects.get()
    assert "somebody else confirms" in analyst.get(f"/warnings/notices/{found.pk}/").content.decode()
    assert analyst.get(f"/warnings/notices/{found.pk}/cap/1/").status_code == 404  # not issued yet
    assert commander.post(f"/warnings/notices/{found.pk}/confirm/1/").status_code == 302
    change = values | {"level": "RED", "reason": "x"}
    assert analyst.post(f"/warnings/notices/{found.pk}/change/", change).status_code == 302
    assert analyst.post(f"/warnings/notices/{found.pk}/lift/", {"facts": "", "withdrawn_measures": "x"}).status_code == 400
    assert analyst.post(f"/warnings/notices/{found.pk}/lift/", {"facts": "路通", "withdrawn_measures": "绕行结束"}).status_code == 302
    messages = [analyst.get(f"/warnings/notices/{found.pk}/cap/{number}/") for number in (1, 2, 3)]
    texts = [each.content.decode() for each in messages]
    assert all(each["Content-Type"] == "application/cap+xml" and not faults_of(each.content) for each in messages)
    assert "<msgType>Alert" in texts[0] and "<severity>Severe" in texts[0] and "<b>" not in texts[0]
    assert "<msgType>Update" in texts[1] and f"huiying-notice-{found.pk}-1," in texts[1]
    assert "<responseType>AllClear" in texts[2] and texts[2].count(f",huiying-notice-{found.pk}-") == 2
    page = analyst.get(f"/warnings/notices/{found.pk}/?lang=zh-hans").content.decode()
    assert "红色 · 一级 · 特别严重" in page
    assert "城东" in analyst.get("/warnings/notices/?show=all").content.decode() or found.title in page


def test_an_exercise_is_marked_in_the_message(make_warning: Maker, content: Content, cast: Any, now: datetime, client_as: Any) -> None:
    warning = make_warning(7, exercise=True)
    warning_acknowledge(actor=cast.actor("analyst"), now=now, warning_id=warning.pk)
    found = services.notice_draft(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, content=content)
    services.notice_confirm(actor=cast.actor("commander"), now=now, notice_id=found.pk, edition=1)
    text = client_as("analyst").get(f"/warnings/notices/{found.pk}/cap/1/").content.decode()
    assert found.exercise and "<status>Exercise</status>" in text and "<note>" in text
    services.notice_cancel(actor=cast.actor("analyst"), now=now, notice_id=found.pk, reason="误发")
    text = client_as("analyst").get(f"/warnings/notices/{found.pk}/cap/2/").content.decode()
    assert "<msgType>Cancel</msgType>" in text and "<status>Exercise</status>" in text
