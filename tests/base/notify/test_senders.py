from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings

from huiying.base.notify import posting, services
from huiying.base.notify.models import Address, Message
from huiying.base.notify.reasons import NotDelivered
from huiying.base.notify.relay import send_by_apprise
from huiying.base.notify.rules import MAX_ATTEMPTS, Channel, MessageState, Owner
from huiying.base.ui.errors import BadInput, NotNow

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
S = MessageState


def way(cast: Any, now: datetime, channel: Channel, **fields: str) -> Address:
    added = services.way_add(
        actor=cast.actor("writer"), now=now, owner=Owner.PERSON, person_id=cast.writer.pk, channel=channel, fields=fields
    )
    Address.objects.filter(pk=added.pk).update(verified_at=now)
    return added


def tell(cast: Any, now: datetime, key: str = "k", **changes: Any) -> int:
    wanted: dict[str, Any] = {"person_ids": [cast.writer.pk], "text": "黄水预警", "url": "/warnings/1/", "exercise": False}
    return services.notify(now=now, key=key, channels=("personal",), **(wanted | changes))


def sent(now: datetime) -> Message:
    services.outbox_deliver(now=now)
    return Message.objects.get()


def test_wecom_gets_its_own_shape(cast: Any, now: datetime, robot: Any) -> None:
    way(cast, now, Channel.WECOM, url=robot.url("/cgi-bin/webhook/send?key=abc"))
    tell(cast, now)
    assert sent(now).state == S.SENT
    assert robot.paths == ["/cgi-bin/webhook/send?key=abc"]
    text = "黄水预警\nhttp://127.0.0.1:8600/warnings/1/"
    assert json.loads(robot.posts[0][1]) == {"msgtype": "text", "text": {"content": text}}


def test_wecom_text_is_cut_at_its_limit_between_characters(cast: Any, now: datetime, robot: Any) -> None:
    way(cast, now, Channel.WECOM, url=robot.url("/send?key=abc"))
    tell(cast, now, text="水" * 2000)
    assert sent(now).state == S.SENT
    assert json.loads(robot.posts[0][1])["text"]["content"] == "水" * 682


def test_dingtalk_is_signed_with_its_secret(cast: Any, now: datetime, robot: Any) -> None:
    way(cast, now, Channel.DINGTALK, url=robot.url("/robot/send?access_token=abc"), secret="SECabc")
    tell(cast, now)
    assert sent(now).state == S.SENT
    query = parse_qs(urlsplit(robot.paths[0]).query)
    stamp = str(int(now.timestamp() * 1000))
    wanted = base64.b64encode(hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()).decode()
    assert query == {"access_token": ["abc"], "timestamp": [stamp], "sign": [wanted]}


def test_feishu_is_signed_in_its_body(cast: Any, now: datetime, robot: Any) -> None:
    robot.body = b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}'
    way(cast, now, Channel.FEISHU, url=robot.url("/open-apis/bot/v2/hook/abc"), secret="key")
    tell(cast, now)
    assert sent(now).state == S.SENT
    body = json.loads(robot.posts[0][1])
    stamp = str(int(now.timestamp()))
    assert body["sign"] == base64.b64encode(hmac.new(f"{stamp}\nkey".encode(), b"", hashlib.sha256).digest()).decode()
    assert (body["timestamp"], body["msg_type"]) == (stamp, "text")


@pytest.mark.parametrize(
    ("body", "state", "said"),
    [
        (b'{"errcode":93000,"errmsg":"invalid webhook url"}', S.DEAD, "93000 invalid webhook url"),
        (b'{"errcode":310000,"errmsg":"keywords not in content"}', S.DEAD, "keywords not in content"),
        (b'{"errcode":-1,"errmsg":"system busy"}', S.FAILED, "system busy"),
        (b'{"code":19024,"msg":"Key Words Not Found"}', S.DEAD, "Key Words Not Found"),
        (b'{"errcode":45009,"errmsg":"api freq out of limit"}', S.FAILED, "waits its turn"),
        (b'{"code":11232,"msg":"frequency limited"}', S.FAILED, "waits its turn"),
        (b"<html>Please sign in</html>", S.FAILED, "no receipt"),
        (b'{"errcode":"0"}', S.FAILED, "no receipt"),
        (b"[]", S.FAILED, "no receipt"),
        (b"", S.FAILED, "no receipt"),
    ],
)
def test_a_refusal_inside_a_good_answer_is_no_delivery(
    cast: Any, now: datetime, robot: Any, body: bytes, state: MessageState, said: str
) -> None:
    robot.body = body
    way(cast, now, Channel.WECOM, url=robot.url("/send?key=abc"))
    tell(cast, now)
    message = sent(now)
    assert message.state == state
    assert said in message.last_error


