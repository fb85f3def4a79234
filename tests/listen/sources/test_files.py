"""Files that are uploaded or dropped: looked at first, read a tick at a time, lost and doubled never."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from huiying.base.audit.rules import SYSTEM
from huiying.base.ui.errors import BadInput, NotThere, NotYou
from huiying.listen.sources import dropping
from huiying.listen.sources.dropping import Reader, folder_of
from huiying.listen.sources.models import Post, Quarantine, Source, TakenFile
from huiying.listen.sources.rules.files import FILE_MOVES, PENDING_KEPT, SETTLED, FileOrigin, FileState
from huiying.listen.sources.services import delivery, source_pause

SignIn = Callable[[str], Client]
ROWS = 1203
CSV = "编号,发布时间,作者,电话,内容\n" + "".join(
    f"{n},2026-11-23 10:00:{n % 60:02d},小王,13800138000,自来水发黄 {n}\n" for n in range(1, ROWS + 1)
)


@pytest.fixture(autouse=True)
def state(settings: Settings, tmp_path: Path) -> Path:
    """Keep this test's uploads and drop folder to itself."""
    settings.STATE = tmp_path / "state"
    settings.DROP_FOLDER = tmp_path / "drop"
    return tmp_path


@pytest.fixture
def table(db: None, now: datetime) -> Source:
    """Return a source that takes tables."""
    return Source.objects.create(name="论坛导出", connector="table", channel="forum", created_at=now)


def drop(source: Source, name: str, content: str | bytes, now: datetime, *, age: timedelta = SETTLED) -> Path:
    """Put a file into a source's drop folder, last written to a while ago."""
    folder = folder_of(source)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    at = (now - age).timestamp()
    os.utime(path, (at, at))
    return path


def work(now: datetime, reader: Reader | None = None, turns: int = 30) -> datetime:
    """Let a worker turn often enough; return its time."""
    reader = reader or Reader()
    for turn in range(turns):
        reader.turn(now + timedelta(seconds=3 * turn))
    return now + timedelta(seconds=3 * turns)


def uploaded(cast: Any, table: Source, now: datetime, content: bytes = CSV.encode(), name: str = "a.csv") -> delivery.Pending:
    """Keep an upload of the analyst."""
    return delivery.upload_keep(actor=cast.actor("analyst"), now=now, source_id=table.pk, name=name, chunks=[content])


# --- the drop folder ---------------------------------------------------------------------------


def test_a_dropped_file_is_read_and_moved_to_done(table: Source, now: datetime) -> None:
    path = drop(table, "orders.csv", CSV, now)
    work(now)
    taken = TakenFile.objects.get()
    assert (taken.state, taken.cursor.stored, taken.cursor.repeated, taken.cursor.quarantined) == ("done", ROWS, 0, 0)
    assert not path.exists() and (path.parent / "done" / "orders.csv").read_text() == CSV
    assert Post.objects.count() == ROWS
    post = Post.objects.first()
    assert post is not None and post.author not in (None, "小王") and "13800138000" not in post.text
    table.refresh_from_db()
    assert table.last_success_at is not None


def test_a_file_that_somebody_still_writes_is_left_alone(table: Source, now: datetime) -> None:
    path = drop(table, "a.csv", CSV[:5000], now, age=timedelta(seconds=3))
    reader = Reader()
    reader.turn(now)
    reader.turn(now + timedelta(seconds=3))
    assert not TakenFile.objects.exists()
    drop(table, "a.csv", CSV, now + timedelta(seconds=6), age=timedelta(0))
    reader.turn(now + timedelta(seconds=6))
    reader.turn(now + timedelta(seconds=9))
    assert not TakenFile.objects.exists() and path.exists()
    work(now + timedelta(seconds=20), reader)
    assert TakenFile.objects.get().cursor.stored == ROWS


@pytest.mark.parametrize("name", ["a.csv.part", ".hidden.csv", "~$a.xlsx", "a.tmp", "a.crdownload"])
def test_a_name_that_says_half_written_is_left_alone(table: Source, now: datetime, name: str) -> None:
    path = drop(table, name, CSV, now)
    work(now)
    assert path.exists() and not TakenFile.objects.exists()


