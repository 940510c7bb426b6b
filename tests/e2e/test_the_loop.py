"""The whole loop in the real window, with mouse and keys, on real images."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pycocotools.coco import COCO
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from annotator.app import make_window
from annotator.domain.model import Annotation, ImageState, Polygons
from annotator.domain.polygons import polygons_area
from annotator.ui.main_window import MainWindow
from tests.ui.hands import (
    drag,
    draw_box,
    draw_polygon,
    name_category,
    place_joints,
    press_key,
    select_object,
)

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
STEPS = 12


class Person:
    """Somebody at the window: menus, dialogs and the canvas."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.folder = folder
        self.window = self.start()

    def start(self) -> MainWindow:
        """Start the program on the folder and wait for its image."""
        window = make_window(self.folder)
        window.resize(1440, 900)
        self.window = window
        with self.qtbot.waitExposed(window):
            window.show()
        self.wait(lambda: window.workspace.image is not None)
        self.wait_for_image()
        return window

    def quit(self) -> None:
        """Close the window by the menu and let it go."""
        self.menu("quit")
        assert not self.window.isVisible()
        self.window.deleteLater()

    def wait(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until something holds."""
        self.qtbot.waitUntil(condition, timeout=int(seconds * 1000))

    def wait_for_image(self) -> None:
        """Wait until the image in view can be seen."""
        self.wait(lambda: self.window.canvas.picture is not None)

    def menu(self, action: str) -> None:
        """Choose a menu's action."""
        chosen = self.window.actions_.by_id[action]
        assert chosen.isEnabled(), action
        chosen.trigger()

    def key(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key on the canvas."""
        press_key(self.window.canvas, key, keys=modifiers)

    def dialog(self, name: str) -> QDialog:
        """The dialog that was opened."""
        found = self.window.findChild(QDialog, name)
        assert found is not None, name
        assert found.isVisible()
        return found

    def press(self, dialog: QDialog, words: str) -> None:
        """Click the button whose words start so."""
        found = [b for b in dialog.findChildren(QPushButton) if b.text().startswith(words)]
        assert len(found) == 1, [b.text() for b in dialog.findChildren(QPushButton)]
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)

    @property
    def objects(self) -> tuple[Annotation, ...]:
        """The objects on the image in view."""
        return self.window.workspace.annotations


@pytest.fixture
def truth(shared: Path) -> dict[str, object]:
    """The fruits' labels: where things really are."""
    text = (shared / "data" / "fruits" / "trainval.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


@pytest.fixture
def folder(shared: Path, tmp_path: Path) -> Path:
    """A folder with three of the fruit images."""
    made = tmp_path / "fruits"
    made.mkdir()
    for name in ("0.jpg", "1.jpg", "2.jpg"):
        shutil.copy(shared / "data" / "fruits" / "images" / name, made / name)
    return made


def outlines(truth: dict[str, object], file_name: str) -> list[list[tuple[float, float]]]:
    """About a dozen corners of each real outline on an image."""
    images: list[dict[str, object]] = truth["images"]  # type: ignore[assignment]
    rows: list[dict[str, object]] = truth["annotations"]  # type: ignore[assignment]
    image_id = next(i["id"] for i in images if i["file_name"] == file_name)
    rings = [r["segmentation"][0] for r in rows if r["image_id"] == image_id]  # type: ignore[index]
    corners = []
    for ring in rings:
        points = list(zip(ring[::2], ring[1::2], strict=True))
        corners.append(points[:: max(1, len(points) // 12)])
    return corners


def bounds(corners: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """The box around corners: left, top, right, bottom."""
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def test_the_loop(
    qtbot: QtBot, folder: Path, truth: dict[str, object], shared: Path, tmp_path: Path
) -> None:
    person = Person(qtbot, folder)
    _label_the_first_image(person, outlines(truth, "0.jpg"))
    drawn = person.objects
    person.quit()

    person.start()
    assert person.objects == drawn
    person.key(Qt.Key.Key_Z, CTRL)  # undo works across a restart
    assert person.objects[0].keypoints == ()
    person.key(Qt.Key.Key_Y, CTRL)
    assert person.objects == drawn
    person.key(Qt.Key.Key_Return, CTRL)

    _label_the_second_image(person, outlines(truth, "1.jpg"))
    person.key(Qt.Key.Key_Return, CTRL)
    states = [i.state for i in person.window.workspace.images]
    assert states == [ImageState.REVIEWED, ImageState.REVIEWED, ImageState.NEW]
    assert person.window.workspace.image.file_name == "2.jpg"  # type: ignore[union-attr]

    weights = shared / "weights" / "squeezenet1_0-imagenet.safetensors"
    _retrain(person, weights)
    _pre_label_accept_and_correct(person)
    _export(person, tmp_path / "out.json", drawn)
    person.quit()


def _label_the_first_image(person: Person, real: list[list[tuple[float, float]]]) -> None:
    """A box, a polygon and joints; undone and redone."""
    canvas, workspace = person.window.canvas, person.window.workspace
    person.key(Qt.Key.Key_R)
    assert workspace.tool == "box"
    left, top, right, bottom = bounds(real[0])
    draw_box(canvas, left, top, right, bottom)
    name_category(canvas, "date")
    person.wait(lambda: len(person.objects) == 1)
    box = person.objects[0].box
    assert box is not None
    assert box == pytest.approx((left, top, right - left, bottom - top), abs=1.5)

    workspace.select()
    person.key(Qt.Key.Key_P)
    draw_polygon(canvas, real[1])
    assert len(person.objects) == 2
    mask = person.objects[1].mask
    assert isinstance(mask, Polygons)
    assert len(mask.parts[0].outer) == 2 * len(real[1])

    _give_joints(person)
    workspace.select([person.objects[0].id])
    person.key(Qt.Key.Key_K)
    place_joints(canvas, [(left + 10, top + 10), (right - 10, bottom - 10)])
    assert len(person.objects) == 2  # the joints are on the same object
    assert [k.visibility for k in person.objects[0].keypoints] == [2, 2]
    assert person.objects[0].box == box  # and its box did not follow them

    before = person.objects
    person.key(Qt.Key.Key_Z, CTRL)
    assert person.objects[0].keypoints == ()
    person.key(Qt.Key.Key_Z, CTRL)
    assert len(person.objects) == 1
    person.key(Qt.Key.Key_Z, CTRL | SHIFT)
    person.key(Qt.Key.Key_Y, CTRL)
    assert person.objects == before


def _give_joints(person: Person) -> None:
    """The category gets two joints in its dialog."""
    workspace = person.window.workspace
    person.window.labelling.edit_category(workspace.categories[0].id)
    dialog = person.dialog("category_dialog")
    kind = dialog.findChild(QComboBox, "category_dialog_template")
    kind.setCurrentIndex(kind.count() - 1)  # one's own joints
    kind.activated.emit(kind.count() - 1)
    joints = dialog.findChild(QPlainTextEdit, "category_dialog_joints")
    QTest.keyClicks(joints, "stem")
    QTest.keyClick(joints, Qt.Key.Key_Return)
    QTest.keyClicks(joints, "tip")
    QTest.keyClicks(dialog.findChild(QPlainTextEdit, "category_dialog_bones"), "stem - tip")
    person.press(dialog, "Keep changes")
    assert workspace.categories[0].joints == ("stem", "tip")


def _label_the_second_image(person: Person, real: list[list[tuple[float, float]]]) -> None:
    """Every object there, as polygons."""
    workspace = person.window.workspace
    assert workspace.image is not None
    assert workspace.image.file_name == "1.jpg"
    person.wait_for_image()
    for corners in real:
        workspace.select()
        draw_polygon(person.window.canvas, corners)
    assert len(person.objects) == len(real)


def _retrain(person: Person, weights: Path) -> None:
    """A few steps, through the menu and the dialog."""
    person.menu("retrain")
    dialog = person.dialog("retrain_dialog")
    preset = dialog.findChild(QComboBox, "retrain_preset")
    preset.setCurrentIndex(preset.findData("squeezenet1_0"))
    source = dialog.findChild(QComboBox, "retrain_weights")
    source.setCurrentIndex(source.findData("file"))
    field = dialog.findChild(QLineEdit, "retrain_weights_file")
    field.setText(str(weights))
    dialog.findChild(QCheckBox, "retrain_steps_auto").click()
    dialog.findChild(QSpinBox, "retrain_steps").setValue(STEPS)
    with person.qtbot.waitSignal(person.window.learner.finished, timeout=240_000) as ended:
        person.press(dialog, "Retrain")
        assert person.window.learner.is_busy("train")
    assert "v1" in ended.args[0].text
    version = person.window.workspace.active_version
    assert version is not None
    assert (version.name, version.train_images) == ("v1", 2)
    receipt = json.loads(version.receipt)
    assert receipt["steps"] == STEPS
    assert sum(len(ids) for ids in receipt["train"].values()) > 2


def _pre_label_accept_and_correct(person: Person) -> None:
    """The third image is pre-labelled; one prediction is accepted, one corrected, one rejected."""
    window, workspace = person.window, person.window.workspace
    with person.qtbot.waitSignal(window.learner.finished, timeout=120_000):
        person.key(Qt.Key.Key_I)
    slider = window.findChild(QSlider, "threshold_slider")
    slider.setValue(slider.minimum())
    assert workspace.threshold == 0
    assert len(workspace.predictions) >= 3, "twelve steps should find something at 0.05"
    first = workspace.predictions[0]
    person.key(Qt.Key.Key_V)
    QTest.mouseMove(window.canvas, QPoint(2, 2))
    person.key(Qt.Key.Key_Tab)
    chosen = workspace.selected_prediction
    assert chosen is not None
    person.key(Qt.Key.Key_Return)
    assert len(person.objects) == 1
    accepted = person.objects[0]
    assert accepted.origin.version_id == first.version_id
    assert accepted.origin.corrected_by == ""

    wrong = workspace.predictions[0]
    workspace.select(prediction_id=wrong.id)
    box = wrong.box
    drag(window.canvas, (box.right, box.bottom), (box.right - 12, box.bottom - 9))
    assert len(person.objects) == 2
    corrected = person.objects[1]
    assert corrected.origin.corrected_by
    assert corrected.box != wrong.box
    assert workspace.selected == (corrected,)

    workspace.select(prediction_id=workspace.predictions[0].id)
    count = len(workspace.predictions)
    person.key(Qt.Key.Key_Escape)
    assert len(workspace.predictions) == count - 1
    assert len(person.objects) == 2
    assert workspace.image is not None
    assert workspace.image.state == ImageState.IN_PROGRESS


def _export(person: Person, file: Path, drawn: tuple[Annotation, ...]) -> None:
    """The export loads in pycocotools and holds what was drawn."""
    person.menu("export")
    dialog = person.dialog("export_dialog")
    field = dialog.findChild(QLineEdit, "export_file")
    field.setText(str(file))
    person.press(dialog, "Export COCO")
    person.wait(file.exists, 60)
    person.wait(lambda: "Exported" in person.window.notices.text, 60)
    coco = COCO(str(file))
    names = {i["id"]: i["file_name"] for i in coco.dataset["images"]}
    assert sorted(names.values()) == ["0.jpg", "1.jpg", "2.jpg"]
    rows = [a for a in coco.dataset["annotations"] if names[a["image_id"]] == "0.jpg"]
    assert len(rows) == len(drawn) == 2
    boxed, polygon = rows
    assert boxed["bbox"] == pytest.approx(list(drawn[0].box or ()))
    assert boxed["num_keypoints"] == 2
    assert boxed["keypoints"][2::3] == [2, 2]
    mask = drawn[1].mask
    assert isinstance(mask, Polygons)
    assert polygon["segmentation"] == [pytest.approx(list(mask.parts[0].outer))]
    assert polygon["area"] == pytest.approx(polygons_area(mask), rel=0.02)
    category = coco.dataset["categories"][0]
    assert (category["name"], category["keypoints"]) == ("date", ["stem", "tip"])
    on_third = [a for a in coco.dataset["annotations"] if names[a["image_id"]] == "2.jpg"]
    assert len(on_third) == 2
    assert all(a["area"] > 0 and len(a["bbox"]) == 4 for a in on_third)
    assert QApplication.activeModalWidget() is None


def test_nothing_is_drawn_when_the_category_question_is_dropped(qtbot: QtBot, folder: Path) -> None:
    person = Person(qtbot, folder)
    canvas = person.window.canvas
    draw_box(canvas, 100, 100, 200, 180)
    line = canvas.findChild(QLineEdit, "category_name")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert person.objects == ()
    assert person.window.workspace.categories == ()
    select_object(canvas, 150, 140)
    assert person.window.workspace.selected == ()
    person.quit()
