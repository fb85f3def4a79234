from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from huiying.base.notify import selectors, services
from huiying.base.notify.models import Address, Message
from huiying.base.notify.rules import CLAIM, MAX_ATTEMPTS, Channel, MessageState, Owner
from huiying.base.notify.services.delivery import claim_next, hand_over, leave
from huiying.base.ui.errors import NotNow

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
S = MessageState


def robot_of_all(cast: Any, now: datetime, robot: Any, **changes: Any) -> Address:
    wanted: dict[str, Any] = {"owner": Owner.ORGANISATION, "channel": Channel.WECOM, "fields": {"url": robot.url("/send?key=abc")}}
    way = services.way_add(actor=cast.actor("admin"), now=now, **(wanted | changes))
    Address.objects.filter(pk=way.pk).update(verified_at=now)
    return way


def tell(now: datetime, key: str, **changes: Any) -> int:
    wanted: dict[str, Any] = {
        "person_ids": [],
        "text": key,
        "url": "",
        "exercise": False,
        "channels": ("organisation",),
        "group": "warning:12",
    }
    return services.notify(now=now, key=key, **(wanted | changes))


def arrived(robot: Any) -> list[str]:
    return [json.loads(body)["text"]["content"] for _headers, body in robot.posts]


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def test_an_answer_takes_back_what_waits_and_is_noted_on_all(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot)
    tell(now, "gone")
    services.outbox_deliver(now=now)
    tell(now, "waits")
    tell(now, "elsewhere", group="warning:13")
    assert services.messages_cancel(now=now + SECOND, group="warning:12", by="Analyst") == 1
    assert services.messages_cancel(now=now + 2 * SECOND, group="warning:12", by="Writer") == 0
    assert services.outbox_deliver(now=now + 2 * SECOND) == 1
    assert arrived(robot) == ["gone", "elsewhere"]
    rows = selectors.deliveries_of("warning:12").values_list("key", "state", "answered_at", "answered_by")
    assert list(rows) == [("gone", "sent", now + SECOND, "Analyst"), ("waits", "cancelled", now + SECOND, "Analyst")]


def test_an_answer_that_is_rolled_back_takes_nothing_back(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot)
    tell(now, "waits")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.messages_cancel(now=now, group="warning:12")
        raise ZeroDivisionError
    assert services.outbox_deliver(now=now) == 1


def test_messages_without_a_group_are_never_taken_back_together(now: datetime) -> None:
    with pytest.raises(ValueError, match="group"):
        services.messages_cancel(now=now, group="")


def test_a_given_up_message_that_was_answered_is_not_sent_again(cast: Any, now: datetime, robot: Any) -> None:
    robot.body = b'{"errcode":93000,"errmsg":"invalid"}'
    robot_of_all(cast, now, robot)
    tell(now, "dead")
    services.outbox_deliver(now=now)
    services.messages_cancel(now=now, group="warning:12")
    with pytest.raises(NotNow, match="answered already"):
        services.message_retry(actor=cast.actor("admin"), now=now, message_id=Message.objects.get().pk)


def test_a_message_in_the_air_is_not_tried_again_after_the_answer(cast: Any, now: datetime, robot: Any) -> None:
    robot.status = 500
    robot_of_all(cast, now, robot)
    tell(now, "in the air")
    message = claim_next(now)
    assert message is not None
    assert leave(message, now)
    assert services.messages_cancel(now=now, group="warning:12", by="Analyst") == 0
    assert not hand_over(message, now)
    assert states() == {"cancelled": 1}


def test_a_message_whose_sender_died_in_the_air_stays_here_after_the_answer(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot)
    tell(now, "in the air")
    message = claim_next(now)
    assert message is not None
    assert leave(message, now)
    services.messages_cancel(now=now, group="warning:12")
    assert services.outbox_deliver(now=now + CLAIM) == 0
    stored = Message.objects.get()
    assert (stored.state, stored.perhaps_twice) == (S.CANCELLED, True)


def test_an_answer_between_claim_and_hand_over_keeps_the_message_here(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot)
    tell(now, "first")
    first = claim_next(now)
    assert first is not None
    assert leave(first, now)  # and dies
    again = claim_next(now + CLAIM)
    assert again is not None
    services.messages_cancel(now=now + CLAIM, group="warning:12")
    assert not leave(again, now + CLAIM)
    assert states() == {"cancelled": 1}


def test_a_message_that_stops_every_sender_is_given_up(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot)
    tell(now, "poison")
    moment = now
    while (message := claim_next(moment)) is not None and leave(message, moment):
        moment += CLAIM
    stored = Message.objects.get()
    assert (stored.state, stored.attempts) == (S.DEAD, MAX_ATTEMPTS)
    assert "stopped each time" in stored.last_error
    assert robot.posts == []


@pytest.mark.parametrize(("has_left", "perhaps_twice"), [(False, False), (True, True)])
def test_a_sender_that_died_leaves_its_message_to_the_next(
    cast: Any, now: datetime, robot: Any, has_left: bool, perhaps_twice: bool
) -> None:
    robot_of_all(cast, now, robot)
    tell(now, "again")
    message = claim_next(now)
    assert message is not None
    if has_left:
        assert leave(message, now)
    assert services.outbox_deliver(now=now + CLAIM - SECOND) == 0
    assert services.outbox_deliver(now=now + CLAIM) == 1
    stored = Message.objects.get()
    assert (stored.state, stored.perhaps_twice) == (S.SENT, perhaps_twice)


