"""Backups: made beside the work, checked, bounded; put back without overwriting anything."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import ProjectLockedError, RefusedError, UnreadableFileError
from annotator.domain.model import Box
from annotator.services import backup as service
from annotator.store import backups, copies
from annotator.store.lock import EditorLock
from annotator.store.store import FILE_NAME, Store
from tests.store.project_hand import SMALL, Hand


def make(hand: Hand) -> backups.Backup | None:
    return backups.make(hand.folder, FILE_NAME)


def at(x: float) -> Box:
    return SMALL._replace(x=x)


def spoil(file: Path) -> None:
    """Overwrite pages in the middle, as a failing disk would."""
    size = file.stat().st_size
    with file.open("rb+") as raw:
        raw.seek(size // 3)
        raw.write(b"\xa5" * (size // 3))


def boxes_in(file: Path) -> list[float]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as link:
        return [row[0] for row in link.execute("SELECT x FROM annotation ORDER BY x")]


def test_a_backup_is_a_whole_copy_that_stands_alone(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    made = make(hand)
    assert made is not None
    assert sorted(p.name for p in made.path.parent.iterdir()) == [made.path.name]
    assert backups.contents(made) == backups.Contents(2, 1)
    elsewhere = hand.folder / "copy"
    elsewhere.mkdir()
    shutil.copyfile(made.path, elsewhere / FILE_NAME)
    with Store.open(elsewhere) as store:
        assert store.annotations.of_image(hand.first) == (drawn,)


def test_a_backup_leaves_the_locks_of_its_process_alone(hand: Hand) -> None:
    """Else the next process to close the project would take its journal away under this one."""
    drawn = hand.draw(hand.first)
    assert make(hand) is not None
    assert backups.every(hand.folder)
    code = f"""
from pathlib import Path
from annotator.store.store import Store
with Store.open(Path({str(hand.folder)!r})) as store:
    store.settings.set("here", 1)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (hand.folder / f"{FILE_NAME}-wal").exists()
    assert hand.on(hand.first) == (drawn,)
    hand.move(drawn, 9)
    assert copies.damage_of(hand.folder / FILE_NAME, is_thorough=True) == ""


def test_nothing_new_makes_no_backup(hand: Hand) -> None:
    assert make(hand) is not None
    assert make(hand) is None
    hand.draw(hand.first)
    assert make(hand) is not None
    assert len(backups.every(hand.folder)) == 2


def test_backups_are_bounded_the_newest_and_the_last_of_each_day(hand: Hand) -> None:
    place = hand.folder / backups.FOLDER
    first = datetime(2026, 1, 1, 8, tzinfo=UTC)
    made = make(hand)
    assert made is not None
    for number in range(2, 62):  # three a day on twenty days
        when = first + timedelta(hours=8 * (number - 2))
        shutil.copyfile(made.path, place / f"{number:04d}-{when:%Y%m%dT%H%M%S}Z.sqlite")
    hand.draw(hand.first)
    newest = make(hand)
    assert newest is not None
    left = backups.every(hand.folder)
    assert len(left) <= backups.RECENT + backups.DAYS
    assert left[0] == newest
    assert [b.number for b in left[: backups.RECENT]] == [62, 61, 60, 59, 58]
    days = [b.made[:10] for b in left[backups.RECENT :]]
    assert len(set(days)) == len(days)


def test_they_are_bounded_in_bytes_too(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "MOST_BYTES", 1)
    for _ in range(4):
        hand.draw(hand.first)
        make(hand)
    assert [b.number for b in backups.every(hand.folder)] == [4, 3]


