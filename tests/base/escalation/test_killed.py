"""A worker is killed in the middle, again and again: no step is skipped, none is told twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = Path(__file__).with_name("crash_sweeper.py")
WORKERS, KILLS, RUNS, STEPS = 2, 5, 12, 8


def start(verb: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(SCRIPT), verb], env=environment, stdout=subprocess.PIPE, text=True)


def test_a_killed_worker_skips_no_step_and_tells_nobody_twice(environment: dict[str, str]) -> None:
    assert start("fill", environment).wait(120) == 0
    workers = [start("work", environment) for _worker in range(WORKERS)]
    choose = random.Random(20261124)
    time.sleep(2.0)
    for _kill in range(KILLS):
        time.sleep(choose.uniform(0.05, 0.5))
        victim = choose.randrange(WORKERS)
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = start("work", environment)
    for worker in workers:
        assert worker.wait(120) == 0
    answer = json.loads(start("count", environment).communicate(timeout=60)[0])
    assert answer["states"] == {"exhausted": RUNS}
    assert len(answer["told"]) == len(answer["sent"]) == RUNS * STEPS
    assert set(answer["told"].values()) == set(answer["sent"].values()) == {1}
