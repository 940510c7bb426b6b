"""A project follows the folders its images lie in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from annotator.domain.errors import UnreadableFileError
from annotator.services.folder import add_folder, list_images, natural_key, rescan, scan
from annotator.store.images import FoundImage
from annotator.store.store import Store


def _draw(path: Path, width: int = 4, height: int = 3) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height)).save(path)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "project") as store:
        yield store


def test_names_come_in_natural_order_with_forward_slashes(tmp_path: Path) -> None:
    for name in ("10.jpg", "2.JPG", "b/1.png", "a/20.png", "a/3.png", "a.png", "notes.txt"):
        if name.endswith("txt"):
            (tmp_path / name).write_text("x")
        else:
            _draw(tmp_path / name)
    names = ["2.JPG", "10.jpg", "a/3.png", "a/20.png", "a.png", "b/1.png"]
    assert list_images(tmp_path) == names


def test_an_empty_folder_has_no_images(tmp_path: Path) -> None:
    assert list(scan(tmp_path)) == []


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, store: Store) -> None:
    with pytest.raises(UnreadableFileError, match="no such folder"):
        list(scan(tmp_path / "nowhere"))
    with pytest.raises(UnreadableFileError, match="no such folder"):
        add_folder(store, tmp_path / "nowhere")
    assert store.roots.all() == []


def test_hidden_files_and_the_projects_own_cache_are_left_out(tmp_path: Path) -> None:
    _draw(tmp_path / ".thumbs/1.png")
    _draw(tmp_path / "a/.2.png")
    _draw(tmp_path / "cache/kept.png")
    _draw(tmp_path / "project/cache/3.png")
    (tmp_path / "project/project.sqlite").write_bytes(b"")
    assert list_images(tmp_path) == ["cache/kept.png"]


def test_links_are_followed_once_and_loops_end(tmp_path: Path) -> None:
    _draw(tmp_path / "images/z/1.png")
    _draw(tmp_path / "elsewhere/2.png")
    images = tmp_path / "images"
    (images / "a").symlink_to(images / "z", target_is_directory=True)
    (images / "z/loop").symlink_to(images, target_is_directory=True)
    (images / "y").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (images / "dangling.png").symlink_to(tmp_path / "nowhere.png")
    assert list_images(images) == ["y/2.png", "z/1.png"]


def test_sizes_are_upright_and_unreadable_files_are_told(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (40, 20)).save(tmp_path / "1.jpg", exif=exif)
    (tmp_path / "2.jpg").write_bytes(b"no image")
    told: list[str] = []
    steps: list[tuple[int, int]] = []
    found = list(scan(tmp_path, progress=lambda *s: steps.append(s), unreadable=told.append))
    assert found == [FoundImage("1.jpg", 20, 40)]
    assert steps == [(1, 2), (2, 2)]
    assert len(told) == 1
    assert "2.jpg" in told[0]


def test_adding_a_folder_twice_adds_nothing(tmp_path: Path, store: Store) -> None:
    _draw(tmp_path / "images/1.png")
    (tmp_path / "images/2.png").write_bytes(b"")
    first = add_folder(store, tmp_path / "images")
    assert (first.added, first.missing, len(first.unreadable)) == (1, 0, 1)
    assert add_folder(store, tmp_path / "images").added == 0
    assert len(store.roots.all()) == 1
    assert [i.file_name for i in store.images.all()] == ["1.png"]


def test_a_rescan_marks_lost_images_and_finds_them_again(tmp_path: Path, store: Store) -> None:
    first = _draw(tmp_path / "images/1.png")
    _draw(tmp_path / "images/2.png")
    add_folder(store, tmp_path / "images")
    first.unlink()
    _draw(tmp_path / "images/3.png", 7, 8)
    report = rescan(store)
    assert (report.added, report.missing) == (1, 1)
    assert [(i.file_name, i.is_missing) for i in store.images.all()] == [
        ("1.png", True),
        ("2.png", False),
        ("3.png", False),
    ]
    _draw(first)
    assert rescan(store).missing == 0
    assert not any(i.is_missing for i in store.images.all())


def test_a_root_that_is_gone_loses_all_its_images_and_a_relink_finds_them(
    tmp_path: Path, store: Store
) -> None:
    _draw(tmp_path / "images/1.png")
    add_folder(store, tmp_path / "images")
    (tmp_path / "images").rename(tmp_path / "moved")
    assert rescan(store).missing == 1
    store.roots.relink(store.roots.all()[0].id, tmp_path / "moved")
    assert rescan(store).missing == 0
    assert [i.is_missing for i in store.images.all()] == [False]


def test_an_image_below_two_folders_is_one_image(tmp_path: Path, store: Store) -> None:
    _draw(tmp_path / "images/sub/1.png")
    _draw(tmp_path / "images/2.png")
    assert add_folder(store, tmp_path / "images/sub").added == 1
    assert add_folder(store, tmp_path / "images").added == 1
    assert rescan(store).added == 0
    assert [i.file_name for i in store.images.all()] == ["1.png", "2.png"]


@given(st.text(alphabet="aB09/._²٣", max_size=6), st.text(alphabet="aB09/._²٣", max_size=6))
def test_any_two_names_have_an_order(first: str, second: str) -> None:
    assert (natural_key(first) < natural_key(second)) == (natural_key(second) > natural_key(first))
    assert (natural_key(first) == natural_key(second)) == (first == second)
