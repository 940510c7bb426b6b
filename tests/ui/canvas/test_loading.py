"""Pictures are decoded ahead of need, a few of them, and what nobody wants any more is not read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QObject, QThreadPool
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from annotator.domain.errors import UnreadableFileError
from annotator.domain.model import Image
from annotator.services.folder import add_folder
from annotator.store.store import Store
from annotator.ui.canvas import ahead, decode, loading
from annotator.ui.canvas.ahead import Ahead
from annotator.ui.canvas.loading import PictureLoader
from annotator.ui.canvas.picture import Picture, picture_of, read_picture
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui.canvas.conftest import draw_picture

SIDE = 200


class Reads:
    """Which files were read, and how."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sides: list[int | None] = []

    def __call__(
        self, path: Path, *, short_side: int | None, is_raw: bool, cache: Path | None
    ) -> Picture:
        self.names.append(path.name)
        self.sides.append(short_side)
        return read_picture(path, short_side=short_side, is_raw=is_raw, cache=cache)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    made = Reads()
    monkeypatch.setattr(loading, "read_picture", made)
    return made


@pytest.fixture
def owner(qapp: object) -> Iterator[QObject]:
    made = QObject()
    yield made
    QThreadPool.globalInstance().waitForDone()
    made.deleteLater()


@pytest.fixture
def loader(owner: QObject) -> PictureLoader:
    return PictureLoader(owner)


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[Image, Path]]:
    """Six images of more pixels than are called small."""
    found = []
    for number in range(6):
        path = tmp_path / f"{number}.jpg"
        draw_picture(path, size=(2000, 1400), seed=number)
        found.append((Image(number + 1, 1, path.name, 2000, 1400), path))
    return found


def small_picture(side: int) -> Picture:
    pixels = QImage(side, side, QImage.Format.Format_RGB32)
    pixels.fill(0)
    return picture_of(pixels, width=4 * side, height=4 * side)


def test_neighbours_are_decoded_when_all_else_is_there_and_at_screen_size(
    qtbot: QtBot, loader: PictureLoader, files: list[tuple[Image, Path]], reads: Reads
) -> None:
    loader.load(*files[0], short_side=SIDE, neighbours=lambda: files[1:3])
    qtbot.waitUntil(lambda: len(loader._ahead) == 2)
    assert reads.names == ["0.jpg", "0.jpg", "1.jpg", "2.jpg"]
    assert reads.sides == [SIDE, None, SIDE, SIDE]


def test_a_picture_decoded_ahead_is_shown_at_once(
    qtbot: QtBot, loader: PictureLoader, files: list[tuple[Image, Path]], reads: Reads
) -> None:
    loader.load(*files[0], short_side=SIDE, neighbours=lambda: files[1:2])
    qtbot.waitUntil(lambda: len(loader._ahead) == 1)
    arrived: list[Picture] = []
    loader.arrived.connect(arrived.append)
    loader.load(*files[1], short_side=SIDE)
    assert len(arrived) == 1
    assert not arrived[0].is_whole
    qtbot.waitUntil(lambda: len(arrived) == 2)
    assert arrived[1].is_whole
    assert reads.sides[-1] is None


def test_a_file_that_changed_meanwhile_is_read_again(
    qtbot: QtBot, loader: PictureLoader, files: list[tuple[Image, Path]]
) -> None:
    loader.load(*files[0], short_side=SIDE, neighbours=lambda: files[1:2])
    qtbot.waitUntil(lambda: len(loader._ahead) == 1)
    draw_picture(files[1][1], size=(2000, 1400), seed=5)
    os.utime(files[1][1], ns=(1, 1))
    arrived: list[Picture] = []
    loader.arrived.connect(arrived.append)
    loader.load(*files[1], short_side=SIDE)
    assert not arrived
    qtbot.waitUntil(lambda: bool(arrived))
    loader.stop()


def test_what_nobody_wants_any_more_is_not_read(
    qtbot: QtBot, loader: PictureLoader, files: list[tuple[Image, Path]], reads: Reads
) -> None:
    pool = QThreadPool.globalInstance()
    threads = pool.maxThreadCount()
    arrived: list[Picture] = []
    loader.arrived.connect(arrived.append)
    pool.setMaxThreadCount(1)
    try:
        for wanted in files:
            loader.load(*wanted, short_side=SIDE)
        qtbot.waitUntil(lambda: bool(arrived))
    finally:
        pool.setMaxThreadCount(threads)
    loader.stop()
    pool.waitForDone()
    assert reads.names[-1] == "5.jpg"
    assert len(reads.names) <= 2  # the first had begun, perhaps
    assert len(arrived) == 1


