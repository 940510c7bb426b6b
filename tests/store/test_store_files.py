"""Opening, closing, crashing, sharing: what a project folder survives."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from annotator.domain.errors import ProjectLockedError, RefusedError, UnreadableFileError
from annotator.store import schema
from annotator.store.database import read_only_uri
from annotator.store.lock import EditorLock
from annotator.store.store import FILE_NAME, Store
from tests.store.project_hand import Hand

REPOSITORY = Path(__file__).resolve().parents[2]


def _run(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


WRITER = """
    import sys
    from dataclasses import replace
    from pathlib import Path
    from annotator.domain.edits import Edit, Step
    from annotator.domain.model import Annotation, Box
    from annotator.store.store import Store
    store = Store.open(Path(sys.argv[1]))
    image, category, count = map(int, sys.argv[2:5])
    for number in range(count):
        key = store.take_ids("annotation")[0]
        drawn = Annotation(key, image, category, Box(number, 0, 5, 5))
        store.history.apply(Step("Draw box", (Edit(None, drawn),), image), person="Bob")
    print("drawn", flush=True)
    sys.stdin.read()
"""


def test_a_project_is_a_folder_with_a_file_and_two_folders(tmp_path: Path) -> None:
    with Store.create(tmp_path / "new" / "project") as store:
        assert (store.folder / FILE_NAME).is_file()
        assert store.checkpoints.is_dir()
        assert store.cache.is_dir()
        assert (store.images.count(), store.categories.all(), store.annotations.count()) == (
            0,
            (),
            0,
        )


def test_a_second_project_in_one_folder_is_refused(hand: Hand) -> None:
    with pytest.raises(RefusedError, match="holds a project already"):
        Store.create(hand.folder)


def test_a_folder_without_a_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="holds no project"):
        Store.open(tmp_path)


def test_a_file_that_is_no_project_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(UnreadableFileError, match="no project file"):
        Store.open(tmp_path)


def test_a_database_of_something_else_is_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as link:
        link.execute("CREATE TABLE bookmarks (url)")
    with pytest.raises(UnreadableFileError, match="not one of an Annotator project"):
        Store.open(tmp_path)


def test_a_newer_project_is_refused_and_left_alone(hand: Hand) -> None:
    hand.store.close()
    with closing(sqlite3.connect(hand.folder / FILE_NAME)) as link, link:
        link.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RefusedError, match="newer version of Annotator"):
        Store.open(hand.folder)
    assert schema.version_of(hand.folder / FILE_NAME) == "9999"


def test_an_older_project_is_brought_up_to_date_with_a_copy_beside(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    with closing(sqlite3.connect(file)) as link, link:
        link.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    with pytest.raises(RefusedError, match="open it once for editing"):
        Store.open(tmp_path, writable=False)
    with Store.open(tmp_path) as store:
        assert store.images.all() == []
    assert schema.version_of(file) == schema.KNOWN[-1]
    assert (tmp_path / f"project-before-{schema.KNOWN[-1]}.sqlite").is_file()


def test_migrations_end_where_new_projects_start(tmp_path: Path) -> None:
    fresh, old = tmp_path / "fresh.sqlite", tmp_path / "old.sqlite"
    schema.create(fresh)
    with closing(sqlite3.connect(old)):
        pass
    schema.migrate(old)
    assert _shape(fresh) == _shape(old)


def _shape(file: Path) -> dict[str, object]:
    engine = create_engine(f"sqlite:///{file}")
    seen = inspect(engine)
    shape: dict[str, object] = {}
    for table in sorted(seen.get_table_names()):
        columns = [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)]
        keys = [(k["constrained_columns"], k["referred_table"], sorted(k["options"].items()))
                for k in seen.get_foreign_keys(table)]  # fmt: skip
        indexes = [(i["name"], i["column_names"]) for i in seen.get_indexes(table)]
        unique = [u["column_names"] for u in seen.get_unique_constraints(table)]
        shape[table] = (
            columns,
            sorted(keys),
            sorted(indexes),
            unique,
            seen.get_pk_constraint(table),
        )
    engine.dispose()
    return shape


def test_opening_a_project_does_not_import_alembic(hand: Hand) -> None:
    code = """
        import sys
        from pathlib import Path
        from annotator.store.store import Store
        Store.open(Path(sys.argv[1])).close()
        print(sorted(name for name in sys.modules if name.split(".")[0] in ("alembic", "torch")))
    """
    with _run(code, hand.folder) as process:
        assert process.communicate()[0].strip() == "[]"


def test_a_killed_process_loses_no_edit(hand: Hand) -> None:
    code = WRITER.replace(
        "sys.stdin.read()", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    with _run(code, hand.folder, hand.first, hand.category.id, 5) as process:
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    assert [a.box.x for a in hand.on(hand.first) if a.box] == [0, 1, 2, 3, 4]
    assert hand.undo(hand.first)
    assert len(hand.on(hand.first)) == 4


def test_two_processes_write_at_the_same_time(hand: Hand) -> None:
    with _run(
        WRITER.replace("sys.stdin.read()", ""), hand.folder, hand.second, hand.category.id, 60
    ) as process:
        current = hand.draw(hand.first)
        for x in range(60):
            current = hand.move(current, x + 2)
        process.communicate()
        assert process.returncode == 0
    assert len(hand.on(hand.second)) == 60
    assert hand.on(hand.first) == (current,)


def test_a_project_opened_for_reading_is_never_written(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    with Store.open(hand.folder, writable=False) as reader:
        assert reader.annotations.of_image(hand.first) == (drawn,)
        with pytest.raises(RefusedError, match="reading only"):
            reader.take_ids("annotation")
        with pytest.raises(RefusedError, match="reading only"):
            reader.history.undo(hand.first, person="Eve")
        moved = hand.move(drawn, 9)
        assert reader.annotations.of_image(hand.first) == (moved,)


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = hand.store.folder
    hand.store.close()
    monkeypatch.setattr(os, "access", lambda *_: False)
    before = sorted(folder.iterdir())
    with Store.open(folder, writable=False) as store:
        store.images.all()
        assert sorted(folder.iterdir()) == before  # nothing can be put beside
    (folder / "project.sqlite-wal").touch()  # a journal says more than the file alone
    assert "immutable" not in read_only_uri(folder / "project.sqlite")


def test_a_project_that_is_gone_takes_no_edit(hand: Hand) -> None:
    file = hand.store.folder / FILE_NAME
    file.rename(file.with_suffix(".away"))
    with pytest.raises(UnreadableFileError, match="is gone"):
        hand.draw(hand.first)
    file.with_suffix(".away").rename(file)
    assert hand.on(hand.first) == ()
    assert hand.on(hand.draw(hand.first).image_id) != ()


def test_ids_are_never_given_twice(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    hand.delete(drawn)
    hand.reopen()
    assert hand.store.take_ids("annotation", 3) == range(drawn.id + 1, drawn.id + 4)


def test_one_editor_at_a_time_and_the_other_learns_who(hand: Hand) -> None:
    first, second = EditorLock(hand.folder), EditorLock(hand.folder)
    first.acquire("Ada's window")
    with pytest.raises(ProjectLockedError, match="Ada's window"):
        second.acquire("Bob's window")
    first.release()
    second.acquire("Bob's window")
    second.release()
    second.release()


def test_a_killed_editor_leaves_no_lock(hand: Hand) -> None:
    code = """
        import os, signal, sys
        from pathlib import Path
        from annotator.store.lock import EditorLock
        EditorLock(Path(sys.argv[1])).acquire("Ada's window")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    with _run(code, hand.folder) as process:
        process.communicate()
    lock = EditorLock(hand.folder)
    lock.acquire("Bob's window")
    lock.release()
