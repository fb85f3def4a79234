"""Every address of the listening rooms, asked by everybody: what the permission table says, and never a fault of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone
from tests.conftest import Cast

from huiying.base.accounts.rules import PERMISSIONS
from huiying.listen.sources import urls as sources
from huiying.listen.stories import urls as stories
from huiying.listen.warnings import urls as warnings

#: Page -> the right that opens it.
READ = {
    "sources:list": "source.read",
    "sources:add": "source.manage",
    "sources:coverage": "source.read",
    "sources:legal": "source.read",
    "sources:outages": "source.read",
    "sources:opml": "source.manage",
    "sources:opml_export": "source.read",
    "sources:files": "source.read",
    "sources:file": "source.read",
    "sources:upload": "source.manage",
    "sources:search": "post.read",
    "sources:post": "post.read",
    "sources:snapshot": "post.read",
    "sources:archive": "source.read",
    "sources:subject_requests": "subject.request subject.confirm",
    "sources:calibration": "calibration.read",
    "sources:calibration_round": "calibration.read",
    "sources:report": "report.file",
    "sources:quarantine": "source.read",
    "sources:detail": "source.read",
    "sources:edit": "source.manage",
    "stories:list": "story.read",
    "stories:detail": "story.read",
    "stories:bursts": "story.read",
    "stories:watches": "watch.read",
    "stories:watch_add": "watch.manage",
    "stories:watch": "watch.read",
    "stories:watch_edit": "watch.manage",
    "warnings:list": "warning.read",
    "warnings:detail": "warning.read",
    "warnings:notices": "warning.read",
    "warnings:rules": "warning.read",
    "warnings:rules_new": "warning.dismiss",
    "warnings:ruleset": "warning.read",
    "warnings:rules_edit": "warning.dismiss",
    "warnings:notice": "warning.read",
    "warnings:notice_cap": "warning.read",
    "warnings:notice_draft": "warning.dismiss",
}
#: Act -> the right that allows it; it is only ever posted.
ACT = {
    "sources:upload_discard": "source.manage",
    "sources:search_export": "post.export",
    "sources:snapshot_ask": "evidence.hold",
    "sources:hold_ask": "evidence.hold",
    "sources:hold_act": "evidence.confirm",
    "sources:subject_act": "subject.confirm",
    "sources:calibration_open": "calibration.manage",
    "sources:calibration_standard": "calibration.manage",
    "sources:calibration_judge": "calibration.judge",
    "sources:calibration_outside": "calibration.judge",
    "sources:calibration_close": "calibration.judge",
    "sources:quarantine_replay": "quarantine.manage",
    "sources:quarantine_discard": "quarantine.manage",
    "sources:follow": "source.manage",
    "sources:pause": "source.manage",
    "sources:resume": "source.manage",
    "stories:watch_pause": "watch.manage",
    "stories:watch_resume": "watch.manage",
    "stories:watch_remove": "watch.manage",
    "stories:matter_join": "warning.acknowledge",
    "stories:matter_leave": "warning.acknowledge",
    "warnings:acknowledge": "warning.acknowledge",
    "warnings:judge": "warning.dismiss",
    **{f"warnings:rules_{act}": "warning.dismiss" for act in ("test", "submit", "approve", "return", "withdraw")},
    **{f"warnings:notice_{act}": "warning.dismiss" for act in ("confirm", "change", "lift", "cancel")},
    "warnings:dismiss": "warning.dismiss",
}
#: What machines outside call: without a person, by a key or a signature.
MACHINES = {"sources:hub", "sources:webhook"}
#: Pages on which something is also sent, and by which right.
SENT = {
    "sources:add": "source.manage",
    "sources:opml": "source.manage",
    "sources:files": "source.manage",
    "sources:upload": "source.manage",
    "sources:subject_requests": "subject.request",
    "sources:report": "report.file",
    "sources:edit": "source.manage",
    "stories:watch_add": "watch.manage",
    "stories:watch_edit": "watch.manage",
}
#: What must be said so that the right is what decides.
SAID: dict[str, dict[str, object]] = {
    "sources:hold_ask": {"incident": 1, "reason": "Trial", "seq": 1},
    "sources:calibration_standard": {"precision": 60, "accuracy": 95, "recall": 80, "sample_per_source": 20},
    "sources:calibration_outside": {"source": 1, "published_on": "2026-11-18", "words": "brown water"},
    "warnings:dismiss": {"reason": "A test"},
    "warnings:rules_return": {"reason": "A test"},
    "warnings:rules_withdraw": {"reason": "A test"},
}


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the rooms by its full name."""
    for room in (sources, stories, warnings):
        for pattern in room.urlpatterns:
            yield f"{room.app_name}:{pattern.name}", pattern


