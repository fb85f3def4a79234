"""Seal what a source needs to keep secret, with a key file outside the database.

Several keys, one a line, allow rotation: the first one seals, every one opens.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

KEY_FILE = "source_keys"


class SealBroken(ValueError):
    """The secrets of a source cannot be opened with the keys in the file source_keys of the state folder."""


def sealed(mapping: Mapping[str, str]) -> str:
    """Return secrets as text that only this installation can open; empty for none."""
    if not mapping:
        return ""
    return _box().encrypt(json.dumps(dict(mapping), ensure_ascii=False).encode()).decode("ascii")


def opened(text: str) -> dict[str, str]:
    """Return the secrets of a sealed text; raises SealBroken when no key of ours fits."""
    if not text:
        return {}
    try:
        found: dict[str, str] = json.loads(_box().decrypt(text.encode("ascii")))
    except (InvalidToken, ValueError) as error:
        raise SealBroken(f"No key in {KEY_FILE} opens these secrets: bring the key file back, or give the secrets again.") from error
    return found


def _box() -> MultiFernet:
    return MultiFernet([Fernet(line) for line in _keys()])


def _keys() -> list[str]:
    path = Path(settings.STATE) / KEY_FILE
    if not path.exists():
        _make(path)
    return path.read_text("ascii").split()


def _make(path: Path) -> None:
    """Write a first key with rights for the owner only; whoever is second reads the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spare = path.with_name(f".{KEY_FILE}.{os.getpid()}")
    descriptor = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(Fernet.generate_key().decode("ascii") + "\n")
    try:
        os.link(spare, path)
    except FileExistsError:
        pass
    finally:
        spare.unlink()
