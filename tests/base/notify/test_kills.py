from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("crash_sender.py")
SENDERS, KILLS, MESSAGES = 2, 6, 60


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def test_senders_killed_in_the_middle_lose_nothing_and_mark_what_perhaps_went_twice(environment: dict[str, str], robot: Any) -> None:
    robot.seconds = 0.02  # a far side has a way to go: most kills fall into a hand-over
    assert start(environment, "fill", str(robot.port)).wait(60) == 0
    senders = [start(environment, "send") for _sender in range(SENDERS)]
    choose = random.Random(20261124)
    for _kill in range(KILLS):
        seen = len(robot.posts)
        while len(robot.posts) < seen + 3 and any(sender.poll() is None for sender in senders):
            time.sleep(0.005)
        victim = choose.randrange(SENDERS)
        senders[victim].kill()
        senders[victim].wait()
        senders[victim] = start(environment, "send")
    for sender in senders:
        assert sender.wait(90) == 0
    counted = start(environment, "count")
    stored = json.loads(counted.communicate(timeout=60)[0])
    arrivals = Counter(json.loads(body)["text"]["content"] for _headers, body in robot.posts)
    assert {state for state, _twice in stored.values()} == {"sent"}
    assert set(arrivals) == set(stored)
    assert len(stored) == MESSAGES
    assert all(stored[key][1] for key, times in arrivals.items() if times > 1)
    assert sum(twice for _state, twice in stored.values()) <= KILLS
