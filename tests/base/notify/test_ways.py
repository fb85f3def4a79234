from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from huiying.base.audit.models import AuditEntry
from huiying.base.notify import selectors, services
from huiying.base.notify.models import Address, Message
from huiying.base.notify.rules import PROOF_LASTS, TEST_GUESSES, TEST_LASTS, Channel, Owner
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
TOKEN = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"


def add(cast: Any, now: datetime, url: str = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", **changes: Any) -> Address:
    wanted: dict[str, Any] = {
        "actor": cast.actor("writer"),
        "owner": Owner.PERSON,
        "person_id": cast.writer.pk,
        "channel": Channel.WECOM,
        "fields": {"url": url},
    }
    return services.way_add(now=now, **(wanted | changes))


def number_in(robot: Any) -> str:
    text = robot.posts[-1][1].decode()
    return text.split("number is ")[1][:6]


def prove(cast: Any, now: datetime, robot: Any, way: Address, actor: str = "writer") -> Address:
    services.way_test(actor=cast.actor(actor), now=now, way_id=way.pk)
    assert services.outbox_deliver(now=now) == 1
    return services.way_prove(actor=cast.actor(actor), now=now, way_id=way.pk, number=number_in(robot))


def test_a_way_is_used_only_after_its_test_was_proven(cast: Any, now: datetime, robot: Any) -> None:
    way = add(cast, now, robot.url("/send?key=1"))
    told = {"now": now, "person_ids": [cast.writer.pk], "text": "Wake up.", "url": "", "exercise": False, "channels": ("personal",)}
    assert services.notify(key="before", **told) == 0
    assert selectors.reachable(cast.writer.pk, now)[0] is False
    prove(cast, now, robot, way)
    assert services.notify(key="after", **told) == 1
    assert services.outbox_deliver(now=now) == 1
    assert "Wake up." in robot.posts[-1][1].decode()
    assert selectors.reachable(cast.writer.pk, now) == (True, "")


def test_a_wrong_number_proves_nothing_and_guessing_ends(cast: Any, now: datetime, robot: Any) -> None:
    way = add(cast, now, robot.url("/send?key=1"))
    actor = cast.actor("writer")
    with pytest.raises(NotNow, match="Send a test first"):
        services.way_prove(actor=actor, now=now, way_id=way.pk, number="000000")
    services.way_test(actor=actor, now=now, way_id=way.pk)
    services.outbox_deliver(now=now)
    right = number_in(robot)
    wrong = "000000" if right != "000000" else "000001"
    for _guess in range(TEST_GUESSES):
        with pytest.raises(BadInput):
            services.way_prove(actor=actor, now=now, way_id=way.pk, number=wrong)
    with pytest.raises(NotNow, match="Too many"):
        services.way_prove(actor=actor, now=now, way_id=way.pk, number=right)
    services.way_test(actor=actor, now=now + SECOND, way_id=way.pk)
    with pytest.raises(NotNow):
        services.way_prove(actor=actor, now=now + TEST_LASTS + 2 * SECOND, way_id=way.pk, number=right)
    way.refresh_from_db()
    assert way.verified_at is None


def test_the_secret_lies_nowhere_in_the_open(
    cast: Any, client_as: SignIn, now: datetime, robot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    robot.status = 500
    way = add(cast, now, robot.url(f"/send?key={TOKEN}"))
    services.way_test(actor=cast.actor("writer"), now=now, way_id=way.pk)
    services.outbox_deliver(now=now)
    writer, admin = client_as("writer"), client_as("admin")
    pages = [writer.get("/messages/ways/"), admin.get("/messages/outbox/"), admin.get("/messages/told/"), admin.get("/messages/reach/")]
    pages += [admin.get(f"/messages/ways/of/{cast.writer.pk}/"), admin.get("/audit/")]
    assert [page.status_code for page in pages] == [200] * 6
    seen = "".join(page.content.decode() for page in pages) + caplog.text + str(list(AuditEntry.objects.values()))
    with connection.cursor() as cursor:
        for table in ("notify_address", "notify_message"):
            cursor.execute(f"SELECT * FROM {table}")
            seen += str(cursor.fetchall())
    assert TOKEN not in seen
    assert TOKEN[-4:] in pages[0].content.decode()
    assert "answered 500" in pages[0].content.decode()


@pytest.mark.parametrize(
    ("channel", "fields", "said"),
    [
        (Channel.WECOM, {"url": "qyapi.weixin.qq.com"}, "https://"),
        (Channel.DINGTALK, {"url": "https://user:secret@oapi.dingtalk.com/"}, "name or password"),
        (Channel.SMS, {"number": "call me"}, "5 to 20 digits"),
        (Channel.TELEGRAM, {"token": "abc", "chat": "1"}, "BotFather"),
        (Channel.TELEGRAM, {"token": "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "chat": "x"}, "channel"),
        (Channel.EMAIL, {"address": "nobody"}, "e-mail"),
        (Channel.EMAIL, {"address": "a@example.org\r\nBcc: b@example.org"}, "e-mail"),
        (Channel.APPRISE, {"url": "nonsense"}, "service://"),
        (Channel.APPRISE, {"url": "syslog://"}, "cannot check"),
        (Channel.APPRISE, {"url": "mailto://user:password@example.org"}, "cannot check"),
        (Channel.APPRISE, {"url": "rsyslog://example.org"}, "cannot check"),
        (Channel.APPRISE, {"url": "json://example.org/?redirect=yes"}, "redirects"),
        (Channel.APPRISE, {"url": "json://example.org/?template=/etc/passwd"}, "file"),
        (Channel.WEBHOOK, {"url": "https://example.org"}, "cannot be entered"),
    ],
)
def test_a_bad_address_is_refused_in_plain_words(cast: Any, now: datetime, channel: Channel, fields: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        add(cast, now, channel=channel, fields=fields)
    assert not Address.objects.exists()


def test_the_same_address_is_entered_once_and_again_after_it_was_removed(cast: Any, now: datetime) -> None:
    way = add(cast, now)
    with pytest.raises(BadInput, match="in the list"):
        add(cast, now, label="Another name")
    services.way_remove(actor=cast.actor("writer"), now=now, way_id=way.pk)
    way.refresh_from_db()
    assert (way.sealed, way.is_active) == ("", False)
    add(cast, now)
    assert len(selectors.ways_of([cast.writer.pk])[cast.writer.pk]) == 1


def test_a_removed_way_takes_no_message_that_still_waits(cast: Any, now: datetime, robot: Any) -> None:
    way = add(cast, now, robot.url("/send?key=1"))
    services.way_test(actor=cast.actor("writer"), now=now, way_id=way.pk)
    services.way_remove(actor=cast.actor("writer"), now=now, way_id=way.pk)
    assert services.outbox_deliver(now=now) == 0
    assert Message.objects.get().state == "dead"
    assert robot.posts == []


def test_everybody_keeps_their_own_ways_and_an_administrator_those_of_all(cast: Any, now: datetime) -> None:
    for name in ("analyst", "commander"):
        with pytest.raises(NotYou):
            add(cast, now, actor=cast.actor(name))
    way = add(cast, now, actor=cast.actor("admin"))
    for act in (services.way_test, services.way_remove):
        with pytest.raises(NotYou):
            act(actor=cast.actor("analyst"), now=now, way_id=way.pk)
        with pytest.raises(NotThere):
            act(actor=cast.actor("admin"), now=now, way_id=10**9)
    with pytest.raises(NotYou):
        add(cast, now, owner=Owner.ORGANISATION, person_id=None)
    with pytest.raises(NotThere):
        add(cast, now, actor=cast.actor("admin"), person_id=10**9)
    services.way_set_delay(actor=cast.actor("writer"), now=now, way_id=way.pk, after_minutes=5)
    with pytest.raises(BadInput):
        services.way_set_delay(actor=cast.actor("writer"), now=now, way_id=way.pk, after_minutes=121)
    verbs = AuditEntry.objects.order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["way.add", "way.delay"]


def test_later_ways_follow_after_their_minutes_or_at_once_when_an_earlier_one_is_given_up(cast: Any, now: datetime, robot: Any) -> None:
    first = prove(cast, now, robot, add(cast, now, robot.url("/first?key=1")))
    later = add(cast, now, robot.url("/later?key=2"), after_minutes=5)
    prove(cast, now, robot, later)
    told = {"now": now, "person_ids": [cast.writer.pk], "text": "Wake up.", "url": "", "exercise": False, "channels": ("personal",)}
    services.notify(key="one", **told)
    robot.paths.clear()
    services.outbox_deliver(now=now)
    assert robot.paths == ["/first?key=1"]
    services.outbox_deliver(now=now + timedelta(minutes=5))
    assert robot.paths == ["/first?key=1", "/later?key=2"]
    robot.body = b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    services.notify(key="two", **(told | {"now": now + timedelta(minutes=6)}))
    services.outbox_deliver(now=now + timedelta(minutes=6), limit=1)
    assert Message.objects.get(key="two", way=first).state == "dead"
    assert Message.objects.get(key="two", way=later).next_at == now + timedelta(minutes=6)


def test_reachable_says_why_not(cast: Any, now: datetime, robot: Any) -> None:
    person = cast.writer.pk
    assert selectors.reachable(10**9, now) == (False, "There is no such person, or they have left.")
    assert selectors.reachable(person, now) == (False, "No way to be reached is entered.")
    way = add(cast, now, robot.url("/send?key=12345"), label="Duty group")
    assert "never proven" in selectors.reachable(person, now)[1]
    prove(cast, now, robot, way)
    assert selectors.reachable(person, now + PROOF_LASTS) == (True, "")
    assert "more than 90 days" in selectors.reachable(person, now + PROOF_LASTS + SECOND)[1]
    robot.body = b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    services.way_test(actor=cast.actor("writer"), now=now + SECOND, way_id=way.pk)
    services.outbox_deliver(now=now + SECOND)
    reason = selectors.reachable(person, now + SECOND)[1]
    assert "Duty group" in reason
    assert "invalid webhook url" in reason
    cast.writer.is_active = False
    cast.writer.save()
    assert selectors.reachable(person, now)[0] is False


def test_ways_of_many_people_cost_two_queries(cast: Any, now: datetime, django_assert_num_queries: Any) -> None:
    add(cast, now)
    with django_assert_num_queries(2):
        found = selectors.ways_of([cast.writer.pk, cast.analyst.pk, 10**9])
    assert {person: len(ways) for person, ways in found.items()} == {cast.writer.pk: 1, cast.analyst.pk: 0}


def test_a_person_adds_tests_and_proves_a_way_on_the_page(cast: Any, client_as: SignIn, robot: Any) -> None:
    writer = client_as("writer")
    assert "nobody hears it at night" in writer.get("/messages/ways/").content.decode()
    bad = writer.post("/messages/ways/?channel=wecom", {"label": "Group", "url": "typed-by-hand", "after_minutes": "0"})
    assert bad.status_code == 200
    assert "typed-by-hand" in bad.content.decode()
    url = robot.url(f"/send?key={TOKEN}")
    assert writer.post("/messages/ways/?channel=wecom", {"label": "Group", "url": url, "after_minutes": "0"}).status_code == 302
    way = Address.objects.get()
    assert writer.post(f"/messages/ways/{way.pk}/test/").status_code == 302
    moment = Message.objects.get().next_at
    services.outbox_deliver(now=moment)
    assert writer.post(f"/messages/ways/{way.pk}/prove/", {"number": "nonsense"}).status_code == 400
    assert writer.post(f"/messages/ways/{way.pk}/prove/", {"number": number_in(robot)}).status_code == 302
    page = writer.get("/messages/ways/").content.decode()
    assert "At least one proven way works" in page
    assert writer.post(f"/messages/ways/{way.pk}/delay/", {"after_minutes": "soon"}).status_code == 400
    assert writer.post(f"/messages/ways/{way.pk}/delay/", {"after_minutes": "3"}).status_code == 302
    assert client_as("analyst").post(f"/messages/ways/{way.pk}/remove/").status_code == 403
    assert writer.post(f"/messages/ways/{way.pk}/remove/").status_code == 302


def test_the_organisation_has_robots_that_tell_all(cast: Any, client_as: SignIn, now: datetime, robot: Any) -> None:
    assert client_as("commander").get("/messages/channels/").status_code == 403
    admin = client_as("admin")
    assert "No robot and no gateway yet" in admin.get("/messages/channels/").content.decode()
    answer = admin.post("/messages/channels/?channel=feishu", {"label": "Duty", "url": robot.url("/hook/abcdef"), "per_minute": "100"})
    assert answer.status_code == 302
    way = Address.objects.get()
    robot.body = b'{"code":0,"msg":"success","data":{}}'
    services.way_test(actor=cast.actor("admin"), now=now, way_id=way.pk)
    services.outbox_deliver(now=now)
    number = robot.posts[-1][1].decode().split("数字是")[-1]
    digits = "".join(character for character in number if character.isdigit())[:6]
    services.way_prove(actor=cast.actor("admin"), now=now, way_id=way.pk, number=digits)
    told = {"now": now, "person_ids": [], "text": "All.", "url": "", "channels": ("organisation",)}
    assert services.notify(key="drill", exercise=True, **told) == 0
    assert services.notify(key="real", exercise=False, **told) == 1
    assert services.notify(key="real", exercise=False, **told) == 0
    assert admin.post(f"/messages/ways/{way.pk}/off/").status_code == 302
    assert services.notify(key="resting", exercise=False, **told) == 0


def test_the_list_of_people_shows_those_first_whom_nobody_reaches(cast: Any, client_as: SignIn, now: datetime, robot: Any) -> None:
    prove(cast, now, robot, add(cast, now, robot.url("/send?key=1")))
    Address.objects.update(last_ok_at=datetime.now(now.tzinfo), verified_at=now)
    assert client_as("writer").get("/messages/reach/").status_code == 403
    page = client_as("commander").get("/messages/reach/").content.decode()
    assert page.index("Analyst") < page.index("Writer")
    assert "No proven way reaches 11 people." in page


def test_the_list_of_people_costs_the_same_however_many(
    cast: Any, client_as: SignIn, now: datetime, django_assert_max_num_queries: Any
) -> None:
    commander = client_as("commander")
    counts = []
    for number in range(2):
        for _way in range(5):
            add(cast, now, f"https://example.org/{number}-{_way}-robot")
        with django_assert_max_num_queries(8) as captured:
            commander.get("/messages/reach/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