def test_a_file_that_cannot_be_read_goes_to_failed_with_its_reason_and_the_next_is_read(table: Source, now: datetime) -> None:
    bad = drop(table, "a.pdf", b"%PDF-1.4 nothing for us", now)
    drop(table, "b.csv", CSV, now)
    work(now)
    assert [taken.state for taken in TakenFile.objects.order_by("pk")] == ["failed", "done"]
    failed = bad.parent / "failed"
    assert (failed / "a.pdf").exists()
    assert "not a text file of posts" in (failed / "a.pdf.reason.txt").read_text()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip at all", b"a,b\n1,2\n"])
def test_every_hopeless_file_gets_a_reason_and_the_worker_lives(table: Source, now: datetime, content: bytes) -> None:
    path = drop(table, "a.csv", content, now)
    work(now)
    assert (path.parent / "failed" / "a.csv.reason.txt").read_text().strip()
    assert TakenFile.objects.get().state == "failed"


def test_a_zip_bomb_in_the_drop_folder_is_refused(table: Source, now: datetime, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"text\n" + b"0" * 30_000_000)
    path = drop(table, "bomb.zip", (tmp_path / "bomb.zip").read_bytes(), now)
    work(now)
    assert "100 times" in (path.parent / "failed" / "bomb.zip.reason.txt").read_text()
    assert not Post.objects.exists()


def test_bad_rows_are_held_back_and_the_rest_is_stored(table: Source, now: datetime) -> None:
    drop(table, "a.csv", "id,text,ts\n1,a,2026-11-23 10:00\n2,b,someday\n3,,2026-11-23 10:00\n4,d,9999-01-01\n5,e,\n", now)
    work(now)
    cursor = TakenFile.objects.get().cursor
    assert (cursor.stored, cursor.quarantined) == (2, 3)
    assert sorted(Quarantine.objects.values_list("reason", flat=True)) == ["bad_time", "no_text", "unreadable"]


@pytest.mark.parametrize("turns", [1, 2, 3, 4, 5, 6])
def test_a_kill_between_ticks_loses_nothing_and_doubles_nothing(table: Source, now: datetime, turns: int) -> None:
    drop(table, "a.csv", CSV, now)
    at = work(now, Reader(), turns)
    work(at + timedelta(seconds=10), Reader())
    assert Post.objects.count() == ROWS
    taken = TakenFile.objects.get()
    assert (taken.state, taken.cursor.stored, taken.cursor.repeated, taken.cursor.line) == ("done", ROWS, 0, ROWS + 1)


