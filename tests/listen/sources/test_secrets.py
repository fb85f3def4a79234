"""What a source keeps secret: sealed in the database, opened with a key file, never shown again."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from huiying.base.audit.rules import SYSTEM


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    """Return the key file of a fresh state folder."""
    settings.STATE = tmp_path
    return tmp_path / "source_keys"


def test_secrets_come_out_as_they_went_in_and_nobody_else_reads_them(keys: Path) -> None:
    from huiying.listen.sources.services.secrets import opened, sealed

    text = sealed({"password": "水很黄"})
    assert opened(text) == {"password": "水很黄"} and "password" not in text
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert sealed({}) == "" and opened("") == {}


def test_a_new_key_on_top_seals_and_the_old_one_still_opens(keys: Path) -> None:
    from huiying.listen.sources.services.secrets import opened, sealed

    before = sealed({"token": "a"})
    keys.write_bytes(Fernet.generate_key() + b"\n" + keys.read_bytes())
    after = sealed({"token": "b"})
    keys.write_bytes(keys.read_bytes().split()[0])
    assert opened(after) == {"token": "b"}
    from huiying.listen.sources.services.secrets import SealBroken

    with pytest.raises(SealBroken, match="source_keys"):
        opened(before)


@pytest.mark.django_db
def test_a_password_is_sealed_kept_when_left_empty_and_in_no_log(keys: Path, now: datetime) -> None:
    from huiying.base.audit.models import AuditEntry
    from huiying.listen.sources.services import Wish, source_add, source_edit
    from huiying.listen.sources.services.secrets import opened

    options = {"user": "post@water.example", "password": "s3cret-words"}
    source = source_add(actor=SYSTEM, now=now, connector="mailbox", name="Box", url="imaps://mail.example", options=options)
    assert "password" not in source.options and "s3cret" not in source.secrets
    assert opened(source.secrets) == {"password": "s3cret-words"}
    kept = source_edit(
        actor=SYSTEM, now=now, source_id=source.pk, wish=Wish(name="Box 2", url=source.url, options={"user": "post@water.example"})
    )
    assert kept.name == "Box 2" and opened(kept.secrets) == {"password": "s3cret-words"}
    assert not AuditEntry.objects.filter(body__contains="s3cret").exists()
