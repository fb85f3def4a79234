"""From the post that arrives to the story that holds it, and from the post that crosses a threshold to the message to the person on duty.

    python benchmarks/latency.py [--rate 2000] [--seconds 60] [--json]

The program as ``huiying up`` runs it, on a fresh SQLite; one sender calls its webhook at a steady rate with posts as
``benchmarks/replay.py`` makes them, and one matter grows among them. The clock of a post starts when its call is due,
so a sender that is kept waiting counts as waiting. Bars: p99 from post to story 2 s; from threshold to outbox 5 s.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from replay import ROOT, matters, post

TOKEN = "benchmark-token-of-24-characters"  # noqa: S105 - of a database that is thrown away
#: Records of a call: one transaction, one tick.
CALL = 500
#: Seconds between two posts of the matter that grows.
GROWS = 0.5
MATTER = "滨江化工园区深夜爆燃火光冲天居民连夜撤离"


def port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def command(state: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    """Return the words of a call and its environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DJANGO_"))}
    environment = {**kept, "HUIYING_STATE": str(state), "PYTHONPATH": str(ROOT / "src"), "HUIYING_PORT": str(port())}
    return [sys.executable, "-c", "from huiying.cli import main; main()", *words], environment


def source_key(state: Path) -> str:
    """Add the webhook and somebody on duty, and return the public part of its address."""
    words, environment = command(
        state, "source", "add", "", "--kind", "webhook", "--name", "benchmark", "--set", f"token={TOKEN}", "--json"
    )
    subprocess.run(words, env=environment, check=True, capture_output=True)
    words, environment = command(state, "person", "add", "--json", "--name", "Duty", "--role", "analyst", "duty@example.org")
    subprocess.run(words, env=environment, check=False, capture_output=True)
    with sqlite3.connect(state / "huiying.sqlite3") as database:
        return str(database.execute("SELECT public_key FROM sources_source WHERE connector = 'webhook'").fetchone()[0])


class Stories(threading.Thread):
    """Notes when the stories had taken in the posts up to which number."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path, self.seen, self.is_over = path, [(0.0, 0)], False

    def run(self) -> None:
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5) as database:
            while not self.is_over:
                newest = database.execute("SELECT COALESCE(MAX(post_id), 0) FROM stories_storypost").fetchone()[0]
                if newest > self.seen[-1][1]:
                    self.seen.append((time.time(), newest))
                time.sleep(0.02)

    def moment(self, seq: int) -> float:
        """Return when the stories held the post of that number."""
        return next(at for at, newest in self.seen if newest >= seq)


def send(address: tuple[str, int], key: str, rate: int, seconds: float) -> list[tuple[float, bool]]:
    """Send the posts at their moments; return when each was due, and whether it belongs to the matter that grows."""
    chance, sent = random.Random(7), []
    talked = matters(chance)
    line = http.client.HTTPConnection(*address, timeout=60)
    begun, grown = time.time(), 0
    for number in range(int(seconds * rate / CALL)):
        due = begun + number * CALL / rate
        time.sleep(max(0.0, due - time.time()))
        rows = []
        for place in range(CALL):
            is_ours = due + place / rate - begun >= grown * GROWS
            grown += is_ours
            text = f"{MATTER}，现场第{grown}条，有没有人受伤？" if is_ours else post(chance, talked)
            rows.append(
                {"id": f"l{number}-{place}", "ts": datetime.now(UTC).isoformat(), "text": text, "author": f"a{chance.randrange(10**6)}"}
            )
            sent.append((due, is_ours))
        body = json.dumps(rows, ensure_ascii=False).encode()
        line.request("POST", f"/sources/intake/{key}/", body, {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        answer = line.getresponse()
        told = answer.read()
        if answer.status != 202:
            sys.exit(f"The webhook answered {answer.status}: {told[:300]!r}")
    return sent


def quantile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(state: Path, rate: int, seconds: float) -> dict[str, float]:
    """Run the program, send, and read what came of it."""
    key = source_key(state)
    words, environment = command(state, "up", "--no-browser")
    program = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = ("127.0.0.1", int(environment["HUIYING_PORT"]))
    try:
        until = time.time() + 120
        while time.time() < until:
            try:
                with socket.create_connection(address, 1):
                    break
            except OSError:
                time.sleep(0.2)
        watching = Stories(state / "huiying.sqlite3")
        watching.start()
        sent = send(address, key, rate, seconds)
        done, patience = time.time(), time.time() + 60
        while watching.seen[-1][1] < len(sent) and time.time() < patience:
            time.sleep(0.1)
        watching.is_over = True
        watching.join()
        waits = [watching.moment(seq) - due for seq, (due, _ours) in enumerate(sent, 1) if seq <= watching.seen[-1][1]]
        return {
            "rate": round(len(sent) / (done - sent[0][0])),
            "posts": len(sent),
            "held": len(waits),
            **spread("story", waits),
            **warned(state, sent),
        }
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(30)


def spread(name: str, waits: list[float]) -> dict[str, float]:
    """Return median, p99 and the longest wait in seconds."""
    return {
        f"{name}_median": round(statistics.median(waits), 3),
        f"{name}_p99": round(quantile(waits, 0.99), 3),
        f"{name}_max": round(max(waits), 3),
    }


def warned(state: Path, sent: list[tuple[float, bool]]) -> dict[str, float]:
    """Return how long after the call with the post that crossed the threshold the message stood in the outbox.

    A warning is proposed in the very tick whose posts cross the threshold, and a call is a tick: so the post that
    crossed it lies in the call of the newest post that the warning counted.
    """
    waits = []
    with sqlite3.connect(state / "huiying.sqlite3") as database:
        told = "SELECT created_at, key FROM notify_message WHERE key LIKE 'warning:%' ORDER BY id"
        first = {int(key.split(":")[1]): at for at, key in reversed(database.execute(told).fetchall())}
        for id, story in database.execute("SELECT id, story_id FROM warnings_warning").fetchall():
            if id not in first:
                continue
            proposed = "SELECT body FROM audit_auditentry WHERE verb = 'warning.propose' AND subject_kind = 'warning' AND subject_id = ?"
            counted = json.loads(database.execute(proposed, (str(id),)).fetchone()[0])["detail"]["values"].get("posts_1h", 1)
            newest = "SELECT post_id FROM stories_storypost WHERE story_id = ? ORDER BY post_id LIMIT 1 OFFSET ?"
            seq = database.execute(newest, (story, max(int(counted) - 1, 0))).fetchone()[0]
            waits.append(datetime.fromisoformat(first[id]).replace(tzinfo=UTC).timestamp() - sent[seq - 1][0])
    return {"warnings": len(waits), **(spread("outbox", waits) if waits else {})}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=2_000, help="posts a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        found = measure(Path(folder), chosen.rate, chosen.seconds)
    print(json.dumps(found) if chosen.json else "\n".join(f"{name:16} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
