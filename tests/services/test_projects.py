"""From a folder of images to its project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock
from PIL import Image

from annotator.domain.errors import KnownError, RefusedError, UnreadableFileError
from annotator.services import projects
from annotator.services.opening import open_for_editing
from annotator.services.projects import create_from_folder, find_project
from annotator.store.store import Store


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(projects, "user_data", lambda: tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    (folder / "sub").mkdir(parents=True)
    for name in ("1.png", "sub/2.png"):
        Image.new("RGB", (4, 3)).save(folder / name)
    return folder


@pytest.fixture
def _sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder may be written to, as far as is asked."""
    monkeypatch.setattr(os, "access", lambda *_: False)


def test_a_project_is_made_inside_its_folder_and_found_from_both(images: Path) -> None:
    assert find_project(images) is None
    place, report = create_from_folder(images)
    assert place == images / "annotator"
    assert (report.added, report.missing) == (2, 0)
    assert find_project(images) == find_project(place) == place
    with Store.open(place) as store:
        assert [i.file_name for i in store.images.all()] == ["1.png", "sub/2.png"]


@pytest.mark.usefixtures("_sealed")
def test_the_project_of_a_folder_that_cannot_be_written_to_is_elsewhere(
    images: Path, own_data: Path
) -> None:
    place, _ = create_from_folder(images)
    assert place.parent == own_data / "projects"
    assert find_project(images) == place
    assert not (images / "annotator").exists()
    with Store.open(place) as store:
        assert store.images.path(store.images.all()[0]).exists()


@pytest.mark.usefixtures("_sealed")
def test_folders_whose_names_run_together_alike_have_projects_of_their_own(
    tmp_path: Path,
) -> None:
    places = []
    for name in ("a/b-c", "a-b/c"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        Image.new("RGB", (4, 3)).save(folder / "1.png")
        places.append(create_from_folder(folder)[0])
    assert len(set(places)) == 2


def test_a_folder_without_images_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    with pytest.raises(RefusedError, match="no image in notes"):
        create_from_folder(folder)
    assert [p.name for p in folder.iterdir()] == ["a.txt"]


def test_a_folder_of_the_projects_name_keeps_its_files_when_none_is_made(tmp_path: Path) -> None:
    own = tmp_path / "work/annotator"
    (own / "cache").mkdir(parents=True)
    (own / "thesis.txt").write_text("years of work")
    (own / "cache/notes.txt").write_text("more of it")
    with pytest.raises(RefusedError, match="no image"):
        create_from_folder(tmp_path / "work")
    kept = {p.relative_to(own).as_posix() for p in own.rglob("*")}
    assert kept == {"cache", "thesis.txt", "cache/notes.txt"}


def test_a_folder_may_be_empty_when_an_import_is_to_fill_it(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    place, report = create_from_folder(tmp_path / "new", may_be_empty=True)
    assert (report.added, find_project(tmp_path / "new")) == (0, place)


def test_a_cancelled_creation_leaves_nothing(images: Path) -> None:
    def cancel(_done: int, _total: int) -> None:
        raise RefusedError("It was cancelled.")

    with pytest.raises(RefusedError, match="cancelled"):
        create_from_folder(images, cancel)
    assert find_project(images) is None
    assert not (images / "annotator").exists()


@pytest.mark.usefixtures("_sealed")
def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, own_data: Path) -> None:
    with pytest.raises(KnownError, match="no such folder"):
        create_from_folder(tmp_path / "nowhere")
    assert not any((own_data / "projects").iterdir())


def test_what_holds_no_project_is_refused_and_nothing_is_left_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nowhere"):
        with pytest.raises(UnreadableFileError, match="no project"):
            open_for_editing(tmp_path / name, "Ada")
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]
    assert not any((tmp_path / "empty").iterdir())


def test_the_second_to_open_a_project_only_looks_and_hears_who_edits(images: Path) -> None:
    place, _ = create_from_folder(images)
    store, lock, refusal = open_for_editing(place, "Ada")
    other, no_lock, words = open_for_editing(place, "Bea")
    assert (store.is_writable, refusal) == (True, "")
    assert (other.is_writable, no_lock) == (False, None)
    assert "edited by Ada" in words
    other.close()
    store.close()
    assert lock is not None
    lock.release()
    again, held, _ = open_for_editing(place, "Bea")
    assert held is not None
    again.close()
    held.release()


def test_a_project_that_cannot_be_locked_opens_for_looking(
    images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _ = create_from_folder(images)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    store, lock, words = open_for_editing(place, "Ada")
    assert (store.is_writable, lock) == (False, None)
    assert "cannot be written to" in words
    store.close()


def test_a_broken_project_gives_its_lock_back(images: Path) -> None:
    place, _ = create_from_folder(images)
    good = (place / "project.sqlite").read_bytes()
    (place / "project.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(KnownError):
        open_for_editing(place, "Ada")
    (place / "project.sqlite").write_bytes(good)
    store, lock, _ = open_for_editing(place, "Ada")
    assert lock is not None
    store.close()
    lock.release()
