"""The public site is tested on what the statement desk brings out of the house."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.respond.statements.conftest import Desk


@pytest.fixture
def now() -> datetime:
    """Return the real hour: the pages compare promised times with it."""
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def desk(cast: Any, now: datetime) -> Desk:
    """Return the desk."""
    return Desk(cast, now)


@pytest.fixture
def incident(desk: Desk) -> Any:
    """Return an open incident."""
    return desk.incident()


@pytest.fixture
def reader() -> Callable[[str], Client]:
    """Return a client of somebody who never signed in."""

    def read(language: str = "en") -> Client:
        return Client(headers={"accept-language": language})

    return read
