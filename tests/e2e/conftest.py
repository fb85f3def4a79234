"""A real `huiying up --demo` in its own state folder, and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 90


@dataclass(frozen=True)
class Running:
    """A running installation."""

    url: str
    link: str
    state: Path
    environment: dict[str, str]


def free_port() -> int:
    """Return a port nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start the demo as a newcomer does and stop it with Ctrl-C."""
    state = tmp_path_factory.mktemp("demo")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DATABASE_URL", "DJANGO_"))}
    environment = {**kept, "HUIYING_STATE": str(state), "HUIYING_PORT": str(free_port()), "HUIYING_DEMO": "yes"}
    log = (state / "stderr.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "huiying.cli", "up", "--demo", "--json"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
    )
    try:
        yield _wait(process, state, environment)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait(process: subprocess.Popen[str], state: Path, environment: dict[str, str]) -> Running:
    assert process.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        if line.startswith("{") and (told := json.loads(line)).get("ready"):
            return Running(told["url"].rstrip("/"), told["link"], state, environment)
        if not line and process.poll() is not None:
            break
    raise AssertionError(f"huiying up did not become ready:\n{(state / 'stderr.log').read_text()[-4000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return Debian's Chromium under Playwright; skipped with the command that installs it."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
