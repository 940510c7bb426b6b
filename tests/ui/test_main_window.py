"""The real window: opening, dropping, closing, being killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from annotator.app import make_window
from annotator.domain.model import ImageState
from annotator.services.exchange import ExportOptions
from annotator.store.store import Store
from annotator.ui.canvas.view import Canvas
from annotator.ui.chores import Chore
from annotator.ui.commands import learning
from annotator.ui.main_window import MainWindow
from tests.ui.project_hand import Hand, make_project
from tests.ui.windows import WAIT_MS, close_dialogs, open_window

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Projects of folders that cannot be written to, and the demo, would go here."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> MainWindow:
    return open_window(qtbot, project)


def docks(window: MainWindow) -> list[str]:
    found = window.findChildren(QDockWidget)
    return sorted(d.windowTitle() for d in found if not d.isHidden())


def test_without_a_project_the_welcome_page_is_all_there_is(qtbot: QtBot) -> None:
    window = open_window(qtbot)
    assert window.welcome.isVisible()
    assert docks(window) == []
    assert window.windowTitle() == "Annotator"


def test_a_project_brings_canvas_and_panels_and_its_names_in_the_title(window: MainWindow) -> None:
    canvas = window.findChild(Canvas, "canvas")
    assert canvas is window.canvas
    assert canvas.isVisible()
    assert docks(window) == ["Check", "History", "Images", "Inspector", "Model", "Objects"]
    assert window.windowTitle() == "0.png - project - Annotator"
    window.workspace.go(1)
    assert window.windowTitle() == "1.png - project - Annotator"
    window.actions_.by_id["close"].trigger()
    assert window.welcome.isVisible()
    assert docks(window) == []
    assert window.windowTitle() == "Annotator"


def test_an_opened_project_is_offered_on_the_welcome_page(
    window: MainWindow, project: Path
) -> None:
    (recent,) = window.settings.recent()
    assert (recent.path, recent.facts) == (project, "5 images, 0 reviewed")
    assert recent.picture is not None
    assert recent.picture.name == "0.png"


def drop(window: MainWindow, folder: Path) -> bool:
    """Drop a folder or file on the window; whether it would take it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, left, none))
    return enter.isAccepted()


def test_a_dropped_folder_of_images_becomes_a_project(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot)
    folder = tmp_path / "holiday"
    folder.mkdir()
    for n in range(3):
        Image.new("RGB", (40, 30)).save(folder / f"{n}.jpg")
    assert drop(window, folder)
    qtbot.waitUntil(lambda: len(window.workspace.images) == 3, timeout=WAIT_MS)
    assert window.workspace.store is not None
    assert window.workspace.store.folder == folder / "annotator"
    assert "3 images found" in window.notices.text
    assert not window.progress.isVisible()


def test_one_image_is_told_as_one(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot)
    folder = tmp_path / "single"
    folder.mkdir()
    Image.new("RGB", (40, 30)).save(folder / "only.jpg")
    assert drop(window, folder)
    qtbot.waitUntil(lambda: len(window.workspace.images) == 1, timeout=WAIT_MS)
    assert window.notices.text.startswith("1 image found.")


