from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = Path(__file__).with_name("crash_worker.py")
WORKERS, KILLS = 3, 6


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
