"""Images of more pixels than memory should hold: seen in small, then sharp where one looks."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow
from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from annotator.domain.errors import UnreadableFileError
from annotator.services import large, pixels, slices
from annotator.services.cache import thumbnail_file, thumbnails_in
from annotator.services.folder import add_folder
from annotator.services.pixels import read_pixels, read_size, thumbnail
from annotator.store.store import Store
from annotator.ui.canvas import pieces, showing
from annotator.ui.canvas.pane import PredictionsPane
from annotator.ui.canvas.view import Canvas
from annotator.ui.panels.thumbnails import load_picture
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace
from benchmarks.large_data import write_tiff
from tests.ui import hands
from tests.ui.shots import pixels_of

SIZE = (2300, 1700)
"""Width and height: several pieces, slices and blocks, none of them full at the edges."""
KINDS = {"jpeg": "a.jpg", "strips": "a.tif", "tiles": "b.tif"}
ROUNDED = 12
"""Of 255: what a smooth picture may lose by being coded once more."""


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is large, sliced and kept, in small."""
    monkeypatch.setattr(large, "FROM", 1_000_000)
    monkeypatch.setattr(large, "SMALL", 80_000)
    monkeypatch.setattr(pixels, "BY_BLOCKS", 1_000_000)
    monkeypatch.setattr(showing, "LARGE", 1_000_000)
    monkeypatch.setattr(slices, "ROWS", 512)
    monkeypatch.setattr(pieces, "SLICE_AFTER_MS", 0)
    yield
    QThreadPool.globalInstance().waitForDone()


def drawn() -> Pillow.Image:
    """Smooth colours, every place another, and fine dark lines."""
    across, down = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    red, green = 60 + 140 * across / SIZE[0], 60 + 140 * down / SIZE[1]
    blue = 127 + 70 * np.sin(across / 40) * np.cos(down / 50)
    made = np.stack([red, green, blue], axis=2).astype(np.uint8)
    made[::230], made[:, ::310] = 40, 40
    return Pillow.fromarray(made)