@pytest.mark.parametrize("instant", ["before", "after"])
def test_a_kill_inside_a_tick_loses_nothing_and_doubles_nothing(
    table: Source, now: datetime, monkeypatch: pytest.MonkeyPatch, instant: str
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    real, calls = delivery.file_tick, []

    def killed(**what: Any) -> Any:  # Any: passed on
        calls.append(1)
        if len(calls) == 2 and instant == "before":
            raise Killed
        outcome = real(**what)
        if len(calls) == 2:
            raise Killed
        return outcome

    drop(table, "a.csv", CSV, now)
    monkeypatch.setattr(dropping, "file_tick", killed)
    with pytest.raises(Killed):
        work(now)
    monkeypatch.setattr(dropping, "file_tick", real)
    work(now + timedelta(seconds=100))
    assert Post.objects.count() == ROWS
    assert TakenFile.objects.get().cursor.repeated == 0


def test_a_kill_after_the_last_tick_only_leaves_the_moving_to_be_done(
    table: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(table, "a.csv", CSV, now)
    monkeypatch.setattr(dropping, "put_away", lambda _taken: None)
    at = work(now, turns=8)
    monkeypatch.undo()
    assert path.exists() and TakenFile.objects.get().state == "done"
    work(at, turns=8)
    assert not path.exists() and (path.parent / "done" / "a.csv").exists()
    assert TakenFile.objects.count() == 1


def test_two_workers_at_one_file_store_each_row_once(table: Source, now: datetime) -> None:
    drop(table, "a.csv", CSV, now)
    one, other = Reader(), Reader()
    for turn in range(20):
        one.turn(now + timedelta(seconds=3 * turn))
        other.turn(now + timedelta(seconds=3 * turn))
    cursor = TakenFile.objects.get().cursor
    assert (Post.objects.count(), cursor.stored, cursor.repeated) == (ROWS, ROWS, 0)


def test_the_same_content_again_stores_nothing_and_says_so(table: Source, now: datetime) -> None:
    drop(table, "a.csv", CSV, now)
    at = work(now)
    drop(table, "b.csv", CSV, at)
    at = work(at)
    drop(table, "c.csv", CSV + "5000,2026-11-23 11:00:00,x,y,恢复供水\n", at)
    work(at)
    assert Post.objects.count() == ROWS + 1
    first, second, third = TakenFile.objects.order_by("pk")
    assert first.cursor == second.cursor and second.state == "done"
    assert (third.cursor.stored, third.cursor.repeated) == (1, ROWS)


def test_a_file_that_grew_while_it_was_read_is_read_again(table: Source, now: datetime) -> None:
    path = drop(table, "a.csv", CSV, now)
    reader = Reader()
    reader.turn(now)
    reader.turn(now + timedelta(seconds=3))
    with path.open("a") as file:
        file.write("6000,2026-11-23 11:00:00,x,y,恢复供水\n")
    at = work(now + timedelta(seconds=6), reader)
    os.utime(path, ((at - SETTLED).timestamp(),) * 2) if path.exists() else None
    work(at, reader)
    assert Post.objects.filter(text="恢复供水").count() == 1
    assert Post.objects.count() == ROWS + 1


def test_files_of_one_name_do_not_overwrite_each_other(table: Source, now: datetime) -> None:
    folder = drop(table, "a.csv", "id,text\n1,a\n", now).parent
    at = work(now, turns=8)
    drop(table, "a.csv", "id,text\n2,b\n", at)
    work(at, turns=8)
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["a-2.csv", "a.csv"]


def test_a_link_is_not_followed(table: Source, now: datetime, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,text\n1,secret\n")
    folder = folder_of(table)
    folder.mkdir(parents=True)
    (folder / "a.csv").symlink_to(secret)
    work(now)
    assert not Post.objects.exists() and secret.exists()
    assert (folder / "failed" / "a.csv.reason.txt").exists()


def test_a_paused_source_leaves_its_folder_alone(table: Source, now: datetime, cast: Any) -> None:
    path = drop(table, "a.csv", CSV, now)
    source_pause(actor=cast.actor("analyst"), now=now, source_id=table.pk)
    work(now)
    assert path.exists() and not TakenFile.objects.exists()


def test_a_renamed_source_still_finds_what_lies_in_its_old_folder(table: Source, now: datetime) -> None:
    drop(table, "a.csv", "id,text\n1,a\n", now)
    Source.objects.filter(pk=table.pk).update(name="新名字")
    work(now)
    assert Post.objects.count() == 1


def test_the_options_of_the_source_say_how_its_files_are_read(table: Source, now: datetime) -> None:
    Source.objects.filter(pk=table.pk).update(options={"columns": "text: 补充说明", "encoding": "gb18030"})
    drop(table, "a.csv", "编号,内容,补充说明\n1,x,停水\n".encode("gb18030"), now)
    work(now)
    assert Post.objects.get().text == "停水"


def test_hotline_orders_are_stored_once_whatever_their_state(db: None, now: datetime) -> None:
    hotline = Source.objects.create(name="12345", connector="hotline", channel="hotline", created_at=now)
    row = "DH1,2026-11-23 10:00,王小明,13800138000,王小明反映停水,供水,城东区"
    header = "工单编号,来电时间,姓名,电话,诉求内容,诉求类型,区县,办理状态"
    drop(hotline, "a.csv", f"{header}\n{row},办理中\n", now)
    at = work(now, turns=8)
    drop(hotline, "b.csv", f"{header}\n{row},已办结\n", at)
    work(at, turns=8)
    post = Post.objects.get()
    assert (post.title, post.text) == ("供水 · 城东区", "[…]反映停水")


# --- uploads -----------------------------------------------------------------------------------


def test_an_upload_is_seen_first_and_stored_only_then(client_as: SignIn, table: Source, now: datetime, state: Path) -> None:
    client = client_as("analyst")
    (state / "a.csv").write_text(CSV + "bad,someday,x,y,停水\n")
    with (state / "a.csv").open("rb") as sent:
        response = client.post(reverse("sources:files"), {"source": table.pk, "file": sent})
    page = client.get(response["Location"])
    text = page.content.decode()
    assert page.status_code == 200 and f"<dd>{ROWS}</dd>" in text
    assert "someday" in text and "自来水发黄 1" in text
    assert "13800138000" not in text and "小王" not in text
    assert 'value="text" selected' in text and "never read" in text
    assert not Post.objects.exists() and not TakenFile.objects.exists()
    done = client.post(response["Location"], {"take": "1", **_columns(page)})
    assert done.status_code == 302
    work(now)
    assert Post.objects.count() == ROWS
    text = client.get(done["Location"]).content.decode()
    assert "read to its end" in text and f"<dd>{ROWS}</dd>" in text
    assert not any((state / "state" / "uploads").iterdir())


def _columns(page: Any) -> dict[str, Any]:
    columns = page.context["found"].preview.columns
    chosen = [column for column in columns if not column.is_person]
    return {"as_read": page.context["as_read"], "column": [one.name for one in chosen], "field": [one.field for one in chosen]}


def test_another_meaning_of_the_columns_is_shown_and_then_used(client_as: SignIn, cast: Any, table: Source, now: datetime) -> None:
    kept = uploaded(cast, table, now, "标题,内容,补充\n停水,x,自来水发黄\n".encode())
    client, url = client_as("analyst"), reverse("sources:upload", args=[kept.token])
    choice = {"as_read": "/", "column": ["标题", "内容", "补充"], "field": ["title", "", "text"]}
    page = client.post(url, {**choice, "look": "1"})
    assert page.status_code == 200 and page.context["found"].would.texts[0][2] == "自来水发黄"
    client.post(url, {**choice, "take": "1"})
    work(now)
    assert Post.objects.get().text == "自来水发黄"


def test_one_meaning_for_two_columns_is_refused_in_words(client_as: SignIn, cast: Any, table: Source, now: datetime) -> None:
    kept = uploaded(cast, table, now, b"a,b\n1,2\n")
    url = reverse("sources:upload", args=[kept.token])
    page = client_as("analyst").post(url, {"as_read": "/", "column": ["a", "b"], "field": ["text", "text"], "take": "1"})
    assert page.status_code == 400 and "at most" in page.content.decode()
    assert not TakenFile.objects.exists()


def test_another_delimiter_forgets_the_columns_of_the_old_one(client_as: SignIn, cast: Any, table: Source, now: datetime) -> None:
    kept = uploaded(cast, table, now, b"text;x\na,b;c\n")
    url = reverse("sources:upload", args=[kept.token])
    page = client_as("analyst").post(url, {"as_read": "/", "delimiter": "semicolon", "column": ["gone"], "field": ["text"], "look": "1"})
    assert page.status_code == 200 and page.context["found"].would.texts[0][2] == "a,b"


def test_an_encoding_that_does_not_exist_is_refused(client_as: SignIn, cast: Any, table: Source, now: datetime) -> None:
    kept = uploaded(cast, table, now)
    page = client_as("analyst").post(reverse("sources:upload", args=[kept.token]), {"encoding": "klingon", "take": "1"})
    assert page.status_code == 400
    assert not TakenFile.objects.exists()


def test_a_file_that_holds_no_posts_shows_why_and_cannot_be_taken(client_as: SignIn, cast: Any, table: Source, now: datetime) -> None:
    kept = uploaded(cast, table, now, b"%PDF-1.4")
    page = client_as("analyst").get(reverse("sources:upload", args=[kept.token]))
    assert "not a text file" in page.content.decode() and 'name="take"' not in page.content.decode()


def test_an_upload_is_nobody_elses_and_can_be_erased(client_as: SignIn, cast: Any, table: Source, now: datetime) -> None:
    kept = uploaded(cast, table, now)
    url = reverse("sources:upload", args=[kept.token])
    assert client_as("admin").get(url).status_code == 404
    assert client_as("writer").get(url).status_code == 403
    client = client_as("analyst")
    assert client.post(reverse("sources:upload_discard", args=[kept.token])).status_code == 302
    assert not kept.path.parent.exists()
    assert client.get(url).status_code == 404
    assert client.get(reverse("sources:upload", args=["..%2f.."])).status_code == 404


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c.csv", ".", "", "\0", "名单 (1).csv", "x" * 500 + ".csv"])
def test_whatever_the_file_is_called_it_stays_in_its_folder(cast: Any, table: Source, now: datetime, state: Path, name: str) -> None:
    kept = uploaded(cast, table, now, name=name)
    assert kept.path.resolve().parent == (state / "state" / "uploads" / kept.token).resolve()


def test_empty_and_oversized_uploads_leave_nothing_behind(
    cast: Any, table: Source, now: datetime, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "UPLOAD_LIMIT", 100)
    for content in (b"", b"x" * 101):
        with pytest.raises(BadInput):
            uploaded(cast, table, now, content)
    assert not list((state / "state" / "uploads").iterdir())


def test_only_who_manages_sources_uploads_and_only_to_a_source_of_files(cast: Any, table: Source, feed: Source, now: datetime) -> None:
    with pytest.raises(NotYou):
        delivery.upload_keep(actor=cast.actor("writer"), now=now, source_id=table.pk, name="a", chunks=[b"x"])
    with pytest.raises(BadInput, match="Town forum"):
        uploaded(cast, feed, now)
    with pytest.raises(NotThere):
        delivery.upload_keep(actor=cast.actor("analyst"), now=now, source_id=99_999, name="a", chunks=[b"x"])


def test_uploads_that_nobody_confirmed_are_erased_after_a_day(cast: Any, table: Source, now: datetime) -> None:
    old = uploaded(cast, table, now - PENDING_KEPT)
    fresh, confirmed = uploaded(cast, table, now), uploaded(cast, table, now - PENDING_KEPT, b"id,text\n1,a\n")
    delivery.upload_take(actor=cast.actor("analyst"), now=now, token=confirmed.token, options={})
    assert delivery.uploads_clear(now=now) == 1
    assert [one.path.exists() for one in (old, fresh, confirmed)] == [False, True, True]


# --- states and pages --------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "to"), list(product(FileState, FileState)))
def test_a_file_moves_only_as_its_table_says(table: Source, now: datetime, tmp_path: Path, before: FileState, to: FileState) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,a\n")
    taken = delivery.file_begin(source=table, path=path, options={}, origin=FileOrigin.DROP, actor=SYSTEM, now=now)
    TakenFile.objects.filter(pk=taken.pk).update(state=before.value)
    assert delivery.file_move(file_id=taken.pk, to=to, now=now) is (to in FILE_MOVES[before])


@pytest.mark.parametrize("count", [10, 20])
def test_the_list_of_files_asks_the_database_a_fixed_number_of_times(
    client_as: SignIn, table: Source, now: datetime, tmp_path: Path, django_assert_max_num_queries: Any, count: int
) -> None:
    for number in range(count):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"id,text\n{number},a\n")
        delivery.file_begin(source=table, path=path, options={}, origin=FileOrigin.DROP, actor=SYSTEM, now=now)
    client = client_as("analyst")
    with django_assert_max_num_queries(12):
        page = client.get(reverse("sources:files"))
    assert page.content.decode().count("</tr>") >= count


def test_the_page_teaches_the_next_step_and_is_closed_to_outsiders(client_as: SignIn, db: None) -> None:
    page = client_as("analyst").get(reverse("sources:files")).content.decode()
    assert "Add a table" in page and page.count("<h1") == 1
    assert client_as("outsider").get(reverse("sources:files")).status_code == 403
    assert client_as("analyst").get(reverse("sources:file", args=[999])).status_code == 404
    assert client_as("auditor").post(reverse("sources:files"), {}).status_code == 403