def test_a_dropped_file_is_not_taken_by_the_window(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert not drop(window, tmp_path / "a.txt")


def test_what_goes_wrong_on_the_welcome_page_is_seen_there(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot)
    (tmp_path / "notes").mkdir()
    window.project.open_path(tmp_path / "notes")
    qtbot.waitUntil(window.notices.isVisible, timeout=WAIT_MS)
    assert window.welcome.isVisible()
    assert "no image in notes" in window.notices.text
    assert window.notices.property("kind") == "error"
    assert not window.progress.isVisible()


def test_a_broken_project_is_told_when_the_program_starts(qtbot: QtBot, project: Path) -> None:
    (project / "project.sqlite").write_bytes(b"no database " * 100)
    window = open_window(qtbot, project)
    assert window.welcome.isVisible()
    assert window.notices.isVisible()


def test_opening_again_shows_the_same_image_at_the_same_zoom(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    Hand(window.workspace).show(3)
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    window.canvas.zoom_by(2.5)
    before = window.canvas.view_state()
    window.close()
    again = open_window(qtbot, project)
    assert again.workspace.image == again.workspace.images[3]
    assert again.canvas.view_state() == pytest.approx(before, rel=0.01)


def test_the_place_in_one_project_is_not_taken_to_another(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.canvas.zoom_by(3)
    window.workspace.open(make_project(tmp_path / "other"))
    qtbot.waitUntil(lambda: window.canvas.picture is not None, timeout=WAIT_MS)
    assert window.canvas.view_state()["fit"]
    assert window.workspace.store is not None
    qtbot.wait(0)
    assert window.workspace.setting("view", {"fit": True})["fit"]


def test_panels_stay_where_they_were_put(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    dock = window.findChild(QDockWidget, "dock_model")
    assert isinstance(dock, QDockWidget)
    dock.close()
    window.close()
    again = open_window(qtbot, project)
    assert docks(again) == ["Check", "History", "Images", "Inspector", "Objects"]


def test_objects_are_not_pasted_into_another_project(window: MainWindow, tmp_path: Path) -> None:
    Hand(window.workspace).draw()
    window.labelling.copy()
    window.workspace.open(make_project(tmp_path / "other"))
    window.labelling.paste()
    assert window.workspace.annotations == ()


def test_closing_a_project_takes_its_jobs_progress_away(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.ui.learner.Worker.start", lambda _: None)
    monkeypatch.setattr("annotator.ui.learner.Worker.send", lambda *_: None)
    Hand(window.workspace).predict()
    store = window.workspace.store
    assert store is not None
    store.versions.activate(store.versions.all()[0].id)
    window.workspace.versions_stored()
    window.learning.prelabel_here()
    assert window.progress.isVisible()
    assert window.learner.is_busy("predict")
    window.workspace.close()
    assert not window.learner.is_busy("predict")
    assert not window.progress.isVisible()


def test_an_import_that_cannot_start_yet_leaves_the_project_open(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Chore, "start", lambda *_: None)
    window.project._on_export_requested(tmp_path / "out.json", ExportOptions())
    window.project._on_import_requested(tmp_path / "in.json", None)
    assert window.workspace.store is not None
    assert "Another import or export is running" in window.notices.text


def test_an_import_closes_the_project_meanwhile_and_opens_it_with_what_came(
    qtbot: QtBot, window: MainWindow, project: Path, tmp_path: Path
) -> None:
    file = tmp_path / "in.json"
    file.write_text(
        '{"images": [{"id": 7, "file_name": "1.png", "width": 96, "height": 96}],'
        ' "categories": [{"id": 3, "name": "ball"}], "annotations":'
        ' [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 2, 30, 40], "iscrowd": 0}]}'
    )
    window.project._on_import_requested(file, project.parent / "pictures")
    assert window.workspace.store is None
    qtbot.waitUntil(lambda: window.workspace.store is not None, timeout=WAIT_MS)
    assert not window.workspace.is_read_only
    imported = [i for i in window.workspace.images if i.object_count]
    assert [(i.file_name, i.state) for i in imported] == [("1.png", ImageState.REVIEWED)]
    assert "Imported" in window.notices.text


def test_a_project_with_enough_reviewed_images_leads_to_the_first_training(
    qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "READY_FROM", 1)
    window = open_window(qtbot, project)
    assert not window.notices.isVisible()
    window.workspace.mark_reviewed()
    window.workspace.close()
    window.project.open_project(project)
    assert window.notices.text == (
        "1 image is labelled and reviewed. A model can learn from it and label the other 4."
    )
    window.notices.findChild(QPushButton, "notice_action").click()
    assert window.findChild(QDialog, "retrain_dialog").isVisible()
    close_dialogs()


def test_what_an_import_finds_odd_can_be_read(
    qtbot: QtBot, window: MainWindow, project: Path, tmp_path: Path
) -> None:
    file = tmp_path / "odd.json"
    file.write_text(
        '{"images": [{"id": 7, "file_name": "1.png", "width": 96, "height": 96}],'
        ' "categories": [{"id": 3, "name": "ball"}], "annotations":'
        ' [{"id": 1, "image_id": 99, "category_id": 3, "bbox": [1, 2, 30, 40]}]}'
    )
    window.project._on_import_requested(file, project.parent / "pictures")
    qtbot.waitUntil(lambda: window.workspace.store is not None, timeout=WAIT_MS)
    button = window.notices.findChild(QPushButton, "notice_action")
    assert button.text() == "Show"
    button.click()
    box = window.findChild(QMessageBox, "remarks")
    assert "their image is not in the file" in box.detailedText()
    box.reject()


def test_closing_the_window_gives_the_project_back(
    window: MainWindow, project: Path, qtbot: QtBot
) -> None:
    window.close()
    again = open_window(qtbot, project)
    assert not again.workspace.is_read_only
    close_dialogs()


def test_a_second_window_looks_only_and_its_learner_stays_away(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    second = make_window(project)
    qtbot.addWidget(second)
    assert second.workspace.is_read_only
    second.learning.prelabel_here()
    assert not second.learner.is_busy("predict")
    assert "Another window" in second.notices.text


def in_a_process(code: str, project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + code, str(project)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


PRELUDE = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from annotator.app import make_window
app = QApplication([])
window = make_window(Path(sys.argv[1]))
window.show()
loop = QEventLoop()
window.canvas.loaded.connect(loop.quit)
QTimer.singleShot(60_000, loop.quit)
loop.exec()
assert window.canvas.picture is not None
"""


def test_a_window_that_paints_a_project_has_not_loaded_torch(project: Path) -> None:
    done = in_a_process(
        "assert not window.grab().isNull()\n"
        "heavy = {'torch', 'torchvision', 'models', 'alembic.command'}\n"
        "print(sorted(heavy & set(sys.modules)))",
        project,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_a_window_killed_right_after_an_edit_has_lost_nothing(project: Path) -> None:
    done = in_a_process(
        """
from tests.ui.hands import draw_box
window.workspace.edited.connect(lambda *_: os.kill(os.getpid(), signal.SIGKILL))
window.workspace.set_current_category(2)
draw_box(window.canvas, 20, 20, 60, 70)
print("not killed")
""",
        project,
    )
    assert done.returncode == -9, done.stderr
    assert "not killed" not in done.stdout
    with Store.open(project) as store:
        image = store.images.all()[0]
        (kept,) = store.annotations.of_image(image.id)
        assert kept.box == pytest.approx((20, 20, 40, 50), abs=1)
        assert image.state == ImageState.IN_PROGRESS
        assert store.history.undo_text(image.id) is not None


def test_a_killed_window_leaves_the_project_to_the_next(qtbot: QtBot, project: Path) -> None:
    done = in_a_process("os.kill(os.getpid(), signal.SIGKILL)", project)
    assert done.returncode == -9, done.stderr
    window = open_window(qtbot, project)
    assert not window.workspace.is_read_only
