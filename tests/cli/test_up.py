"""``huiying up`` as an operator meets it: real processes, a real port, a fresh state folder."""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]  # no stubs are installed
import pytest

from huiying.cli.start import free_port

from .running import Running, until


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start everything once for the tests of this module."""
    running = Running(tmp_path_factory.mktemp("up") / "state")
    yield running
    if running.process.poll() is None:
        running.stop()
    running.log.close()


def test_it_says_where_to_go_and_gives_a_link_that_works_once(up: Running) -> None:
    assert up.ready["url"] == f"http://127.0.0.1:{up.port}/"
    assert enter(up.ready["link"]) == f"http://127.0.0.1:{up.port}/people/me/"
    with pytest.raises(urllib.error.HTTPError, match="400"):
        enter(up.ready["link"])


def enter(link: str) -> str:
    """Follow a sign-in link as a new visitor does, and return where it leads."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = opener.open(link, timeout=10).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
    with opener.open(link, form, timeout=10) as answer:
        return str(answer.geturl())


def test_it_is_ready_when_worker_and_collector_report(up: Running) -> None:
    assert up.get("/healthz") == (200, "ok\n")
    until(lambda: up.get("/readyz")[0] == 200)
    assert json.loads(up.get("/readyz")[1]) == {
        "ready": True,
        "database": True,
        "migrations": True,
        "worker": True,
        "collector": True,
        "disk": True,
    }


def test_pages_and_static_files_are_served(up: Running) -> None:
    status, page = up.get("/people/sign-in/")
    assert status == 200
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert sheet is not None
    assert up.get(sheet[1])[0] == 200


def test_a_second_one_on_the_same_folder_is_refused(up: Running) -> None:
    environment = up.environment | {"HUIYING_PORT": str(free_port())}
    second = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "up", "--json"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 1
    assert f"process {up.process.pid}" in json.loads(second.stdout)["error"]


def test_check_sees_everything_running(up: Running) -> None:
    until(lambda: up.get("/readyz")[0] == 200)
    check = subprocess.run(
        [sys.executable, "-m", "huiying.cli", "check", "--running", "--json"],
        env=up.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    findings = {row["name"]: row["ok"] for row in json.loads(check.stdout)["findings"]}
    assert findings["worker"]
    assert findings["collector"]


@pytest.mark.parametrize("role", ["worker", "collector", "web"])
def test_a_killed_child_comes_back(up: Running, role: str) -> None:
    killed = up.child(role)
    killed.kill()
    until(lambda: any(child.pid != killed.pid for child in up.children(role)))
    until(up.answers)
    assert f"{role} ended (killed by SIGKILL)" in up.said()


def test_stopping_ends_everything_cleanly(up: Running) -> None:
    children = psutil.Process(up.process.pid).children(recursive=True)
    assert len(children) == 3
    assert up.stop() == 0
    _gone, alive = psutil.wait_procs(children, timeout=5)
    assert not alive
    assert up.process.stdout is not None
    assert up.process.stdout.read() == ""
    assert "Traceback" not in up.said()