def test_asking_for_patience_costs_no_try(cast: Any, now: datetime, robot: Any) -> None:
    robot.status, robot.headers = 429, {"Retry-After": "300"}
    way(cast, now, Channel.WECOM, url=robot.url("/send?key=abc"))
    tell(cast, now)
    moment = now
    for _try in range(MAX_ATTEMPTS + 2):
        message = sent(moment)
        assert (message.state, message.attempts, message.next_at) == (S.FAILED, 0, moment + 300 * SECOND)
        moment = message.next_at
    robot.status, robot.headers = 200, {}
    assert sent(moment).state == S.SENT
    assert Address.objects.get().last_failed_at is None


@pytest.mark.parametrize(("value", "seconds"), [("nonsense", 60), ("-5", 60), ("99999999", 7200), ("0", 10), ("", 60)])
def test_an_odd_retry_after_is_bounded(cast: Any, now: datetime, robot: Any, value: str, seconds: int) -> None:
    robot.status, robot.headers = 429, {"Retry-After": value}
    way(cast, now, Channel.WECOM, url=robot.url("/send?key=abc"))
    tell(cast, now)
    assert sent(now).next_at == now + seconds * SECOND


def test_a_robot_that_hangs_up_is_tried_again(cast: Any, now: datetime, robot: Any) -> None:
    robot.cut_off = True
    way(cast, now, Channel.WECOM, url=robot.url("/send?key=abc"))
    tell(cast, now)
    message = sent(now)
    assert (message.state, message.attempts) == (S.FAILED, 1)
    assert "127.0.0.1" in message.last_error