def test_leafing_through_decodes_no_image_whole(
    qtbot: QtBot, loader: PictureLoader, files: list[tuple[Image, Path]], reads: Reads
) -> None:
    for wanted in files[:3]:
        with qtbot.waitSignal(loader.arrived):
            loader.load(*wanted, short_side=SIDE)
    loader.stop()
    QThreadPool.globalInstance().waitForDone()
    assert None not in reads.sides


def test_a_broken_neighbour_is_passed_over(
    qtbot: QtBot, loader: PictureLoader, files: list[tuple[Image, Path]]
) -> None:
    files[1][1].write_bytes(b"no image")
    told: list[str] = []
    loader.failed.connect(told.append)
    loader.load(*files[0], short_side=SIDE, neighbours=lambda: files[1:3])
    qtbot.waitUntil(lambda: len(loader._ahead) == 1)
    assert not told


def test_few_pictures_are_kept_the_newest_ones(tmp_path: Path) -> None:
    kept = Ahead()
    paths = [tmp_path / f"{n}.png" for n in range(ahead.MOST + 2)]
    for number, path in enumerate(paths):
        path.touch()
        kept.put(number, path, small_picture(40))
    assert len(kept) == ahead.MOST
    assert kept.get(0, paths[0], 40) is None
    assert kept.get(ahead.MOST + 1, paths[-1], 40) is not None
    assert kept.get(ahead.MOST + 1, paths[0], 40) is None, "another file"
    assert kept.get(ahead.MOST + 1, paths[-1], 41) is None, "too small for a larger screen"


def test_memory_for_pictures_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = small_picture(100).byte_count
    monkeypatch.setattr(ahead, "MOST_BYTES", 2 * one)
    kept = Ahead()
    for number in range(4):
        path = tmp_path / f"{number}.png"
        path.touch()
        kept.put(number, path, small_picture(100))
        assert kept.byte_count <= 2 * one
    kept.put(9, path, small_picture(300))
    assert kept.byte_count <= 2 * one
    assert len(kept) == 2


def test_the_next_image_of_the_window_was_decoded_before_it_is_asked_for(
    qtbot: QtBot, empty_workspace: Workspace, tmp_path: Path, reads: Reads
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(4):
        draw_picture(folder / f"{number}.jpg", size=(2000, 1400), seed=number)
    with Store.create(tmp_path / "project") as store:
        add_folder(store, folder)
    empty_workspace.open(tmp_path / "project")
    canvas = Canvas(empty_workspace)
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitUntil(lambda: "1.jpg" in reads.names)
    qtbot.waitUntil(lambda: len(canvas._showing._loader._ahead) == 1)
    empty_workspace.go(1)
    assert canvas.picture is not None
    qtbot.waitUntil(lambda: "2.jpg" in reads.names)
    empty_workspace.go(-1)
    assert canvas.picture is not None, "the image just left is still at hand"


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_is_decoded_to_the_pixels_that_pillow_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(decode, "FROM", 0)
    path = tmp_path / "a.jpg"
    draw_picture(tmp_path / "a.png", size=(301, 203))
    with Pillow.open(tmp_path / "a.png") as drawn:
        drawn.convert(mode).save(path, quality=80)
    image = decode.decode(path, size=(301, 203), short_side=None, is_raw=False)
    found = np.frombuffer(image.constBits(), np.uint8).reshape(203, 301, 4)
    with Pillow.open(path) as wanted:
        assert (found[..., 2::-1] == np.asarray(wanted.convert("RGB"))).all()
    assert (found[..., 3] == 255).all()


def test_a_turned_jpeg_is_decoded_upright(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "FROM", 0)
    path = tmp_path / "a.jpg"
    draw_picture(path, size=(300, 200))
    with Pillow.open(path) as drawn:
        exif = drawn.getexif()
        exif[274] = 6
        drawn.save(path, exif=exif)
    image = decode.decode(path, size=(200, 300), short_side=None, is_raw=False)
    assert (image.width(), image.height()) == (200, 300)
    raw = decode.decode(path, size=(300, 200), short_side=None, is_raw=True)
    assert (raw.width(), raw.height()) == (300, 200)


def test_a_jpeg_that_breaks_off_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "FROM", 0)
    path = tmp_path / "a.jpg"
    draw_picture(path, size=(300, 200))
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(UnreadableFileError):
        decode.decode(path, size=(300, 200), short_side=None, is_raw=False)


@pytest.mark.parametrize("size", [(900, 603), (7, 5), (1, 400)])
def test_a_reduced_level_is_the_mean_of_what_it_stands_for(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "BAND", 2_000)
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    whole = Pillow.fromarray(pixels)
    made = decode.reduced(decode.image_of(whole), 3)
    found = np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.width(), 4)
    assert (found[..., 2::-1] == np.asarray(whole.reduce(3))).all()
