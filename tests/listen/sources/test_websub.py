"""WebSub against a real hub on loopback: subscribe, verify, deliver, renew, leave."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from django.test import Client
from tests.core.collectors.hostile import rss

from huiying.core.collectors.pace import Pace

pytestmark = pytest.mark.django_db(transaction=True)
TOPIC = "https://forum.example/feed"


@pytest.fixture
def ours(settings: Any) -> Iterator[Any]:
    """Let this installation have a public address, and read from loopback."""
    settings.PUBLIC_URL = "https://huiying.example"
    settings.FETCH_ALLOW = ("127.0.0.0/8",)
    yield settings


@pytest.fixture
def source(ours: Any, now: datetime) -> Any:
    """Return a feed."""
    from huiying.base.audit.rules import SYSTEM
    from huiying.listen.sources.services import source_add

    return source_add(actor=SYSTEM, now=now, name="Forum", url=TOPIC, channel="forum")


class Hub:
    """A hub that keeps what it was told."""

    def __init__(self, status: int = 202) -> None:
        self.status = status
        self.told: list[dict[str, str]] = []
        self.base, self.port = "", 0

    async def answer(self, request: web.Request) -> web.Response:
        """Keep the form."""
        self.told.append({key: str(value) for key, value in (await request.post()).items()})
        return web.Response(status=self.status)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_post("/hub", self.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = runner.addresses[0][1]
        self.base = f"http://127.0.0.1:{self.port}/hub"
        try:
            yield
        finally:
            await runner.cleanup()


def tend(hub: Hub, now: datetime, source: Any = None) -> None:
    """Let the collector look after its leases once; a source given learns of the hub first."""
    from huiying.listen.sources.collector import Collector, Network
    from huiying.listen.sources.collector.hubs import tend_leases
    from huiying.listen.sources.services.websub import lease_want

    async def run() -> None:
        async with hub.open(), Network(deadline=5.0, pace=Pace(gap=0)) as network:
            collector = Collector(network, canary=False)
            try:
                if source is not None:
                    await collector.in_database(lambda: lease_want(source=source, hub=hub.base, topic=TOPIC, now=now))
                await tend_leases(call=collector.in_database, network=network, clock=lambda: now)
            finally:
                await collector.close()

    asyncio.run(run())


def lease() -> Any:
    """Return the one lease."""
    from huiying.listen.sources.models import HubLease

    return HubLease.objects.get()


def verify(**query: str) -> Any:
    """Call back as a hub does."""
    return Client().get(f"/sources/hub/{lease().callback_key}/", {f"hub.{name}": value for name, value in query.items()})


def deliver(body: bytes, signature: str) -> int:
    """Push as a hub does."""
    answer = Client().post(
        f"/sources/hub/{lease().callback_key}/", body, content_type="application/rss+xml", headers={"X-Hub-Signature": signature}
    )
    return answer.status_code


def signed(body: bytes, algorithm: str = "sha256") -> str:
    """Return the header of a hub that knows the secret."""
    from huiying.listen.sources.services.secrets import opened

    secret = opened(lease().secret)["secret"].encode()
    return f"{algorithm}={hmac.new(secret, body, getattr(hashlib, algorithm)).hexdigest()}"


@pytest.fixture
def subscribed(source: Any, now: datetime) -> Hub:
    """Return a hub that was asked and has verified."""
    hub = Hub()
    tend(hub, now, source)
    assert verify(mode="subscribe", topic=TOPIC, challenge="abc", lease_seconds="864000").status_code == 200
    return hub


def test_a_hub_is_asked_with_a_callback_and_a_secret(source: Any, now: datetime) -> None:
    hub = Hub()
    tend(hub, now, source)
    (told,) = hub.told
    assert (told["hub.mode"], told["hub.topic"]) == ("subscribe", TOPIC)
    assert told["hub.callback"] == f"https://huiying.example/sources/hub/{lease().callback_key}/"
    assert len(told["hub.secret"]) >= 32 and told["hub.secret"] not in lease().secret
    assert lease().state == "asked"


def test_without_a_public_address_no_hub_is_asked(source: Any, now: datetime, settings: Any) -> None:
    from huiying.listen.sources.models import HubLease

    settings.PUBLIC_URL = ""
    hub = Hub()
    tend(hub, now, source)
    assert hub.told == [] and not HubLease.objects.exists()


def test_only_what_we_asked_for_is_verified(source: Any, now: datetime) -> None:
    tend(Hub(), now, source)
    assert verify(mode="subscribe", topic="https://other.example/", challenge="abc").status_code == 404
    assert verify(mode="unsubscribe", topic=TOPIC, challenge="abc").status_code == 404
    assert Client().get("/sources/hub/guessed/", {"hub.mode": "subscribe", "hub.topic": TOPIC}).status_code == 404
    agreed = verify(mode="subscribe", topic=TOPIC, challenge="a<b>c", lease_seconds="1000")
    assert agreed.content == b"a<b>c" and agreed["Content-Type"].startswith("text/plain")
    assert lease().state == "verified" and lease().expires_at is not None


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_delivery_is_taken_in_once(subscribed: Hub, algorithm: str) -> None:
    from huiying.listen.sources.models import Post

    body = rss(3)
    assert deliver(body, signed(body, algorithm)) == deliver(body, signed(body, algorithm)) == 202
    assert Post.objects.count() == 3 and lease().last_delivery_at is not None


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=00", "md5=00", "none"])
def test_a_forged_delivery_is_answered_alike_and_dropped(subscribed: Hub, signature: str) -> None:
    from huiying.listen.sources.models import Post

    assert deliver(rss(3), signature) == 202
    assert Post.objects.count() == 0


def test_a_delivery_that_was_changed_on_the_way_is_dropped(subscribed: Hub) -> None:
    from huiying.listen.sources.models import Post

    assert deliver(rss(3) + b" ", signed(rss(3))) == 202
    assert Post.objects.count() == 0


def test_a_signed_delivery_that_is_no_feed_breaks_nothing(subscribed: Hub) -> None:
    from huiying.listen.sources.models import Post

    assert deliver(b"<html>", signed(b"<html>")) == 202
    assert Post.objects.count() == 0


def test_a_lease_is_renewed_before_it_ends_and_not_sooner(subscribed: Hub, now: datetime) -> None:
    ends = lease().expires_at
    tend(subscribed, ends - timedelta(days=3))
    assert len(subscribed.told) == 1
    tend(subscribed, ends - timedelta(hours=23))
    assert [told["hub.mode"] for told in subscribed.told] == ["subscribe", "subscribe"]
    assert lease().state == "verified"


def test_a_paused_source_leaves_its_hub_and_a_resumed_one_comes_back(subscribed: Hub, source: Any, now: datetime) -> None:
    from huiying.base.audit.rules import SYSTEM
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.services import source_pause, source_resume

    source_pause(actor=SYSTEM, now=now, source_id=source.pk)
    assert deliver(rss(3), signed(rss(3))) == 202 and Post.objects.count() == 0
    tend(subscribed, now)
    assert subscribed.told[-1]["hub.mode"] == "unsubscribe" and lease().state == "leaving"
    assert verify(mode="unsubscribe", topic=TOPIC, challenge="bye").content == b"bye"
    assert lease().state == "ended"
    source_resume(actor=SYSTEM, now=now, source_id=source.pk)
    source.refresh_from_db()
    tend(Hub(), now, source)
    assert lease().state == "asked"


def test_a_hub_that_refuses_is_asked_again_later_and_polling_goes_on(source: Any, now: datetime) -> None:
    hub = Hub(status=500)
    tend(hub, now, source)
    assert lease().last_error == "http_status 500"
    tend(hub, now + timedelta(minutes=5))
    assert len(hub.told) == 1
    assert lease().state == "wanted"


def test_a_hub_that_denies_is_left_alone_for_a_day(subscribed: Hub, now: datetime) -> None:
    assert verify(mode="denied", topic=TOPIC).status_code == 200
    assert lease().state == "denied"
    tend(subscribed, lease().asked_at + timedelta(hours=1))
    assert len(subscribed.told) == 1