def test_a_robot_that_is_too_slow_is_tried_again(cast: Any, now: datetime, robot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SEND_SECONDS", 0.2)  # the limit itself, short for the test
    robot.held = threading.Event()
    way(cast, now, Channel.WECOM, url=robot.url("/send?key=abc"))
    tell(cast, now)
    message = sent(now)
    robot.held.set()
    assert message.state == S.FAILED
    assert "did not answer" in message.last_error


@pytest.mark.parametrize("channel", [Channel.WECOM, Channel.APPRISE])
def test_private_addresses_are_not_dialled(cast: Any, now: datetime, robot: Any, settings: Any, channel: Channel) -> None:
    settings.FETCH_ALLOW = ()
    url = robot.url("/send?key=abc") if channel == Channel.WECOM else f"json://127.0.0.1:{robot.port}/abc"
    way(cast, now, channel, url=url)
    tell(cast, now)
    message = sent(now)
    assert message.state == S.DEAD
    assert "HUIYING_FETCH_ALLOW" in message.last_error
    assert robot.posts == []


def test_apprise_hands_over_to_any_of_its_services(cast: Any, now: datetime, robot: Any) -> None:
    way(cast, now, Channel.APPRISE, url=f"json://127.0.0.1:{robot.port}/deliver/abc123")
    tell(cast, now)
    assert sent(now).state == S.SENT
    assert robot.paths == ["/deliver/abc123"]
    assert json.loads(robot.posts[0][1])["message"] == "黄水预警\nhttp://127.0.0.1:8600/warnings/1/"


def test_apprise_says_why_without_the_token(cast: Any, now: datetime, robot: Any) -> None:
    robot.status = 500
    way(cast, now, Channel.APPRISE, url=f"json://user:geheimnis@127.0.0.1:{robot.port}/abc123def")
    tell(cast, now)
    message = sent(now)
    assert message.state == S.FAILED
    assert "500" in message.last_error
    assert "geheimnis" not in message.last_error
    assert "abc123def" not in message.last_error


def test_apprise_follows_no_redirect(cast: Any, now: datetime, robot: Any) -> None:
    robot.status = 302
    robot.headers = {"Location": robot.url("/elsewhere")}
    way(cast, now, Channel.APPRISE, url=f"json://127.0.0.1:{robot.port}/abc123")
    tell(cast, now)
    assert sent(now).state == S.FAILED
    assert robot.paths == ["/abc123"]


def test_apprise_that_nobody_answers_is_tried_again(robot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiying.base.notify import relay

    monkeypatch.setattr(relay, "SEND_SECONDS", 0.4)  # the limit itself, short for the test
    robot.held = threading.Event()
    with pytest.raises(NotDelivered) as raised:
        send_by_apprise(f"json://127.0.0.1:{robot.port}/abc123", "text")
    robot.held.set()
    assert not raised.value.is_final


def test_a_personal_letter_goes_to_the_sealed_address(cast: Any, now: datetime, mail: Any) -> None:
    way(cast, now, Channel.EMAIL, address="private@example.org")
    tell(cast, now)
    message = sent(now)
    assert (message.state, message.address) == (S.SENT, "p…@example.org")
    assert mail.letters[0]["To"] == "private@example.org"


def test_a_refused_personal_letter_does_not_name_the_address(cast: Any, now: datetime, mail: Any) -> None:
    mail.refuse = "550 <private@example.org> unknown"
    way(cast, now, Channel.EMAIL, address="private@example.org")
    tell(cast, now)
    assert "private@example.org" not in sent(now).last_error


def gateway(cast: Any, now: datetime, **fields: str) -> Address:
    return services.way_add(actor=cast.actor("admin"), now=now, owner=Owner.GATEWAY, channel=Channel.SMS, fields=fields)


def test_a_text_message_goes_through_the_gateway_as_its_template_says(cast: Any, now: datetime, robot: Any) -> None:
    robot.body = b'{"code":"OK"}'
    gateway(
        cast,
        now,
        url=robot.url("/sms?id={id}"),
        body='{"to":"{number}","content":"{text}"}',
        header="Authorization: Bearer geheim",
        expect='"OK"',
    )
    way(cast, now, Channel.SMS, number="+86 138-0013-8000")
    assert Address.objects.get(owner=Owner.GATEWAY).verified_at is None
    tell(cast, now, text='Say "{number}"\nnow')
    message = sent(now)
    assert (message.state, message.address) == (S.SENT, "…8000")
    assert Address.objects.get(owner=Owner.GATEWAY).verified_at == now
    assert json.loads(robot.posts[0][1]) == {"to": "+8613800138000", "content": 'Say "{number}"\nnow'}
    assert robot.posts[0][0]["Authorization"] == "Bearer geheim"
    assert robot.posts[0][0]["Idempotency-Key"] in robot.paths[0]


def test_a_gateway_by_get_and_by_form(cast: Any, now: datetime, robot: Any) -> None:
    way(cast, now, Channel.SMS, number="13800138000")
    first = gateway(cast, now, url=robot.url("/sms?to={number}&msg={text}"), method="GET")
    tell(cast, now, text="a&b=c 水")
    assert sent(now).state == S.SENT
    assert parse_qs(urlsplit(robot.paths[0]).query) == {"to": ["13800138000"], "msg": ["a&b=c 水"]}
    services.way_switch(actor=cast.actor("admin"), now=now, way_id=first.pk, is_active=False)
    gateway(cast, now, url=robot.url("/sms"), body="to={number}&msg={text}")
    tell(cast, now, key="second", text="a&b=c 水")
    services.outbox_deliver(now=now)
    assert parse_qs(robot.posts[1][1].decode()) == {"to": ["13800138000"], "msg": ["a&b=c 水"]}


def test_a_gateway_whose_answer_lacks_what_was_agreed_did_not_take_it(cast: Any, now: datetime, robot: Any) -> None:
    robot.body = b'{"code":"NO_CREDIT"}'
    gateway(cast, now, url=robot.url("/sms?to={number}&msg={text}"), method="GET", expect='"OK"')
    way(cast, now, Channel.SMS, number="13800138000")
    tell(cast, now)
    message = sent(now)
    assert message.state == S.FAILED
    assert "NO_CREDIT" in message.last_error


def test_without_a_gateway_a_text_message_says_so(cast: Any, now: datetime) -> None:
    way(cast, now, Channel.SMS, number="13800138000")
    tell(cast, now)
    assert "No gateway" in sent(now).last_error


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "https://sms.example.org/", "body": "to={number}"}, "{text}"),
        ({"url": "https://sms.example.org/?a={number}{text}", "method": "PUT"}, "GET or POST"),
        ({"url": "https://sms.example.org/?a={number}{text}", "header": "no colon"}, "Name: value"),
        ({"url": "ftp://sms.example.org/?a={number}{text}"}, "https://"),
    ],
)
def test_a_template_that_cannot_work_is_refused(cast: Any, now: datetime, fields: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said.replace("{", r"\{")):
        gateway(cast, now, **fields)


def test_a_gateway_itself_is_not_tested(cast: Any, now: datetime) -> None:
    added = gateway(cast, now, url="https://sms.example.org/?a={number}{text}")
    with pytest.raises(NotNow, match="number of a person"):
        services.way_test(actor=cast.actor("admin"), now=now, way_id=added.pk)


def test_an_address_of_another_installation_is_never_sent_to(cast: Any, now: datetime, robot: Any, settings: Any) -> None:
    way(cast, now, Channel.WECOM, url=robot.url("/send?key=abc"))
    tell(cast, now)
    settings.SECRET_KEY = "another" + str(django_settings.SECRET_KEY)
    assert "secret key has changed" in sent(now).last_error


def test_the_program_loads_apprise_only_to_send() -> None:
    code = "import os,django;os.environ['DJANGO_SETTINGS_MODULE']='huiying.config.settings';import huiying.config;django.setup();\
import huiying.base.notify.urls,huiying.base.notify.jobs,sys;sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