def write(folder: Path, kind: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / KINDS[kind]
    if kind == "jpeg":
        drawn().save(path, quality=92)
    else:
        write_tiff(path, drawn(), tile=256 if kind == "tiles" else None, strip_rows=7)
    return path


def open_canvas(qtbot: QtBot, folder: Path, project: Path) -> Canvas:
    if not project.exists():
        with Store.create(project) as store:
            add_folder(store, folder)
    workspace = Workspace(UserSettings())
    workspace.open(project)
    canvas = Canvas(workspace)
    qtbot.addWidget(canvas)
    canvas.destroyed.connect(workspace.close)
    with qtbot.waitSignal(canvas.loaded):
        canvas.resize(700, 500)
        canvas.show()
    return canvas


@pytest.fixture(params=list(KINDS))
def canvas(request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path) -> Iterator[Canvas]:
    write(tmp_path / "images", request.param)
    made = open_canvas(qtbot, tmp_path / "images", tmp_path / "project")
    yield made
    QThreadPool.globalInstance().waitForDone()
    made.workspace.close()


def sharpen(qtbot: QtBot, canvas: Canvas) -> NDArray[np.uint8]:
    """What is seen when nothing is on its way any more."""
    qtbot.waitUntil(lambda: canvas.picture is not None and canvas.picture.is_whole)
    canvas.grab()
    qtbot.waitUntil(lambda: canvas.is_sharp, timeout=20_000)
    return pixels_of(canvas)


def wanted_at(canvas: Canvas, zoom: int | float) -> tuple[slice, slice, NDArray[np.uint8]]:
    """Rows and columns of the screen that lie inside the image, and what a full decode shows."""
    path = canvas.workspace.image_path
    assert path is not None
    first = canvas.to_screen(0, 0)
    x, y = round(first.x()), round(first.y())
    whole = Pillow.open(path).convert("RGB")
    turned = whole.rotate(-90 * canvas.view.turn, expand=True)
    size = (round(turned.width * zoom), round(turned.height * zoom))
    shown = np.asarray(turned.resize(size, Pillow.Resampling.BOX if zoom < 1 else 0))
    if canvas.view.turn == 1:
        x -= size[0]
    rows = slice(max(y, 4), min(y + size[1], canvas.height() - 60))  # a hint
    columns = slice(max(x, 4), min(x + size[0], canvas.width() - 4))
    return (
        rows,
        columns,
        shown[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x],
    )


def far_off(seen: NDArray[np.uint8], wanted: NDArray[np.uint8], by: int = ROUNDED) -> float:
    """Share of the values that differ by more."""
    return float((np.abs(seen.astype(int) - wanted.astype(int)) > by).mean())


def test_the_whole_is_a_few_small_levels(qtbot: QtBot, canvas: Canvas) -> None:
    qtbot.waitUntil(lambda: canvas.picture is not None and canvas.picture.is_whole)
    picture = canvas.picture
    assert picture is not None
    assert picture.large is not None
    assert (picture.width, picture.height) == SIZE
    assert picture.levels[0].width() == -(-SIZE[0] // 8)
    canvas.fit()
    rows, columns, wanted = wanted_at(canvas, canvas.zoom)
    assert np.abs(pixels_of(canvas)[rows, columns].astype(int) - wanted).mean() < 6


@pytest.mark.parametrize("place", [(350, 250), (1150, 850), (2290, 1690)])
def test_at_100_percent_the_pixels_are_those_of_the_file(
    qtbot: QtBot, canvas: Canvas, place: tuple[int, int]
) -> None:
    canvas.look(lambda view: view.look_at(*place, 1.0))
    seen = sharpen(qtbot, canvas)
    rows, columns, wanted = wanted_at(canvas, 1)
    assert far_off(seen[rows, columns], wanted) < 0.001


@pytest.mark.parametrize("zoom", [0.5, 0.25])
def test_between_a_pixel_is_the_mean_of_those_it_stands_for(
    qtbot: QtBot, canvas: Canvas, zoom: float
) -> None:
    canvas.look(lambda view: view.look_at(1000, 800, zoom))
    seen = sharpen(qtbot, canvas)
    rows, columns, wanted = wanted_at(canvas, zoom)
    assert far_off(seen[rows, columns], wanted, 24) < 0.01


def test_at_300_percent_nothing_is_seen_of_where_pieces_meet(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.look(lambda view: view.look_at(465, 575, 3.0))
    seen = sharpen(qtbot, canvas).astype(int)
    assert np.abs(np.diff(seen[:440], axis=0)).max() < 20
    assert np.abs(np.diff(seen[:440], axis=1)).max() < 20


def test_what_is_panned_to_becomes_sharp_and_stays_where_it_is(
    qtbot: QtBot, canvas: Canvas
) -> None:
    canvas.look(lambda view: view.look_at(400, 300, 1.0))
    sharpen(qtbot, canvas)
    for _ in range(30):
        canvas.look(lambda view: view.pan(-37, -23))
        canvas.grab()
    seen = sharpen(qtbot, canvas)
    rows, columns, wanted = wanted_at(canvas, 1)
    assert far_off(seen[rows, columns], wanted) < 0.001


def test_a_turned_and_adjusted_view_shows_the_pieces_so(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.look(lambda view: view.set_turn(1))
    canvas.look(lambda view: view.look_at(1100, 800, 1.0))
    canvas.adjusting.change(is_inverted=True)
    for _ in range(8):
        canvas.look(lambda view: view.pan(-61, 47))
        canvas.grab()
    seen = sharpen(qtbot, canvas)
    rows, columns, wanted = wanted_at(canvas, 1)
    assert far_off(seen[rows, columns], 255 - wanted) < 0.001


def test_a_box_lies_on_the_pixels_it_was_drawn_on(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.workspace.add_category("line")
    canvas.look(lambda view: view.look_at(930, 690, 1.0))
    sharpen(qtbot, canvas)
    corner = canvas.to_screen(620, 460)
    assert pixels_of(canvas)[round(corner.y()) + 1, round(corner.x())].max() < 90  # the dark line
    hands.draw_box(canvas, 620, 460, 1240, 920)
    box = canvas.workspace.annotations[0].box
    assert box is not None
    assert tuple(round(v, 1) for v in (box.x, box.y, box.right, box.bottom)) == (
        620,
        460,
        1240,
        920,
    )


def test_predictions_beside_are_as_sharp(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.look(lambda view: view.look_at(1150, 850, 1.0))
    sharpen(qtbot, canvas)
    pane = PredictionsPane(canvas)
    qtbot.addWidget(pane)
    pane.resize(canvas.size())
    pane.show()
    pane.follow()
    qtbot.waitUntil(lambda: not (pixels_of(pane) != pixels_of(canvas))[:440].any())


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_was_made_once_serves_again_until_the_file_changes(
    qtbot: QtBot, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "images", kind)
    cache = tmp_path / "cache"
    first = large.open_large(path, is_raw=False, cache=cache)
    assert first is not None
    small, is_complete = first.small()
    assert is_complete
    again = large.open_large(path, is_raw=False, cache=cache)
    assert again is not None
    with monkeypatch.context() as patched:
        patched.setattr(large, "read_image", None)
        patched.setattr(large.Overview, "advance", None)
        kept, is_complete = again.small(0.0)
    assert is_complete
    assert far_off(np.asarray(kept), np.asarray(small)) < 0.01
    Pillow.fromarray(255 - np.asarray(drawn())).save(path)
    changed = large.open_large(path, is_raw=False, cache=cache)
    assert changed is not None
    assert changed.small()[0].getpixel((5, 5)) != kept.getpixel((5, 5))
    assert len(list(cache.iterdir())) == 1, "what was made of the file of before is gone"


def test_a_first_look_stands_for_all_blocks(tmp_path: Path) -> None:
    path = write(tmp_path / "images", "tiles")
    image = large.open_large(path, is_raw=False)
    assert image is not None
    rough, is_complete = image.small(0.0)
    assert not is_complete
    assert np.asarray(rough).any(axis=2).mean() > 0.95, "no place is left black"
    whole, is_complete = image.small()
    assert is_complete
    assert far_off(np.asarray(whole), np.asarray(drawn().reduce(8))) < 0.01


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_upright_in_small_and_in_parts(tmp_path: Path, turn: int) -> None:
    exif = Pillow.Exif()
    exif[274] = turn
    path = tmp_path / "a.jpg"
    drawn().save(path, quality=95, exif=exif)
    wanted = read_pixels(path)
    image = large.open_large(path, is_raw=False, cache=tmp_path / "cache")
    assert image is not None
    assert image.slices is not None
    for number, area in enumerate(image.slices.areas()):
        frame = read_pixels(path, is_raw=True)
        image.slices.write(
            number, lambda a, frame=frame: frame[a[1] : a[1] + a[3], a[0] : a[0] + a[2]]
        )
        assert area[3] <= slices.ROWS
    assert image.size == (wanted.shape[1], wanted.shape[0])
    part = image.part((512, 1024, 300, 200), 1)
    assert part is not None
    assert far_off(part, wanted[1024:1224, 512:812]) < 0.01
    small = np.asarray(image.small()[0])
    assert far_off(small, np.asarray(Pillow.fromarray(wanted).reduce(8)), 30) < 0.05


@pytest.mark.parametrize("kind", list(KINDS))
def test_beyond_pillows_limit_an_image_is_read_reduced(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "images", kind)
    monkeypatch.setattr(Pillow, "MAX_IMAGE_PIXELS", 1_000_000)
    assert read_size(path) == SIZE
    assert thumbnail(path, 192).shape == (142, 192, 3)
    found = read_pixels(path, short_side=400)
    assert min(found.shape[:2]) >= 400
    assert found.shape[0] < SIZE[1] / 2
    with pytest.raises(UnreadableFileError, match="only in parts"):
        read_pixels(path)


def bomb_tiff(path: Path, side: int) -> None:
    """A TIFF of few bytes that says it has ``side`` times ``side`` pixels."""
    tags = {256: side, 257: side, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: side, 279: 64}
    rows = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags.items())
    head = b"II*\0" + struct.pack("<L", 72) + bytes(64)
    path.write_bytes(head + struct.pack("<H", len(tags)) + rows + bytes(4))


def bomb_jpeg(path: Path, side: int) -> None:
    """A JPEG of few bytes that says it has ``side`` times ``side`` pixels."""
    Pillow.new("RGB", (64, 64)).save(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", side, side)
    path.write_bytes(bytes(data))


def test_a_bomb_is_refused_in_words(qtbot: QtBot, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    bomb_tiff(images / "a.tif", 1_000_000)
    bomb_tiff(images / "b.tif", 60_000)
    bomb_jpeg(images / "c.jpg", 60_000)
    drawn().save(images / "d.jpg")
    for name, words in (("a.tif", "not believed"), ("b.tif", "no strips"), ("c.jpg", "too few")):
        for read in (read_size, read_pixels, lambda path: thumbnail(path, 96)):
            with pytest.raises(UnreadableFileError, match=words):
                read(images / name)
    Pillow.new("RGB", (64, 64)).save(images / "e.jpg")
    canvas = open_canvas(qtbot, images, tmp_path / "project")
    assert [image.file_name for image in canvas.workspace.images] == ["d.jpg", "e.jpg"]
    bomb_jpeg(images / "d.jpg", 60_000)
    with qtbot.waitSignal(canvas.loaded):
        canvas.workspace.go(1)
    canvas.workspace.go(-1)
    qtbot.waitUntil(lambda: "d.jpg" in canvas.message)
    assert "too few for them to be there" in canvas.message
    canvas.workspace.close()


def test_a_progressive_jpeg_beyond_the_limit_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn().save(tmp_path / "a.jpg", progressive=True)
    monkeypatch.setattr(Pillow, "MAX_IMAGE_PIXELS", 1_000_000)
    with pytest.raises(UnreadableFileError, match="baseline"):
        read_size(tmp_path / "a.jpg")


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_thumbnail_is_seen_until_the_file_is_read(
    qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    path = write(tmp_path / "images", kind)
    Pillow.new("RGB", (64, 64)).save(tmp_path / "images/0.png")
    canvas = open_canvas(qtbot, tmp_path / "images", tmp_path / "project")
    store, image = canvas.workspace.store, canvas.workspace.images[1]
    assert store is not None
    file = thumbnail_file(thumbnails_in(store.cache), image.id)
    load_picture(path, file, 192, False)
    assert [f.suffix for f in (store.cache / "large").iterdir()] == [".jpg"], "made once for both"
    canvas.workspace.go(1)
    first = canvas.picture
    assert first is not None
    assert not first.is_whole
    assert (first.width, first.height, first.levels[0].width()) == (*SIZE, 192)
    canvas.look(lambda view: view.look_at(1150, 850, 1.0))
    seen = sharpen(qtbot, canvas)
    rows, columns, wanted = wanted_at(canvas, 1)
    assert far_off(seen[rows, columns], wanted) < 0.001
    QThreadPool.globalInstance().waitForDone()
    canvas.workspace.close()


def test_a_disk_that_takes_no_slices_is_told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(slices.Slices, "write", full)
    write(tmp_path / "images", "jpeg")
    canvas = open_canvas(qtbot, tmp_path / "images", tmp_path / "project")
    said: list[str] = []
    canvas.workspace.said.connect(lambda notice: said.append(notice.text))
    qtbot.waitUntil(lambda: bool(said))
    assert "stays blurred" in said[0]
    assert "No space left" in said[0]
    assert canvas.picture is not None
    canvas.workspace.close()
