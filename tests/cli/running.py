"""One real ``huiying up``: its children, its pages, and what it said."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # no stubs are installed

from huiying.cli.start import free_port


class Running:
    """One ``huiying up`` and what it said when it was ready."""

    def __init__(self, state: Path, *words: str, **settings: str) -> None:
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYING_")}
        self.environment = kept | {
            "HUIYING_STATE": str(state),
            "HUIYING_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "huiying.config.settings",
            **settings,
        }
        self.log = state.with_suffix(".log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "huiying.cli", "up", "--json", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.said()
        self.ready: dict[str, Any] = json.loads(line)

    def said(self) -> str:
        """Return everything written to the error stream so far."""
        return Path(self.log.name).read_text()

    def child(self, role: str) -> psutil.Process:
        """Return the process of one role."""
        found = self.children(role)
        assert found, f"no {role} runs"
        return found[0]

    def children(self, role: str) -> list[psutil.Process]:
        """Return the living processes of one role."""
        found = []
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                found += [child] if role in child.cmdline() else []
        return found

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def answers(self) -> bool:
        """Return whether the web process is there."""
        try:
            return self.get("/healthz")[0] == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
