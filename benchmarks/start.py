"""Time from ``huiying up`` to the first page, on a fresh state folder and again on the same one.

    python benchmarks/start.py [--runs 5] [--demo] [--json]

A start ends when the sign-in page is answered with 200. Prints medians in seconds: first start (database made),
second start (database there).
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: A start that takes longer than this has failed (seconds).
LIMIT = 60.0


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Return whether the page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own address on loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def seconds_to_page(state: Path, words: list[str]) -> float:
    """Start everything, wait for the sign-in page, stop everything; return the seconds until the page."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DJANGO_", "DATABASE_"))}
    environment = {**kept, "HUIYING_STATE": str(state), "HUIYING_PORT": str(port), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "huiying.cli", "up", "--no-browser", *words]
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while not answers(f"http://127.0.0.1:{port}/people/sign-in/"):
            if process.poll() is not None or time.perf_counter() - begun > LIMIT:
                sys.exit("The start failed.")
            time.sleep(0.01)
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.communicate()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    words = ["--demo"] if chosen.demo else []
    first, second = [], []
    with tempfile.TemporaryDirectory(prefix="huiying-start-") as folder:
        for run in range(chosen.runs):
            state = Path(folder) / f"state{run}"
            first.append(seconds_to_page(state, words))
            second.append(seconds_to_page(state, words))
    result = {"first_start": round(statistics.median(first), 2), "second_start": round(statistics.median(second), 2), "runs": chosen.runs}
    if chosen.json:
        print(json.dumps(result))
        return
    print(
        f"to the first page: {result['first_start']} s at the first start, {result['second_start']} s after that (median of {chosen.runs})"
    )


if __name__ == "__main__":
    main()