@pytest.mark.parametrize("jumps", [(400, -800, 3, -3, 0, 9, -1), (-5, -5, -5, -5, -5, -5, -5)])
def test_a_clock_that_jumps_never_costs_the_newest(
    hand: Hand, jumps: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    for days in jumps:
        now += timedelta(days=days)
        monkeypatch.setattr(backups, "datetime", _Clock(now))
        hand.draw(hand.first)
        made = make(hand)
        assert made is not None
        assert backups.every(hand.folder)[0] == made
    assert [b.number for b in backups.every(hand.folder)][: backups.RECENT] == [7, 6, 5, 4, 3]


class _Clock:
    """Stands in for ``datetime``."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self, _zone: object) -> datetime:
        return self._now

    def strptime(self, *given: Any) -> datetime:
        return datetime.strptime(*given)


def test_a_damaged_project_never_becomes_a_backup(hand: Hand) -> None:
    for x in range(20):
        hand.draw(hand.first, at(x))
    good = make(hand)
    hand.draw(hand.first)
    hand.store.close()
    spoil(hand.folder / FILE_NAME)
    with pytest.raises(UnreadableFileError):
        make(hand)
    assert backups.every(hand.folder) == [good]
    with pytest.raises(UnreadableFileError, match="Restore a backup"):
        service.check_and_back_up(hand.folder)


def test_restoring_sets_the_present_state_aside_and_can_be_taken_back(hand: Hand) -> None:
    hand.draw(hand.first, at(1))
    made = make(hand)
    hand.draw(hand.first, at(2))
    hand.store.close()
    restored, aside = service.restore(hand.folder, "Ada")
    assert restored == made
    assert aside is not None
    with Store.open(hand.folder) as store:
        assert [a.box.x for a in store.annotations.of_image(hand.first) if a.box] == [1]
    assert boxes_in(aside.path) == [1, 2]
    service.restore(hand.folder, "Ada", aside.number)
    hand.reopen()
    assert [a.box.x for a in hand.on(hand.first) if a.box] == [1, 2]
    assert sum(b.is_aside for b in backups.every(hand.folder)) == 2


def test_a_damaged_project_is_set_aside_byte_for_byte_and_the_newest_sound_one_restored(
    hand: Hand,
) -> None:
    for x in range(20):
        hand.draw(hand.first, at(x))
    make(hand)
    hand.draw(hand.first, at(20))
    newest = make(hand)
    assert newest is not None
    hand.store.close()
    spoil(newest.path)  # the newest backup was hit too
    file = hand.folder / FILE_NAME
    spoil(file)
    before = file.read_bytes()
    _, aside = service.restore(hand.folder, "Ada")
    assert aside is not None
    assert aside.path.read_bytes() == before
    hand.reopen()
    assert len(hand.on(hand.first)) == 20


def test_a_project_whose_file_is_gone_is_restored(hand: Hand) -> None:
    hand.draw(hand.first)
    make(hand)
    hand.store.close()
    (hand.folder / FILE_NAME).unlink()
    assert service.restore(hand.folder, "Ada")[1] is None
    hand.reopen()
    assert len(hand.on(hand.first)) == 1


def test_set_aside_states_are_never_removed(hand: Hand) -> None:
    make(hand)
    hand.store.close()
    for _ in range(4):
        service.restore(hand.folder, "Ada", 1)
    hand.reopen()
    for _ in range(9):
        hand.draw(hand.first)
        make(hand)
    asides = [b.number for b in backups.every(hand.folder) if b.is_aside]
    assert len(asides) == 4


def test_nothing_is_restored_while_somebody_has_the_project_open(hand: Hand) -> None:
    hand.draw(hand.first)
    make(hand)
    hand.draw(hand.first)
    lock = EditorLock(hand.folder)
    lock.acquire("Bob's window")
    with pytest.raises(ProjectLockedError, match="Bob's window"):
        service.restore(hand.folder, "Ada")
    lock.release()
    with pytest.raises(ProjectLockedError, match="still open"):  # the hand's own store
        service.restore(hand.folder, "Ada")
    assert len(hand.on(hand.first)) == 2
    assert not list(hand.folder.glob(".restoring*"))


def test_what_cannot_be_restored_is_told_and_changes_nothing(hand: Hand) -> None:
    hand.store.close()
    file = hand.folder / FILE_NAME
    before = file.read_bytes()
    with pytest.raises(RefusedError, match="no backup yet"):
        service.restore(hand.folder, "Ada")
    made = make(hand)
    assert made is not None
    with pytest.raises(RefusedError, match="no backup number 9"):
        service.restore(hand.folder, "Ada", 9)
    with closing(sqlite3.connect(made.path)) as link, link:
        link.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RefusedError, match="newer version"):
        service.restore(hand.folder, "Ada")
    made.path.write_bytes(b"no database")
    with pytest.raises(UnreadableFileError):
        service.restore(hand.folder, "Ada")
    assert file.read_bytes() == before
    with pytest.raises(UnreadableFileError, match="no such folder"):
        service.restore(hand.folder / "nowhere", "Ada")


class _PowerLossError(Exception):
    pass


def restore_until(folder: Path, changes: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Restore; the power goes after so many changes of a name. Whether it was wished for."""
    left = iter(range(changes))

    def until_the_power_goes(change: Any) -> Any:
        def call(*given: Any, **more: Any) -> Any:
            if next(left, None) is None:
                raise _PowerLossError
            return change(*given, **more)

        return call

    with monkeypatch.context() as patch:
        for owner, name in ((Path, "replace"), (Path, "rename"), (os, "link"), (Path, "unlink")):
            patch.setattr(owner, name, until_the_power_goes(getattr(owner, name)))
        try:
            service.restore(folder, "Ada")
        except _PowerLossError:
            return bool(list(folder.glob(".restoring-*.sqlite")))
    return True


@pytest.mark.parametrize("changes", range(8))
def test_a_restoring_that_breaks_off_is_finished_by_the_next_opening(
    hand: Hand, changes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.draw(hand.first, at(1))
    make(hand)
    hand.draw(hand.first, at(2))
    hand.store.close()
    is_wished = restore_until(hand.folder, changes, monkeypatch)
    hand.reopen()
    assert len(hand.on(hand.first)) == (1 if is_wished else 2)
    assert not list(hand.folder.glob(".restoring-*.sqlite"))
    asides = [b for b in backups.every(hand.folder) if b.is_aside]
    assert [boxes_in(b.path) for b in asides] == ([[1, 2]] if is_wished else [])


@pytest.mark.parametrize("changes", range(8))
def test_a_damaged_file_and_its_journal_survive_a_restoring_that_breaks_off(
    hand: Hand, changes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for x in range(10):
        hand.draw(hand.first, at(x))
    make(hand)
    hand.store.close()
    file = hand.folder / FILE_NAME
    journal = file.with_name(f"{FILE_NAME}-wal")
    spoil(file)
    journal.write_bytes(b"a journal that fits nothing")
    before = file.read_bytes()
    if not restore_until(hand.folder, changes, monkeypatch):
        assert file.read_bytes() == before
        assert journal.read_bytes() == b"a journal that fits nothing"
        return
    hand.reopen()
    assert len(hand.on(hand.first)) == 10
    (aside,) = [b for b in backups.every(hand.folder) if b.is_aside]
    assert aside.path.read_bytes() == before
    assert aside.path.with_name(f"{aside.path.name}-wal").read_bytes().startswith(b"a journal")


def test_a_disk_without_second_names_takes_a_copy(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("not permitted")

    hand.draw(hand.first)
    make(hand)
    hand.store.close()
    monkeypatch.setattr(os, "link", refuse)
    _, aside = service.restore(hand.folder, "Ada")
    assert aside is not None
    assert len(boxes_in(aside.path)) == 1


def test_a_full_disk_makes_no_backup_and_says_so(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(hand.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(RefusedError, match="MB left"):
        make(hand)
    assert backups.every(hand.folder) == []


def test_a_disk_that_refuses_in_the_middle_is_told_and_the_rest_is_done_later(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.draw(hand.first)
    make(hand)
    hand.draw(hand.first)
    hand.store.close()
    replace_file = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.name.startswith(".restoring") and not self.name.endswith(".part"):
            raise PermissionError(13, "Permission denied")
        return replace_file(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(RefusedError, match="tries once more"):
            service.restore(hand.folder, "Ada")
        with pytest.raises(RefusedError, match="tries once more"):
            Store.open(hand.folder)
    hand.reopen()
    assert len(hand.on(hand.first)) == 1


def test_a_folder_that_is_gone_is_told(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    (hand.folder / backups.FOLDER).mkdir()
    with pytest.raises(RefusedError, match="Permission denied"):
        service.back_up(hand.folder)


def test_a_damaged_index_is_found_by_the_thorough_look(hand: Hand) -> None:
    hand.draw(hand.first)
    hand.store.close()
    file = hand.folder / FILE_NAME
    assert copies.damage_of(file) == ""
    with closing(sqlite3.connect(file)) as link, link:
        link.execute("PRAGMA writable_schema=ON")
        link.execute("DELETE FROM annotation")
        link.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE "
            "name='annotation_geometry') WHERE name='ix_annotation_image'"
        )
    assert copies.damage_of(file, is_thorough=True) != ""


def test_everyone_can_draw_while_a_backup_is_made(hand: Hand) -> None:
    """The backup reads one state; what is drawn meanwhile is in the next one."""
    hand.draw(hand.first)
    with copies._reading(hand.folder / FILE_NAME) as reader:
        reader.execute("SELECT count(*) FROM annotation").fetchone()
        drawn = hand.draw(hand.second)
        assert reader.execute("SELECT count(*) FROM annotation").fetchone() == (1,)
    moved = replace(drawn, note="there")
    assert moved.id == drawn.id
    assert len(hand.on(hand.second)) == 1
