from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from huiying.cli import COMMANDS, huiying, main
from huiying.cli.lock import only_one
from huiying.cli.output import Fault
from huiying.config.environment import SETTINGS


class Ran:
    """What one run of the command line left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """Return the one object that was printed."""
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs the command line in this process."""

    def go(*words: str) -> Ran:
        with pytest.raises(SystemExit) as stop:
            main(words)
        captured = capsys.readouterr()
        return Ran(int(stop.value.code or 0), captured.out, captured.err)

    return go


def test_help_lists_the_commands_in_the_order_of_need(run: Any) -> None:
    ran = run("--help")
    assert ran.code == 0
    names = re.findall(r"^  ([a-z]+) ", ran.out.partition("Commands:")[2], re.MULTILINE)
    assert names == [name for name in COMMANDS if name in names]
    assert names[0] == "up"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "exercise"])
def test_every_command_explains_itself(name: str) -> None:
    answer = CliRunner().invoke(huiying, [name, "--help"])
    assert answer.exit_code == 0
    assert len(answer.output.splitlines()) > 4


@pytest.mark.parametrize("words", [("nope",), ("audit", "verify", "--nope"), ("person", "add"), ("person", "link", "--json")])
def test_wrong_use_ends_with_two(run: Any, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.err or ran.json["error"]


def test_version_is_told(run: Any) -> None:
    assert "0.1" in run("--version").out


def test_a_bad_setting_is_one_sentence_with_the_accepted_values(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_PORT", "abc")
    ran = run("settings")
    assert (ran.code, ran.err) == (2, "huiying: HUIYING_PORT=abc: use 1 to 65535.\n")
    assert run("settings", "--json").json == {"error": "HUIYING_PORT=abc: use 1 to 65535."}


def test_settings_lists_every_setting_and_hides_passwords(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_SMTP_URL", "smtp://me:hush@mail.example.org:25")
    rows = {row["name"]: row for row in run("settings", "--json").json["settings"]}
    assert list(rows) == [setting.name for setting in SETTINGS]
    assert rows["HUIYING_SMTP_URL"]["value"] == "smtp://…@mail.example.org:25"
    assert "hush" not in run("settings").out


@pytest.mark.django_db
def test_check_finds_this_set_up_in_order(run: Any) -> None:
    ran = run("check", "--json")
    names = {row["name"]: row["ok"] for row in ran.json["findings"]}
    assert names["sqlite"]
    assert names["database"]
    assert names["state"]
    assert (ran.code == 0) == all(names.values())


@pytest.mark.django_db
def test_check_running_misses_the_processes_and_says_how_to_start_them(run: Any) -> None:
    ran = run("check", "--running")
    assert ran.code == 1
    assert "The worker has not reported" in ran.out
    assert "Start it: huiying up" in ran.out


@pytest.mark.django_db
def test_check_says_how_to_mend_what_is_wrong(run: Any, settings: Any, tmp_path: Path) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = True
    settings.STATE = tmp_path
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o644)
    out = run("check").out
    assert "Name the hosts in HUIYING_ALLOWED_HOSTS" in out
    assert "Unset HUIYING_DEBUG" in out
    assert f"chmod 600 {tmp_path}" in out


@pytest.mark.django_db
def test_a_person_is_added_listed_and_comes_in_by_the_printed_link(run: Any, client: Client) -> None:
    added = run("person", "add", "wang", "--name", "王芳", "--role", "writer", "--json").json
    assert run("person", "list", "--json").json["people"] == [{"id": added["id"], "username": "wang", "name": "王芳", "roles": ["writer"]}]
    path = "/" + added["link"].split("/", 3)[3]
    assert client.post(path).status_code == 302
    assert client.session["_auth_user_id"] == str(added["id"])
    assert client.post(path).status_code == 400
    assert run("person", "link", "wang").out.startswith("http://")


@pytest.mark.django_db
def test_person_faults_are_one_sentence(run: Any) -> None:
    assert "use one of administrator" in run("person", "add", "wang", "--role", "king").err
    assert run("person", "add", "wang", "--role", "king").code == 2
    assert run("person", "link", "nobody").code == 1
    run("person", "add", "wang")
    assert run("person", "add", "wang").code == 2


@pytest.mark.django_db
def test_audit_verify_tells_whole_from_cut(run: Any) -> None:
    run("person", "add", "wang")
    whole = run("audit", "verify", "--json")
    assert (whole.code, whole.json["whole"], whole.json["entries"]) == (0, True, 2)
    assert run("audit", "verify", "--head", whole.json["head"]).code == 0
    assert run("audit", "verify", "--head", "0" * 64).code == 1


@pytest.mark.django_db
def test_audit_verify_finds_a_forged_entry(run: Any) -> None:
    from django.db import connection

    from huiying.base.audit.triggers import drop_statements

    run("person", "add", "wang")
    with connection.cursor() as cursor:
        for statement in drop_statements(connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE audit_auditentry SET body = 'forged' WHERE seq = 1")
    ran = run("audit", "verify", "--json")
    assert (ran.code, ran.json["broken_at"]) == (1, 1)


def test_one_state_folder_has_one_holder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(Fault, match=f"process {os.getpid()}"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


@pytest.mark.django_db
def test_the_first_start_gives_a_link_until_an_administrator_came_in(now: Any) -> None:
    from django.contrib.auth import get_user_model

    from huiying.cli.start import first_link

    assert first_link(now).startswith("http://127.0.0.1:")
    assert first_link(now)
    assert get_user_model().objects.count() == 1
    get_user_model().objects.update(last_login=now)
    assert first_link(now) == ""


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    import socket

    from huiying.cli.start import free_port, refuse_taken_port

    refuse_taken_port("127.0.0.1", free_port())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Fault, match=f"Port {port} .* HUIYING_PORT"):
            refuse_taken_port("127.0.0.1", port)


@pytest.mark.django_db
def test_static_files_are_copied_only_when_they_changed(settings: Any, tmp_path: Path) -> None:
    from huiying.cli.start import collect_static

    settings.STATIC_ROOT = tmp_path / "static"
    said: list[str] = []
    assert collect_static(said.append)
    assert any((tmp_path / "static").rglob("*.css"))
    assert not collect_static(said.append)
    assert len(said) == 1
