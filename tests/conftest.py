"""One cast for all tests, a fixed hour, and a guard so that no test can dial out."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_STATE = tempfile.mkdtemp(prefix="huiying-test-")
os.environ.setdefault("HUIYING_STATE", _STATE)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiying.config.settings")
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import huiying.config  # noqa: E402,F401  the wheel's SQLite must be in place before Django is imported

import pytest  # noqa: E402
from django.test import Client  # noqa: E402

_connect = socket.socket.connect


def _guarded(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host.split("%")[0]).is_loopback:
            raise AssertionError(f"A test tried to dial {host}: only loopback is allowed.")
    _connect(self, address)


socket.socket.connect = _guarded  # type: ignore[method-assign]  # the guard stands for the whole run


@pytest.fixture
def now() -> datetime:
    """Return a fixed hour: 02:40 in Shanghai."""
    return datetime(2026, 11, 23, 18, 40, tzinfo=UTC)


class Cast:
    """The same people in every test: one a role, and an outsider who holds none."""

    roles = {
        "admin": ["administrator"], "commander": ["commander"], "analyst": ["analyst"], "officer": ["information_officer"], "writer": ["writer"],
        "checker": ["fact_checker"], "lawyer": ["legal_reviewer"], "approver": ["approver"], "publisher": ["publisher"], "auditor": ["auditor"],
        "evaluator": ["evaluator"], "outsider": [],
    }

    def __init__(self) -> None:
        from huiying.base.accounts.models import Person, RoleGrant

        for name, roles in self.roles.items():
            person = Person.objects.create(username=name, display_name=name.capitalize(), language="en")
            RoleGrant.objects.bulk_create([RoleGrant(person=person, role=role) for role in roles])
            setattr(self, name, person)

    def actor(self, name: str) -> Any:
        """Return one of the cast as an actor."""
        from huiying.base.accounts.services import actor_of

        return actor_of(getattr(self, name))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"Nobody in the cast is called {name!r}: use one of {sorted(self.roles)}.")


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast, fresh for this test."""
    return Cast()


@pytest.fixture
def client_as(cast: Cast) -> Callable[[str], Client]:
    """Return a client signed in as one of the cast, in English."""

    def sign_in(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def project() -> Path:
    """Return the root of the project."""
    return Path(__file__).resolve().parent.parent
