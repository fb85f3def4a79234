"""The built wheel, installed alone: everything that the program reads at run time is inside."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
#: What a build needs of the project.
NEEDED = ("src", "tools", "pyproject.toml", "README.md", "LICENSE", ".gitignore")
#: Files that no installation needs besides code: what catalogues are made from, what Python makes itself.
LEFT = {".po", ".pyc"}
PAGE = """
from huiying.cli.output import prepare_django
prepare_django()
import huiying
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from huiying.config.tables import make_tables
from huiying.core.grading.warning_rules import load_warning_rules
from datetime import UTC, datetime
from huiying.respond.plans.services import load_builtin_plans
make_tables()
call_command("collectstatic", interactive=False, verbosity=0)
print(huiying.__file__)
for language in ("zh-hans", "zh-hant", "en"):
    page = Client(headers={"host": "localhost"}).get("/people/sign-in/", {"lang": language})
    print(page.status_code, page.content.decode().partition("<title>")[2].partition("</title>")[0].strip())
print(load_warning_rules().key, len(load_builtin_plans(now=datetime.now(UTC))))
"""


def told(*words: str, environment: dict[str, str], folder: Path) -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without the network: the build tools are those of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    project = folder / "project"
    project.mkdir()
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, project / name)  # a build compiles the catalogues in place, where other tests read them
    offline = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    told(sys.executable, "-m", "pip", "wheel", *offline, "-w", str(folder), str(project), environment=dict(os.environ), folder=folder)
    [built] = folder.glob("huiying-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh environment that holds the wheel, and sees the libraries of this one but not its source tree."""
    folder = tmp_path_factory.mktemp("fresh")
    told(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"), environment=dict(os.environ), folder=folder)
    python = folder / "venv" / "bin" / "python"
    words = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    told(*words, environment=dict(os.environ), folder=folder)
    site = sysconfig.get_path("purelib", vars={"base": str(folder / "venv")})
    # added by path, not by site.addsitedir: the .pth files of this environment lead to the source tree
    Path(site, "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return folder


def bare(folder: Path) -> dict[str, str]:
    """Return an environment with nothing of ours but a state folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DJANGO_", "DATABASE_", "PYTHON"))}
    return {**kept, "HUIYING_STATE": str(folder / "state")}


def test_the_wheel_carries_every_file_that_is_no_code(wheel: Path) -> None:
    files = [path for path in (ROOT / "src" / "huiying").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    wanted = {str(path.relative_to(ROOT / "src")) for path in files if path.suffix not in LEFT}
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert {Path(name).suffix for name in wanted} >= {".html", ".css", ".js", ".mo", ".yaml"}
    assert wanted <= held, sorted(wanted - held)
    assert not [name for name in held if name.startswith(("tests/", "tools/", "docs/"))]


def test_the_installed_command_runs_and_explains_itself(installed: Path) -> None:
    command = str(installed / "venv" / "bin" / "huiying")
    assert "Start here: huiying up" in told(command, "--help", environment=bare(installed), folder=installed)
    check = subprocess.run([command, "check", "--json"], env=bare(installed), cwd=installed, capture_output=True, timeout=60, check=False)
    findings = {row["name"]: row["ok"] for row in json.loads(check.stdout)["findings"]}
    assert findings["sqlite"] and findings["state"]


def test_the_installed_program_renders_its_pages_in_every_language(installed: Path) -> None:
    python = str(installed / "venv" / "bin" / "python")
    place, *pages, data = told(python, "-c", PAGE, environment=bare(installed), folder=installed).strip().splitlines()
    assert place.startswith(str(installed))
    assert [page.split()[0] for page in pages] == ["200"] * 3
    assert len(set(pages)) == 3
    assert re.fullmatch(r"\S+ [1-9]\d*", data)
    assert any((installed / "state" / "static").rglob("*.css"))