def test_the_most_urgent_leaves_first(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot)
    for key, priority in (("blue", 1), ("red", 4), ("yellow", 2), ("red too", 4)):
        tell(now, key, priority=priority)
    services.outbox_deliver(now=now)
    assert arrived(robot) == ["red", "red too", "yellow", "blue"]


def test_a_full_robot_lets_messages_wait_their_turn_and_drops_none(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot)
    for number in range(50):
        tell(now, f"blue {number}", priority=1)
    moments: list[datetime] = []
    moment = now
    while Message.objects.exclude(state=S.SENT).exists():
        moments += [moment] * services.outbox_deliver(now=moment)
        if len(moments) == 20:
            tell(moment, "red", priority=4)
            services.outbox_deliver(now=moment)
        moment += 7 * SECOND
    assert arrived(robot)[20] == "red"
    assert len(arrived(robot)) == len(set(arrived(robot))) == 51
    for first, last in zip(moments, moments[20:], strict=False):
        assert last - first >= 60 * SECOND
    assert max(Message.objects.values_list("attempts", flat=True)) == 1


def test_one_full_robot_does_not_hold_up_another(cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot, per_minute=1)
    robot_of_all(cast, now, robot, fields={"url": robot.url("/other?key=def")}, per_minute=0)
    for number in range(3):
        tell(now, str(number))
    assert services.outbox_deliver(now=now) == 4


def test_all_telephones_share_the_pace_of_the_gateway(cast: Any, now: datetime, robot: Any) -> None:
    admin = cast.actor("admin")
    fields = {"url": robot.url("/sms?to={number}&m={text}"), "method": "GET"}
    services.way_add(actor=admin, now=now, owner=Owner.GATEWAY, channel=Channel.SMS, fields=fields, per_minute=2)
    people = [cast.writer, cast.analyst, cast.commander]
    for person in people:
        number = {"number": f"1380013800{person.pk % 10}{person.pk}"}
        services.way_add(actor=admin, now=now, owner=Owner.PERSON, person_id=person.pk, channel=Channel.SMS, fields=number)
    Address.objects.update(verified_at=now)
    tell(now, "sms", person_ids=[person.pk for person in people], channels=("personal",))
    assert services.outbox_deliver(now=now) == 2
    assert services.outbox_deliver(now=now + 59 * SECOND) == 0
    assert services.outbox_deliver(now=now + 60 * SECOND) == 1


STEPS = st.lists(st.sampled_from(["a", "b", "a", "b", "refuse", "take", "later", "cancel"]), min_size=4, max_size=40)


def sender(now: Callable[[], datetime], left: list[tuple[int, bool]], answered: list[bool]) -> Iterator[None]:
    """Do what ``deliver_next`` does, standing still between its parts."""
    while True:
        message = claim_next(now())
        yield
        if message is None or not leave(message, now()):
            continue
        left.append((message.pk, bool(answered)))
        yield
        hand_over(message, now())
        yield


@examples(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_of_a_group_leaves_after_the_answer(cast: Any, now: datetime, robot: Any, steps: list[str]) -> None:
    Message.objects.all().delete()
    Address.objects.all().delete()
    robot.posts.clear()
    robot.status = 200
    robot_of_all(cast, now, robot, per_minute=0)
    for number in range(4):
        tell(now, str(number))
    left: list[tuple[int, bool]] = []
    answered: list[bool] = []
    clock = [now]
    senders = {name: sender(lambda: clock[0], left, answered) for name in ("a", "b")}
    for step in steps:
        if step in senders:
            next(senders[step])
        elif step == "cancel":
            services.messages_cancel(now=clock[0], group="warning:12", by="Analyst")
            answered.append(True)
        elif step == "later":
            clock[0] += 15 * SECOND
        else:
            robot.status = 500 if step == "refuse" else 200
    assert not any(after for _pk, after in left)
    assert len(robot.posts) <= len(left)
    robot.status = 200
    if answered:
        before = len(robot.posts)
        services.outbox_deliver(now=clock[0] + timedelta(days=1))
        assert len(robot.posts) == before
        assert set(states()) <= {S.SENT, S.CANCELLED}
    else:
        services.outbox_deliver(now=clock[0] + timedelta(days=1))
        assert states() == {S.SENT: 4}


@pytest.mark.django_db(transaction=True)
def test_two_senders_and_an_answer_at_the_same_moment(at_once: Any, cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot, per_minute=0)
    for number in range(30):
        tell(now, str(number))

    def deliver() -> int:
        return services.outbox_deliver(now=now)

    outcomes = at_once(deliver, deliver, lambda: services.messages_cancel(now=now, group="warning:12"))
    assert all(isinstance(outcome, int) for outcome in outcomes)
    assert sum(outcomes) == 30
    assert len(arrived(robot)) == len(set(arrived(robot))) == states()["sent"]
    assert set(states()) <= {S.SENT, S.CANCELLED}


@pytest.mark.django_db(transaction=True)
def test_two_senders_keep_the_pace_of_one_robot(at_once: Any, cast: Any, now: datetime, robot: Any) -> None:
    robot_of_all(cast, now, robot, per_minute=5)
    for number in range(30):
        tell(now, str(number))
    outcomes = at_once(*[lambda: services.outbox_deliver(now=now)] * 3)
    assert sum(outcomes) == 5
    assert len(arrived(robot)) == 5
