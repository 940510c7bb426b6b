"""Every odd image in the real window: shown, or marked with the reason; nothing waits for it."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QThreadPool
from pytestqt.qtbot import QtBot

from annotator.domain.errors import UnreadableFileError
from annotator.services.folder import IMAGE_SUFFIXES, add_folder
from annotator.services.pixels import read_pixels, read_size, thumbnail
from annotator.store.store import Store
from annotator.ui.main_window import MainWindow
from tests.ui.windows import WAIT_MS, open_window

SOUND = frozenset({"pillow.ico", "psd-oob-write-overflow.psd"})
"""Under ``broken``: whole all the same, or broken only in layers that are not read."""


def walk(qtbot: QtBot, window: MainWindow) -> dict[str, str]:
    """Go through all images; what the canvas says of each, "" where it shows a picture."""
    said: dict[str, str] = {}
    canvas, workspace = window.canvas, window.workspace
    for image in workspace.images:
        workspace.show_image(image.id)
        qtbot.waitUntil(lambda: canvas.picture is not None or bool(canvas.message), timeout=WAIT_MS)
        said[image.file_name] = canvas.message
    return said


@pytest.mark.parametrize("kind", ["exif", "readable", "broken"])
def test_every_odd_image_is_shown_or_told(
    qtbot: QtBot, shared: Path, tmp_path: Path, kind: str
) -> None:
    folder = shared / "data/odd_images" / kind
    with Store.create(tmp_path / "project") as store:
        report = add_folder(store, folder)
        taken = {image.file_name for image in store.images.all()}
    files = {p.name for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES}
    refused = {Path(line.split(": ")[0]).name for line in report.unreadable}
    assert taken | refused == files, "each is in the list, or named with the reason"
    window = open_window(qtbot, tmp_path / "project")
    said = walk(qtbot, window)
    for name, words in said.items():
        if kind == "broken" and name not in SOUND:
            assert f"{name} cannot be read" in words
        else:
            assert words == "", name
    QThreadPool.globalInstance().waitForDone()  # nothing is stuck
    assert QThreadPool.globalInstance().activeThreadCount() == 0


def a_bomb(path: Path, side: int) -> Path:
    """A PNG of few bytes that says it has ``side`` times ``side`` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(side // 8) * 8, 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )
    return path


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = a_bomb(tmp_path / "bomb.png", 100_000)
    assert bomb.stat().st_size < 10_000
    for read in (read_size, read_pixels, lambda path: thumbnail(path, 96)):
        with pytest.raises(UnreadableFileError, match="too many to open"):
            read(bomb)


def test_a_bomb_among_images_stops_neither_list_nor_canvas(qtbot: QtBot, tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in ("a.png", "c.png"):
        Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(pictures / name)
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(pictures / "b.png")
    with Store.create(tmp_path / "project") as store:
        add_folder(store, pictures)
    a_bomb(pictures / "b.png", 100_000)  # it was an image when the folder was looked through
    window = open_window(qtbot, tmp_path / "project")
    said = walk(qtbot, window)
    assert {name: bool(words) for name, words in said.items()} == {
        "a.png": False, "b.png": True, "c.png": False,
    }  # fmt: skip
    assert "too many to open" in said["b.png"]
