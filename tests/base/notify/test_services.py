from __future__ import annotations

import json
import socket
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction

from huiying.base.audit.models import AuditEntry
from huiying.base.notify import selectors, services
from huiying.base.notify.models import Message, WebhookTarget
from huiying.base.notify.rules import CLAIM, MAX_ATTEMPTS, MessageState, webhook_secret, webhook_signature
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def tell(cast: Any, now: datetime, **changes: Any) -> int:
    wanted: dict[str, Any] = {
        "now": now,
        "person_ids": [cast.writer.pk],
        "text": "A warning waits.",
        "url": "/warnings/1/",
        "key": "warning:1",
        "exercise": False,
    }
    return services.notify(**(wanted | changes))


def with_address(cast: Any, address: str = "writer@example.org") -> None:
    cast.writer.email = address
    cast.writer.save()


def test_a_person_is_told_once_per_key(cast: Any, now: datetime) -> None:
    assert tell(cast, now) == 1
    assert tell(cast, now + SECOND, text="Again.") == 0
    assert tell(cast, now, key="warning:2") == 1
    assert selectors.unread_count(cast.writer.pk) == 2
    assert selectors.unread_count(cast.analyst.pk) == 0


def test_in_app_messages_are_delivered_at_once(cast: Any, now: datetime) -> None:
    tell(cast, now)
    message = Message.objects.get()
    assert (message.state, message.delivered_at) == (MessageState.SENT, now)
    assert services.outbox_deliver(now=now) == 0


def test_each_person_reads_their_own_language(cast: Any, now: datetime) -> None:
    cast.analyst.language = "zh-hant"
    cast.analyst.save()
    tell(cast, now, person_ids=[cast.writer.pk, cast.analyst.pk], text={"zh-Hans": "预警待处理", "en": "A warning waits."})
    assert set(Message.objects.values_list("person__username", "text")) == {("writer", "A warning waits."), ("analyst", "預警待處理")}


def test_people_who_left_and_unknown_people_are_told_nothing(cast: Any, now: datetime) -> None:
    cast.writer.is_active = False
    cast.writer.save()
    assert tell(cast, now, person_ids=[cast.writer.pk, 10**9]) == 0


