"""Files and comments on anything."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from huiying.base.audit.models import AuditEntry
from huiying.base.sharing.models import SharedFile
from huiying.base.sharing.rules import MAX_COMMENT_CHARACTERS, MAX_FILE_BYTES, clean_name, sniff
from huiying.base.sharing.selectors import comments_of, files_of, url_of_subject
from huiying.base.sharing.services import comment_add, file_add, path_of_content
from huiying.base.ui.errors import BadInput, NotYou

SUBJECT = ("incident", 8)
PDF = b"%PDF-1.7\n1 0 obj"


@pytest.fixture(autouse=True)
def files_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield settings.MEDIA_ROOT


def office(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def add(cast: Any, now: datetime, name: str, content: bytes) -> SharedFile:
    return file_add(actor=cast.actor("analyst"), now=now, subject=SUBJECT, name=name, content=content, exercise=False)


GOOD = [
    ("a.pdf", PDF, "application/pdf"),
    ("a.PNG", b"\x89PNG\r\n\x1a\n....", "image/png"),
    ("a.jpeg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
    ("a.gif", b"GIF89a....", "image/gif"),
    ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ("a.mp4", b"\x00\x00\x00\x18ftypisom", "video/mp4"),
    ("a.mp3", b"ID3\x04....", "audio/mpeg"),
    (
        "a.docx",
        office("[Content_Types].xml", "word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("a.pptx", office("[Content_Types].xml", "ppt/p.xml"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("水样.txt", "三个点位送检".encode(), "text/plain"),
    ("老系统.csv", "点位,结果".encode("gb18030"), "text/plain"),
]
BAD = [
    ("a.exe", b"MZ\x90\x00" + bytes(60)),
    ("a.pdf", b"MZ\x90\x00" + bytes(60)),
    ("a.exe", PDF),
    ("a.html", b"<html><script>alert(1)</script>"),
    ("a.svg", b"<svg onload='x()'/>"),
    ("a.png", PDF),
    ("a", PDF),
    ("a.zip", office("x.txt")),
    ("a.docx", office("[Content_Types].xml", "word/vbaProject.bin", "word/document.xml")),
    ("a.docx", b"PK\x03\x04broken"),
    ("a.txt", b"nul\x00inside"),
    ("a.sh", b"#!/bin/sh\nrm -rf /"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "media_type"), GOOD)
def test_accepted_types_are_told_by_their_bytes(now: datetime, cast: Any, name: str, content: bytes, media_type: str) -> None:
    kept = add(cast, now, name, content)
    assert (kept.media_type, kept.size, kept.sha256) == (media_type, len(content), hashlib.sha256(content).hexdigest())
    assert path_of_content(kept.sha256).read_bytes() == content


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content"), BAD)
def test_everything_else_is_refused(now: datetime, cast: Any, files_folder: Path, name: str, content: bytes) -> None:
    with pytest.raises(BadInput):
        add(cast, now, name, content)
    assert not files_folder.exists()


@pytest.mark.django_db
def test_empty_and_oversized_files_are_refused(now: datetime, cast: Any) -> None:
    for content in (b"", PDF + bytes(MAX_FILE_BYTES)):
        with pytest.raises(BadInput):
            add(cast, now, "a.pdf", content)


@pytest.mark.django_db
def test_a_stored_file_is_not_executable_and_not_for_everybody(now: datetime, cast: Any) -> None:
    mode = path_of_content(add(cast, now, "a.pdf", PDF).sha256).stat().st_mode & 0o777
    assert mode == 0o640


@pytest.mark.django_db
def test_the_same_bytes_lie_once(now: datetime, cast: Any, files_folder: Path) -> None:
    add(cast, now, "a.pdf", PDF)
    add(cast, now, "b.pdf", PDF)
    assert len([path for path in files_folder.rglob("*") if path.is_file()]) == 1
    assert [entry.name for entry in files_of(SUBJECT)] == ["b.pdf", "a.pdf"]


@pytest.mark.django_db
def test_folders_in_names_lead_nowhere(now: datetime, cast: Any) -> None:
    assert add(cast, now, "../../etc/cron.d/a.pdf", PDF).name == ".._.._etc_cron.d_a.pdf"


@given(st.text(max_size=400))
def test_a_clean_name_is_short_and_has_no_folder(name: str) -> None:
    cleaned = clean_name(name)
    assert len(cleaned) <= 150
    assert not set(cleaned) & set("/\\\x00\n\r")


@given(st.binary(max_size=600))
def test_no_bytes_crash_the_sniffer(content: bytes) -> None:
    found = sniff(content)
    assert found is None or found.endings


@pytest.mark.django_db
def test_a_file_is_handed_out_only_as_a_download(now: datetime, cast: Any, client_as: Callable[[str], Client]) -> None:
    kept = add(cast, now, "水样报告.pdf", PDF)
    response = client_as("writer").get(f"/files/{kept.pk}/")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response) == PDF  # type: ignore[call-overload]  # a streaming response iterates over bytes


@pytest.mark.django_db
def test_who_may_not_read_incidents_gets_no_file(now: datetime, cast: Any, client_as: Callable[[str], Client]) -> None:
    kept = add(cast, now, "a.pdf", PDF)
    assert client_as("outsider").get(f"/files/{kept.pk}/").status_code == 403
    assert Client().get(f"/files/{kept.pk}/").status_code == 302
    assert client_as("writer").get("/files/404/").status_code == 404


@pytest.mark.django_db
def test_a_file_lost_from_disk_says_so(now: datetime, cast: Any, client_as: Callable[[str], Client]) -> None:
    kept = add(cast, now, "a.pdf", PDF)
    path_of_content(kept.sha256).unlink()
    assert client_as("writer").get(f"/files/{kept.pk}/").status_code == 404


def comment(cast: Any, now: datetime, text: str) -> object:
    return comment_add(actor=cast.actor("writer"), now=now, subject=SUBJECT, text=text, exercise=True)


@pytest.mark.django_db
def test_comments_come_oldest_first(now: datetime, cast: Any) -> None:
    comment(cast, now, " second shift: valve 3 is shut\x00 ")
    comment(cast, now + timedelta(minutes=1), "opened again")
    said = comments_of(SUBJECT)
    assert [entry.text for entry in said] == ["second shift: valve 3 is shut", "opened again"]
    assert said[0].exercise and said[0].by_name == "Writer"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  \n", "x" * (MAX_COMMENT_CHARACTERS + 1)])
def test_empty_or_endless_comments_are_refused(now: datetime, cast: Any, text: str) -> None:
    with pytest.raises(BadInput):
        comment(cast, now, text)


@pytest.mark.django_db
def test_an_outsider_adds_nothing(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        comment_add(actor=cast.actor("outsider"), now=now, subject=SUBJECT, text="x", exercise=False)
    with pytest.raises(NotYou):
        file_add(actor=cast.actor("outsider"), now=now, subject=SUBJECT, name="a.pdf", content=PDF, exercise=False)


@pytest.mark.django_db
def test_both_are_logged_on_the_subject(now: datetime, cast: Any) -> None:
    add(cast, now, "a.pdf", PDF)
    comment(cast, now, "x")
    assert list(AuditEntry.objects.filter(subject_id="8").values_list("verb", flat=True)) == ["file.add", "comment.add"]


def test_a_subject_without_a_page_has_no_address() -> None:
    assert url_of_subject("unicorn", 1) == ""
    assert url_of_subject("task", 7) == "/tasks/7/"
