"""The built-in plans: loaded once, kept for ever, replaced only by a newer version."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

import pytest

from huiying.base.accounts.rules import GroupKind, Role
from huiying.base.audit.selectors import entries_of, verify
from huiying.base.ui.errors import NotNow, NotThere, NotYou
from huiying.core.planning.loader import load_plan
from huiying.respond.plans import selectors, services
from huiying.respond.plans.models import PlanVersion
from huiying.respond.plans.rules import PlanState
from huiying.respond.plans.services import library as library_services


@pytest.mark.django_db
def test_loading_twice_changes_nothing(now: datetime) -> None:
    first = services.load_builtin_plans(now=now)
    second = services.load_builtin_plans(now=now)
    assert [version.pk for version in first] == [version.pk for version in second]
    assert PlanVersion.objects.count() == 2
    assert all(version.state == PlanState.PUBLISHED and version.published_at == now for version in second)


def test_each_version_keeps_its_text_and_digest(library: dict[str, PlanVersion]) -> None:
    for version in library.values():
        assert version.digest == hashlib.sha256(version.source.encode()).hexdigest()
        assert selectors.plan_of(version).key == version.key


def test_loading_is_in_the_log(library: dict[str, PlanVersion]) -> None:
    version = library["online_opinion"]
    assert [entry.verb for entry in entries_of("plan", version.pk)] == ["plan.load", "plan.move"]
    assert verify().broken_at is None


def test_the_shipped_plans_know_only_groups_and_roles_of_the_system(library: dict[str, PlanVersion]) -> None:
    for version in library.values():
        assert selectors.findings_of(version) == ()
        plan = selectors.plan_of(version)
        assert {group.key for group in plan.groups} <= set(GroupKind)
        assert {post.role for group in plan.groups for post in group.posts()} <= set(Role)


def test_a_newer_version_replaces_the_older_one(library: dict[str, PlanVersion], now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    old = library["online_opinion"]
    newer = old.source.replace('version: "1.1"', 'version: "1.2"', 1)
    monkeypatch.setattr(library_services, "builtin_texts", lambda: [newer])
    (new,) = services.load_builtin_plans(now=now)
    old.refresh_from_db()
    assert (new.version, new.state, old.state) == ("1.2", PlanState.PUBLISHED, PlanState.SUPERSEDED)
    assert [version.version for version in selectors.versions_of("online_opinion")] == ["1.2", "1.1"]
    assert old.pk not in {version.pk for version in selectors.plan_library()}


def test_a_changed_text_under_the_same_version_never_overwrites(
    library: dict[str, PlanVersion], now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    old = library["online_opinion"]
    monkeypatch.setattr(library_services, "builtin_texts", lambda: [old.source + "\n# changed\n"])
    with caplog.at_level(logging.WARNING):
        (kept,) = services.load_builtin_plans(now=now)
    assert (kept.pk, kept.digest) == (old.pk, old.digest)
    assert "raise its version" in caplog.text


def test_only_who_may_activate_may_load(cast: Any, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.load_builtin_plans(actor=cast.actor("writer"), now=now)
    assert len(services.load_builtin_plans(actor=cast.actor("commander"), now=now)) == 2


def test_a_version_cannot_jump(library: dict[str, PlanVersion], now: datetime) -> None:
    from huiying.base.audit.rules import SYSTEM

    version = library["online_opinion"]
    with pytest.raises(NotNow, match="cannot become"):
        library_services._move_version(version, PlanState.APPROVED, SYSTEM, now)


@pytest.mark.django_db
def test_a_plan_that_is_not_there_is_not_there() -> None:
    with pytest.raises(NotThere):
        selectors.plan_version(99)


@pytest.mark.parametrize("text", services.builtin_texts(), ids=lambda text: text[5:25])
def test_every_built_in_file_is_a_plan_by_itself(text: str) -> None:
    assert load_plan(text).version
