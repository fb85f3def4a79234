"""Write or check the reference pages that come from the code: settings and commands.

python tools/reference.py write
python tools/reference.py check     exit 1 when a page differs from the code
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"


def settings_page() -> str:
    """Return the page of settings."""
    from huiying.config.environment import SETTINGS

    lines = ["# Settings", "", "Read from the environment at start; a bad value is named together with the accepted ones.", ""]
    lines += ["| name | default | accepted | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{s.name}` | `{s.default}` | {s.accepted} | {s.meaning} |" if s.default else f"| `{s.name}` | | {s.accepted} | {s.meaning} |"
        for s in SETTINGS
    ]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return the page of commands, from their own help texts."""
    import click

    from huiying.cli import huiying

    sections = ["# Commands", "", "Every command takes `--json` and exits 0 (done), 1 (failed) or 2 (wrong use).", ""]

    def visit(command: click.Command, name: str) -> None:
        context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"])
        sections.extend([f"## {name}", "", "```text", command.get_help(context).rstrip(), "```", ""])
        if isinstance(command, click.Group):
            for child in command.list_commands(context):
                found = command.get_command(context, child)
                assert found is not None
                visit(found, f"{name} {child}")

    visit(huiying, "huiying")
    return "\n".join(sections).rstrip() + "\n"


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    return {REFERENCE / "settings.md": settings_page(), REFERENCE / "commands.md": commands_page()}


def main(arguments: list[str]) -> int:
    """Write or check; return the exit status."""
    os.environ.setdefault("HUIYING_STATE", tempfile.mkdtemp(prefix="huiying-docs-"))
    if arguments == ["write"]:
        for path, text in pages().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
        return 0
    if arguments == ["check"]:
        stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not in step with the code: make docs")
        return 1 if stale else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
