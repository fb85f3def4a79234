"""Open pages hear of a change at once, each only of what it may see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.respond.incidents.conftest import Room

from huiying.base.accounts.models import Person, RoleGrant, Session
from huiying.base.accounts.sessions import readers_of_sessions
from huiying.base.live import selectors
from huiying.base.live.rules import Topic
from huiying.base.live.stream import Live
from huiying.respond.incidents import services
from huiying.respond.incidents.models import Incident


@pytest.fixture
def incident(cast: Any, now: datetime) -> Incident:
    """Return an open incident."""
    return Room(cast, now).open()


def key_of(client: Client) -> str:
    """Return the session key of a signed-in client."""
    return client.cookies["sessionid"].value


def confide(cast: Any, now: datetime, incident: Incident) -> None:
    """Keep the incident to its commander."""
    services.circle_set(actor=cast.actor("commander"), now=now, incident_id=incident.pk, confidential=True, reason="Patients")


@pytest.mark.django_db
def test_each_watcher_is_judged_by_the_rights_of_this_moment(
    incident: Incident, cast: Any, now: datetime, client_as: Callable[[str], Client]
) -> None:
    keys = {name: key_of(client_as(name)) for name in ("writer", "commander", "outsider")}
    watchers = {number: (key, Topic("incident", str(incident.pk))) for number, key in enumerate(keys.values())}
    assert set(selectors.still_allowed(watchers)) == {0, 1}
    confide(cast, now, incident)
    assert set(selectors.still_allowed(watchers)) == {1}
    RoleGrant.objects.filter(person=cast.commander).delete()
    assert set(selectors.still_allowed(watchers)) == set()


@pytest.mark.django_db
def test_two_hundred_watchers_cost_no_more_queries_than_two(
    incident: Incident, client_as: Callable[[str], Client], django_assert_max_num_queries: Any
) -> None:
    keys = [key_of(client_as("writer")) for _page in range(40)]
    topic = Topic("incident", str(incident.pk))
    with django_assert_max_num_queries(3):
        assert len(selectors.still_allowed({number: (keys[number % 40], topic) for number in range(200)})) == 200


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["password", "inactive", "ended"])
def test_a_session_that_no_longer_counts_hears_nothing(cast: Any, client_as: Callable[[str], Client], what: str) -> None:
    key = key_of(client_as("writer"))
    assert set(readers_of_sessions({key})) == {key}
    if what == "password":
        cast.writer.set_password("another long password")
        cast.writer.save()
    elif what == "inactive":
        Person.objects.filter(pk=cast.writer.pk).update(is_active=False)
    else:
        Session.objects.all().delete()
    assert readers_of_sessions({key}) == {}


@pytest.mark.django_db
def test_a_topic_nobody_declared_is_watched_by_nobody(client_as: Callable[[str], Client]) -> None:
    assert selectors.still_allowed({1: (key_of(client_as("writer")), Topic("secret", "1"))}) == {}


@pytest.mark.django_db
def test_the_log_says_what_changed(incident: Incident, cast: Any, now: datetime) -> None:
    before = selectors.newest()
    services.log_decision(actor=cast.actor("commander"), now=now, incident_id=incident.pk, text="x", reason="y")
    changes = selectors.changes_since(before)
    assert changes.version == selectors.newest() and ("incident", str(incident.pk)) in changes.subjects
    assert Topic("board").is_touched(changes.subjects) and not Topic("incident", "999").is_touched(changes.subjects)


class Page:
    """One open page, talking the server's own protocol."""

    def __init__(self, live: Live, key: str, query: str) -> None:
        self.gone = asyncio.Event()
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/",
            "query_string": query.encode(),
            "headers": [(b"cookie", f"sessionid={key}".encode())],
        }
        self.task = asyncio.ensure_future(live(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.sent.put(message)

    async def status(self) -> int:
        """Return the answer's status."""
        return int((await asyncio.wait_for(self.sent.get(), 10))["status"])

    async def hears(self) -> bytes:
        """Return the next thing said, but for the first line."""
        while True:
            message = await asyncio.wait_for(self.sent.get(), 10)
            if not message["body"].startswith(b"retry"):
                return bytes(message["body"])

    async def leave(self) -> None:
        """Close the page."""
        self.gone.set()
        await asyncio.wait_for(self.task, 10)


async def in_thread(live: Live, act: Callable[[], object]) -> None:
    """Do something in the stream's own thread, beside its loop."""
    await asyncio.get_running_loop().run_in_executor(live.threads, act)


def run(work: Callable[[Live], Coroutine[Any, Any, None]], **limits: int) -> None:
    """Run to the end with a stream of its own, and close that stream's connection to the database."""
    live = Live(_no_page, **limits)
    try:
        asyncio.run(work(live))
    finally:
        live.threads.submit(lambda: connection.close()).result()
        live.threads.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_change_reaches_who_watches_it_and_ends_for_who_may_no_longer(
    incident: Incident, cast: Any, now: datetime, client_as: Callable[[str], Client]
) -> None:
    writer, commander = key_of(client_as("writer")), key_of(client_as("commander"))
    commander_actor = cast.actor("commander")

    async def work(live: Live) -> None:
        room, other, board = (
            Page(live, writer, f"on=incident:{incident.pk}"),
            Page(live, commander, f"on=incident:{incident.pk}"),
            Page(live, writer, "on=board"),
        )
        assert [await page.status() for page in (room, other, board)] == [200, 200, 200]
        await in_thread(live, lambda: services.log_decision(actor=commander_actor, now=now, incident_id=incident.pk, text="x", reason="y"))
        said = [await page.hears() for page in (room, other, board)]
        assert all(b"event: changed" in each for each in said)
        await in_thread(live, lambda: confide(cast, now, incident))
        assert await room.hears() == b"" and b"changed" in await other.hears()
        for page in (other, board):
            await page.leave()
        assert live.watchers == {}

    run(work)


@pytest.mark.django_db(transaction=True)
def test_strangers_wrong_topics_and_too_many_pages_are_refused(incident: Incident, client_as: Callable[[str], Client]) -> None:
    writer = key_of(client_as("writer"))

    async def work(live: Live) -> None:
        assert await Page(live, "nobody", "on=board").status() == 403
        assert await Page(live, "", "on=board").status() == 403
        assert await Page(live, writer, "on=../../x").status() == 400
        assert await Page(live, writer, "on=incident:999").status() == 403
        first = Page(live, writer, "on=board")
        assert await first.status() == 200
        assert await Page(live, writer, "on=board").status() == 429
        await first.leave()
        again = Page(live, writer, "on=board")
        assert await again.status() == 200
        await again.leave()

    run(work, per_person=1)


async def _no_page(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("The pages were not asked for.")