def test_a_message_of_a_failed_act_does_not_exist(cast: Any, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(cast, now)
        raise ZeroDivisionError
    assert not Message.objects.exists()


def test_a_letter_arrives_with_text_and_full_address(cast: Any, now: datetime, mail: Any) -> None:
    with_address(cast)
    assert tell(cast, now, text="黄水预警：\n请确认", channels=("in_app", "email")) == 2
    assert services.outbox_deliver(now=now) == 1
    letter = mail.letters[0]
    assert (letter["To"], letter["Subject"]) == ("writer@example.org", "黄水预警： 请确认")
    assert "http://127.0.0.1:8600/warnings/1/" in letter.get_content()
    assert services.outbox_deliver(now=now + timedelta(days=1)) == 0
    assert len(mail.letters) == 1


def test_a_person_without_an_address_gets_no_letter(cast: Any, now: datetime) -> None:
    assert tell(cast, now, channels=("email",)) == 0


def test_exercise_messages_stay_inside_the_house(cast: Any, now: datetime) -> None:
    with_address(cast)
    WebhookTarget.objects.create(name="pager", url="https://example.org/", public_id="a", created_at=now)
    assert tell(cast, now, exercise=True, channels=("in_app", "email", "webhook")) == 1
    assert Message.objects.get().exercise


@pytest.mark.parametrize(("answer", "state"), [("450 later", MessageState.FAILED), ("550 nobody here", MessageState.DEAD)])
def test_a_refused_letter_is_tried_again_only_when_that_can_help(
    cast: Any, now: datetime, mail: Any, answer: str, state: MessageState
) -> None:
    with_address(cast)
    mail.refuse = answer
    tell(cast, now, channels=("email",))
    assert services.outbox_deliver(now=now) == 0
    message = Message.objects.get()
    assert message.state == state
    assert answer.split(" ", 1)[1] in message.last_error


def test_a_mail_server_that_comes_back_gets_the_letter(cast: Any, now: datetime, mail: Any) -> None:
    with_address(cast)
    mail.refuse = "450 later"
    tell(cast, now, channels=("email",))
    services.outbox_deliver(now=now)
    mail.refuse = ""
    assert services.outbox_deliver(now=now + 9 * SECOND) == 0
    assert services.outbox_deliver(now=now + 10 * SECOND) == 1
    assert len(mail.letters) == 1


def test_a_dead_mail_server_is_tried_seven_times_and_then_left_to_a_person(
    cast: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setitem(django_settings.ENV, "HUIYING_SMTP_URL", f"smtp://127.0.0.1:{port}")
    with_address(cast)
    tell(cast, now, channels=("email",))
    moment = now
    for _try in range(MAX_ATTEMPTS):
        services.outbox_deliver(now=moment)
        moment = Message.objects.get().next_at
    message = Message.objects.get()
    assert (message.state, message.attempts) == (MessageState.DEAD, MAX_ATTEMPTS)
    assert list(selectors.outbox_troubled()) == [message]
    services.message_retry(actor=cast.actor("admin"), now=moment, message_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.PENDING, 0)
    assert AuditEntry.objects.filter(verb="message.retry").count() == 1


def test_without_a_mail_server_the_reason_is_written_down(cast: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(django_settings.ENV, "HUIYING_SMTP_URL", "")
    with_address(cast)
    tell(cast, now, channels=("email",))
    services.outbox_deliver(now=now)
    assert "HUIYING_SMTP_URL" in Message.objects.get().last_error


def test_a_forged_address_cannot_add_headers(cast: Any, now: datetime, mail: Any) -> None:
    with_address(cast, "a@example.org\r\nBcc: b@example.org")
    tell(cast, now, channels=("email",))
    services.outbox_deliver(now=now)
    assert Message.objects.get().state == MessageState.DEAD
    assert mail.letters == []


def test_a_claimed_message_is_not_sent_by_another_sender(cast: Any, now: datetime, mail: Any) -> None:
    with_address(cast)
    tell(cast, now, channels=("email",))
    Message.objects.update(next_at=now + CLAIM, attempts=1)
    assert services.outbox_deliver(now=now) == 0
    assert services.outbox_deliver(now=now + CLAIM) == 1


def test_a_webhook_gets_a_signed_post(cast: Any, now: datetime, web: Any) -> None:
    target, key = services.webhook_add(actor=cast.actor("admin"), now=now, name="pager", url=f"http://127.0.0.1:{web.port}/hook")
    assert key.startswith("whsec_")
    tell(cast, now, person_ids=[], channels=("webhook",), text={"zh-Hans": "预警", "en": "Warning"})
    assert services.outbox_deliver(now=now) == 1
    headers, body = web.posts[0]
    assert json.loads(body)["data"] == {"key": "warning:1", "text": "预警", "url": "http://127.0.0.1:8600/warnings/1/"}
    secret = webhook_secret(django_settings.SECRET_KEY, target.public_id)
    assert headers["webhook-signature"] == webhook_signature(secret, headers["webhook-id"], now, body)


@pytest.mark.parametrize(("status", "state"), [(500, MessageState.FAILED), (302, MessageState.FAILED), (410, MessageState.DEAD)])
def test_a_webhook_answer_decides_whether_to_try_again(cast: Any, now: datetime, web: Any, status: int, state: MessageState) -> None:
    services.webhook_add(actor=cast.actor("admin"), now=now, name="pager", url=f"http://127.0.0.1:{web.port}/hook")
    web.status = status
    tell(cast, now, channels=("webhook",))
    services.outbox_deliver(now=now)
    assert Message.objects.get().state == state
    assert len(web.posts) == 1


def test_a_webhook_on_a_private_address_is_not_dialled(cast: Any, now: datetime, web: Any, settings: Any) -> None:
    settings.FETCH_ALLOW = ()
    services.webhook_add(actor=cast.actor("admin"), now=now, name="pager", url=f"http://127.0.0.1:{web.port}/hook")
    tell(cast, now, channels=("webhook",))
    services.outbox_deliver(now=now)
    message = Message.objects.get()
    assert message.state == MessageState.DEAD
    assert "HUIYING_FETCH_ALLOW" in message.last_error
    assert web.posts == []


def test_a_webhook_switched_off_is_told_nothing_more(cast: Any, now: datetime, web: Any) -> None:
    admin = cast.actor("admin")
    target, _key = services.webhook_add(actor=admin, now=now, name="pager", url=f"http://127.0.0.1:{web.port}/hook")
    tell(cast, now, channels=("webhook",))
    services.webhook_set_active(actor=admin, now=now, webhook_id=target.pk, is_active=False)
    assert tell(cast, now, key="other", channels=("webhook",)) == 0
    assert services.outbox_deliver(now=now) == 0
    assert web.posts == []


def test_webhooks_are_refused_by_right_scheme_and_repetition(cast: Any, now: datetime) -> None:
    admin = cast.actor("admin")
    with pytest.raises(NotYou):
        services.webhook_add(actor=cast.actor("writer"), now=now, name="x", url="https://example.org/")
    with pytest.raises(BadInput, match="file:///etc/passwd"):
        services.webhook_add(actor=admin, now=now, name="x", url="file:///etc/passwd")
    services.webhook_add(actor=admin, now=now, name="x", url="https://example.org/")
    with pytest.raises(BadInput, match=r"https://example\.org/"):
        services.webhook_add(actor=admin, now=now, name="y", url="https://example.org/")
    with pytest.raises(NotThere):
        services.webhook_set_active(actor=admin, now=now, webhook_id=10**9, is_active=True)


def test_retry_is_refused_by_right_absence_and_state(cast: Any, now: datetime) -> None:
    tell(cast, now)
    message = Message.objects.get()
    with pytest.raises(NotYou):
        services.message_retry(actor=cast.actor("writer"), now=now, message_id=message.pk)
    with pytest.raises(NotThere):
        services.message_retry(actor=cast.actor("admin"), now=now, message_id=10**9)
    with pytest.raises(NotNow):
        services.message_retry(actor=cast.actor("admin"), now=now, message_id=message.pk)
