from __future__ import annotations

from datetime import UTC, datetime

import pytest

from huiying.base.notify.rules import (
    LONGEST_BACK_OFF,
    MOVES,
    MessageState,
    back_off,
    webhook_secret,
    webhook_secret_text,
    webhook_signature,
)

WANTED = {
    ("pending", "sending"),
    ("pending", "cancelled"),
    ("failed", "sending"),
    ("failed", "cancelled"),
    ("sending", "sent"),
    ("sending", "failed"),
    ("sending", "dead"),
    ("sending", "cancelled"),
    ("dead", "pending"),
}


@pytest.mark.parametrize("old", list(MessageState))
@pytest.mark.parametrize("new", list(MessageState))
def test_only_the_listed_moves_are_allowed(old: MessageState, new: MessageState) -> None:
    assert (new in MOVES[old]) == ((old.value, new.value) in WANTED)


def test_back_off_grows_fourfold_and_is_capped() -> None:
    assert [back_off(n).total_seconds() for n in (1, 2, 3, 4)] == [10, 40, 160, 640]
    assert back_off(99) == LONGEST_BACK_OFF


def test_signature_follows_the_published_example() -> None:
    """Check against the worked example of Standard Webhooks 1.0 (its reference libraries' test)."""
    import base64

    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    signature = webhook_signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_webhook_has_its_own_key_and_another_installation_another() -> None:
    keys = {webhook_secret(installation, public_id) for installation in ("one", "two") for public_id in ("a", "b")}
    assert len(keys) == 4
    assert all(webhook_secret_text(key).startswith("whsec_") for key in keys)
