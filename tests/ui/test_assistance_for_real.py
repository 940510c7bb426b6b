"""Box-to-object, clicks and look-alikes in the real window with the real learner and network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, Qt
from pytestqt.qtbot import QtBot

from annotator.domain.model import Polygons
from annotator.domain.polygons import box_of_polygons
from annotator.learning import jobs
from annotator.learning.protocol import FoundAlike, Train
from annotator.ui.main_window import MainWindow
from models.presets import PRESETS
from tests.learning.squares import make_labelled, never
from tests.ui.hands import RIGHT, SHIFT, click_image, draw_box, press_key, select_object
from tests.ui.windows import WAIT_MS, open_window


def processes(window: MainWindow) -> list[QProcess]:
    found = window.learner.findChildren(QProcess)
    return [p for p in found if p.state() != QProcess.ProcessState.NotRunning]


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a version of a small network; two of its eight images have no labels yet."""
    small = replace(PRESETS["squeezenet1_0"], short_side=96, long_side=128, rois=16)
    monkeypatch.setitem(PRESETS, "squeezenet1_0", small)
    with make_labelled(tmp_path) as store:
        jobs.train(store, Train("squeezenet1_0", None, 1, "cpu", 0, "Ada"), lambda _: None, never)
        return store.folder


def test_a_box_becomes_an_object_and_clicks_mend_it(qtbot: QtBot, trained: Path) -> None:
    window = open_window(qtbot, trained, assists=True)
    window.settings.change(device="cpu", mask_from=0.0)
    window.workspace.show_image(window.workspace.images[-1].id)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    draw_box(window.canvas, 27, 24, 67, 70)
    (drawn,) = window.workspace.annotations
    assert drawn.mask is None
    qtbot.waitUntil(lambda: window.workspace.annotations[0].mask is not None, timeout=WAIT_MS)
    (made,) = window.workspace.annotations
    assert made.box == drawn.box
    assert isinstance(made.mask, Polygons)
    around = box_of_polygons(made.mask)
    assert tuple(around) == pytest.approx((27, 24, 40, 46), abs=5)

    press_key(window.canvas, Qt.Key.Key_M)
    click_image(window.canvas, 47, 66, button=RIGHT)
    qtbot.waitUntil(lambda: bool(window.canvas.board.live), timeout=WAIT_MS)
    press_key(window.canvas, Qt.Key.Key_Return)
    (mended,) = window.workspace.annotations
    assert mended.mask != made.mask
    assert mended.box == drawn.box
    window.workspace.undo()
    window.workspace.undo()
    assert window.workspace.annotations == ()
    window.close()
    qtbot.waitUntil(lambda: not processes(window), timeout=WAIT_MS)


def test_before_there_is_a_model_the_starter_fills_a_box_in(qtbot: QtBot, tmp_path: Path) -> None:
    with make_labelled(tmp_path) as store:
        folder = store.folder
    window = open_window(qtbot, folder, assists=True)
    window.settings.change(device="cpu", mask_from=0.0)
    window.workspace.show_image(window.workspace.images[-1].id)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    draw_box(window.canvas, 27, 24, 67, 70)
    qtbot.waitUntil(lambda: window.workspace.annotations[0].mask is not None, timeout=WAIT_MS)
    (made,) = window.workspace.annotations
    assert isinstance(made.mask, Polygons)
    assert tuple(box_of_polygons(made.mask)) == pytest.approx((27, 24, 40, 46), abs=5)
    (starter,) = window.workspace.versions_ever
    assert (starter.name, made.origin.version_id) == ("the starter", starter.id)
    window.close()
    qtbot.waitUntil(lambda: not processes(window), timeout=WAIT_MS)


def test_look_alikes_come_here_and_on_the_next_image(qtbot: QtBot, trained: Path) -> None:
    """The network learned for one step, so that what is alike is told by the pictures."""
    window = open_window(qtbot, trained)
    window.settings.change(device="cpu", mask_from=0.0, assists=False)
    workspace = window.workspace
    workspace.show_image(workspace.images[-2].id)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    draw_box(window.canvas, 27, 24, 67, 70)
    press_key(window.canvas, Qt.Key.Key_V)
    select_object(window.canvas, 47, 47)
    press_key(window.canvas, Qt.Key.Key_T)
    told: list[FoundAlike] = []
    window.learner.found_alike.connect(told.append)
    qtbot.waitUntil(lambda: any(one.is_final for one in told), timeout=WAIT_MS)
    assert [one.text for one in told] == [""] * len(told)
    press_key(window.canvas, Qt.Key.Key_D)
    count = len(told)
    qtbot.waitUntil(lambda: any(one.is_final for one in told[count:]), timeout=WAIT_MS)
    assert workspace.offers
    assert all(offer.mask is not None for offer in workspace.offers)
    shown = len(workspace.offers)
    press_key(window.canvas, Qt.Key.Key_Return, keys=SHIFT)
    assert len(workspace.annotations) == shown
    workspace.undo()
    assert workspace.annotations == ()
    press_key(window.canvas, Qt.Key.Key_Escape)
    press_key(window.canvas, Qt.Key.Key_Escape)
    assert workspace.offers == ()
    window.close()
    qtbot.waitUntil(lambda: not processes(window), timeout=WAIT_MS)
