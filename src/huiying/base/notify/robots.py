"""Group robots of WeCom, DingTalk and Feishu.

Their own senders, because a refusal comes as HTTP 200 with an error number in the body, and because
private installations of these products have hosts of their own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any  # a receipt is whatever JSON the far side sends
from urllib.parse import quote_plus

from .posting import USUAL_WAIT, hand_in, host_of
from .reasons import NotDelivered
from .rules import Channel

HEADERS = {"Content-Type": "application/json; charset=utf-8"}
#: Longest text of a message, in bytes. Source: WeCom "group robot", text.content at most 2,048 bytes.
LONGEST_WECOM = 2048
#: "Slower, please": WeCom 45009 and 45033; DingTalk 130101, 410100 and 660026; Feishu 9499, 11232 and 99991400.
BUSY = frozenset({45009, 45033, 130101, 410100, 660026, 9499, 11232, 99991400})
#: Nobody home, wrong signature, wrong keyword, address not listed: trying again cannot help.
FINAL = frozenset({93000, 93008, 40001, 40014, 300005, 310000, 400101, 400102, 10001, 19001, 19007, 19021, 19022, 19024})


def send_to_robot(channel: Channel, address: Mapping[str, str], text: str, now: datetime) -> None:
    """Write into a group by its robot; raises NotDelivered unless the robot says that it took the message."""
    url, body = _BODIES[channel](address, text, now)
    answer = hand_in(url, json.dumps(body, ensure_ascii=False).encode(), HEADERS)
    _check(answer.body, host_of(url))


def _check(body: bytes, host: str) -> None:
    try:
        receipt: Any = json.loads(body)
    except ValueError as error:
        raise NotDelivered("unreadable", host=host, detail=body[:80].decode(errors="replace")) from error
    numbers = [receipt[name] for name in ("errcode", "code", "StatusCode") if name in receipt] if isinstance(receipt, dict) else []
    if not numbers or not isinstance(numbers[0], int):
        raise NotDelivered("unreadable", host=host, detail=body[:80].decode(errors="replace"))
    number = numbers[0]
    if number == 0:
        return
    said = f"{number} {str(receipt.get('errmsg') or receipt.get('msg') or receipt.get('StatusMessage') or '')[:160]}".strip()
    if number in BUSY:
        raise NotDelivered("too_fast", wait_seconds=USUAL_WAIT, host=host, detail=said)
    raise NotDelivered("not_taken", is_final=number in FINAL, host=host, detail=said)


def _wecom(address: Mapping[str, str], text: str, now: datetime) -> tuple[str, dict[str, object]]:
    cut = text.encode()[:LONGEST_WECOM].decode(errors="ignore")
    return address["url"], {"msgtype": "text", "text": {"content": cut}}


def _dingtalk(address: Mapping[str, str], text: str, now: datetime) -> tuple[str, dict[str, object]]:
    """Build a DingTalk message. Source: "Custom robot security settings": HMAC-SHA256 of "timestamp\\nsecret" by the secret."""
    url = address["url"]
    if secret := address.get("secret"):
        stamp = str(int(now.timestamp() * 1000))
        sign = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(base64.b64encode(sign))}"
    return url, {"msgtype": "text", "text": {"content": text}}


def _feishu(address: Mapping[str, str], text: str, now: datetime) -> tuple[str, dict[str, object]]:
    """Build a Feishu message. Source: "Custom bot guide", signature: HMAC-SHA256 of nothing by "timestamp\\nsecret"."""
    body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
    if secret := address.get("secret"):
        stamp = str(int(now.timestamp()))
        sign = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        body |= {"timestamp": stamp, "sign": base64.b64encode(sign).decode()}
    return address["url"], body


_BODIES = {Channel.WECOM: _wecom, Channel.DINGTALK: _dingtalk, Channel.FEISHU: _feishu}