def _columns(row: Any) -> dict[str, Any]:
    """Return a row by its columns, to be written again under another number."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def world(cast: Cast, now: datetime, tmp_path: Path, settings: Any) -> dict[str, object]:
    """Return the names of one thing of each kind, by the parameter that asks for it."""
    from huiying.core.collectors.records import Record, Unreadable
    from huiying.core.grading.warning_rules import shipped_text
    from huiying.listen.sources.models import (
        CalibrationItem,
        CalibrationRound,
        EvidenceHold,
        PageSnapshot,
        Post,
        Quarantine,
        Source,
        SubjectRequest,
    )
    from huiying.listen.sources.services import delivery, intake
    from huiying.listen.stories.models import Story
    from huiying.listen.stories.watches.services import watch_save
    from huiying.listen.warnings.models import Warning
    from huiying.listen.warnings.notices.services import Content, notice_confirm, notice_draft
    from huiying.listen.warnings.rulesets.services import ruleset_save
    from huiying.respond.incidents.services import incident_open

    settings.STATE = settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    source = Source.objects.create(pk=1, name="Hotline", connector="table", channel="hotline", created_at=now, public_key="k" * 20)
    records = [Record(item_id="p", published_at=now, title="", text="brown water", place="item 1", url="https://a.example/1")]
    intake(source=source, records=[*records, Unreadable("neither title nor text", "item 2", "{}")], now=now)
    post = Post.objects.get()
    story = Story.objects.create(
        id=1, title="Brown water", first_at=now, last_at=now, posts=9, copies=0, authors=9, sources=1, questions=0, media_tier_max=0,
        medoid_seq=post.seq, language="en", stream="live",
    )  # fmt: skip
    warning = Warning.objects.create(
        story=story, level="yellow", level_rank=2, peak_level="yellow", rule_key="x", rule_version="1", issued_at=now, evaluated_at=now
    )
    actor = cast.actor("analyst")
    taken = Warning.objects.create(
        story=Story.objects.create(**{**_columns(story), "id": 2}), state="acknowledged", level="YELLOW", level_rank=2, peak_level="YELLOW",
        rule_key="x", rule_version="1", issued_at=now, evaluated_at=now,
    )  # fmt: skip
    said = Content("public_service", "YELLOW", now, now + timedelta(hours=12), "East", "Do not drink", "Water by lorry", "Waterworks")
    notice = notice_draft(actor=actor, now=now, warning_id=taken.pk, content=said)
    notice_confirm(actor=cast.actor("commander"), now=now, notice_id=notice.pk, edition=1)
    ruleset = ruleset_save(actor=actor, now=now, text=shipped_text().replace("key: warning_default_v1", "key: own"))
    watch = watch_save(
        actor=actor, now=now, watch_id=None, name="W", query="water", channel="", language="", is_told=False, notice_hours=6, exercise=False
    )
    kept = delivery.upload_keep(actor=actor, now=now, source_id=1, name="a.csv", chunks=[b"text,ts\nbrown,2026-11-20 10:00\n"])
    again = delivery.upload_keep(actor=actor, now=now, source_id=1, name="b.csv", chunks=[b"text,ts\nblack,2026-11-20 10:00\n"])
    file = delivery.upload_take(actor=actor, now=now, token=again.token, options={})
    incident = incident_open(actor=actor, now=now, title="Brown water", crisis_at=now, crisis_evidence="A call")
    hold = EvidenceHold.objects.create(
        subject_kind="incident", subject_id=incident.pk, reason="Trial", posts=1, asked_by_name="A", asked_at=now
    )
    request = SubjectRequest.objects.create(channel="hotline", reference="1", asked_by_name="A", asked_at=now)
    snapshot = PageSnapshot.objects.create(seq=post.seq, url="https://a.example/1", asked_by_name="A", asked_at=now)
    opened = CalibrationRound.objects.create(week=(now - timedelta(days=7)).date(), opened_at=now)
    CalibrationItem.objects.create(round=opened, source=source, seq=post.seq, stratum=0)
    return {
        "source_id": 1,
        "seq": post.seq,
        "story_id": story.pk,
        "warning_id": warning.pk,
        "watch_id": watch.pk,
        "notice_id": notice.pk,
        "edition": 1,
        "ruleset_id": ruleset.pk,
        "digest": ruleset.digest,
        "token": kept.token,
        "file_id": file.pk,
        "hold_id": hold.pk,
        "request_id": request.pk,
        "snapshot_id": snapshot.pk,
        "round_id": opened.pk,
        "quarantine_id": Quarantine.objects.get().pk,
        "act": "confirm",
        "ending": "csv",
        "public_key": "none",
        "callback_key": "none",
    }


@pytest.fixture
def address(world: dict[str, object]) -> Callable[[str], str]:
    """Return the maker of an address that leads to something."""
    known = dict(patterns())

    def of(name: str) -> str:
        query = "?q=water" if name == "sources:search_export" else ""
        return reverse(name, kwargs={key: world[key] for key in known[name].pattern.converters}) + query

    return of


def allowed(role: str, rights: str) -> bool:
    """Return whether somebody of the cast has one of the rights."""
    return any(PERMISSIONS[right] & set(Cast.roles[role]) for right in rights.split())


def test_every_address_is_in_one_table() -> None:
    names = {name for name, _pattern in patterns()}
    assert names == {*READ, *ACT, *MACHINES} and not set(READ) & set(ACT) and set(SENT) <= set(READ)


@pytest.mark.parametrize("role", Cast.roles)
def test_a_page_opens_to_whom_the_table_says(role: str, client_as: Callable[[str], Client], address: Callable[[str], str]) -> None:
    client = client_as(role)
    for name, rights in READ.items():
        own = name == "sources:upload" and role != "analyst"  # an upload that nobody has confirmed is its sender's
        expected = (404 if own else 200) if allowed(role, rights) else 403
        assert client.get(address(name)).status_code == expected, name


@pytest.mark.parametrize("role", Cast.roles)
def test_what_is_sent_is_taken_from_whom_the_table_says(
    role: str, client_as: Callable[[str], Client], address: Callable[[str], str]
) -> None:
    client = client_as(role)
    for name, right in (ACT | SENT).items():
        status = client.post(address(name), SAID.get(name, {})).status_code
        assert (status == 403) is not allowed(role, right) or (status == 403 and _is_anothers(name, role)), (name, status)
        assert status < 500, (name, status)


def _is_anothers(name: str, role: str) -> bool:
    """Return whether the thing is somebody else's, so that the right alone is not enough."""
    return name.startswith("stories:watch_") and role != "analyst"


@pytest.mark.parametrize("name", ACT)
def test_an_act_is_not_done_by_looking(name: str, client_as: Callable[[str], Client], address: Callable[[str], str]) -> None:
    assert client_as("admin").get(address(name)).status_code == 405


def test_a_stranger_is_asked_who_they_are(address: Callable[[str], str]) -> None:
    for name in (*READ, *ACT):
        for answer in (Client().get(address(name)), Client().post(address(name))):
            assert answer.status_code in (302, 405), name
            assert answer.status_code == 405 or "/people/sign-in/" in answer["Location"], name


def test_machines_that_know_no_key_learn_nothing(address: Callable[[str], str]) -> None:
    assert {Client().post(address(name), {}, content_type="application/json").status_code for name in MACHINES} <= {202, 404, 410}
