"""What benchmarks of pages share: a fresh database that nobody else knows, a person signed in, the cost of one page."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

Found = dict[str, dict[str, float]]


def in_fresh_database(measure: Callable[[], Found]) -> Found:
    """Make a database in a temporary folder and measure in it."""
    with tempfile.TemporaryDirectory(prefix="huiying-pages-") as folder:
        os.environ |= {"HUIYING_STATE": folder, "DJANGO_SETTINGS_MODULE": "huiying.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        import huiying.config  # noqa: F401  the wheel's SQLite must be in place before Django is imported

        import django  # isort: skip

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        setup_test_environment()
        call_command("migrate", verbosity=0)
        return measure()


def signed_in(username: str) -> Any:
    """Return a client of that person."""
    from django.test import Client

    from huiying.base.accounts.models import Person

    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def measured(client: Any, address: str, runs: int) -> dict[str, float]:
    """Return the queries of a page, and the medians of the time it took and of the time this process worked on it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}.")
    queries, spans, busy = len(asked), [], []
    for _run in range(runs):
        begun, worked = time.perf_counter(), time.process_time()
        client.get(address)
        spans.append(1000 * (time.perf_counter() - begun))
        busy.append(1000 * (time.process_time() - worked))
    return {"queries": queries, "median_ms": round(statistics.median(spans), 1), "cpu_ms": round(statistics.median(busy), 1)}


def tell(found: Found, *, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, numbers in found.items():
        print(f"{name:<34} {numbers['queries']:>3} queries {numbers['median_ms']:>8.1f} ms median {numbers['cpu_ms']:>8.1f} ms of work")
