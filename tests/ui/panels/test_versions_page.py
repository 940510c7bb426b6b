"""The page of model versions: a card each."""

import json

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from annotator.domain.model import ModelVersion
from annotator.ui.panels.model_window import ModelWindow
from annotator.ui.panels.version_card import VersionCard
from annotator.ui.panels.versions_page import VersionsPage


@pytest.fixture
def page(workspace, qtbot) -> VersionsPage:
    made = VersionsPage(workspace)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def card(page, name: str) -> VersionCard:
    return page.findChild(VersionCard, f"version_{name}")


def text(page, name: str, part: str) -> str:
    return card(page, name).findChild(QLabel, f"version_{part}").text()


def press(page, name: str, part: str) -> None:
    card(page, name).findChild(QPushButton, f"version_{part}").click()


def test_without_versions_it_says_what_to_do(page, qtbot):
    assert page.findChild(QWidget, "versions_empty").isVisible()
    with qtbot.waitSignal(page.retrain_requested):
        page.findChild(QPushButton, "versions_empty_button").click()


def test_a_card_tells_numbers_lineage_and_how_it_stands(page, workspace):
    store = workspace.store
    store.versions.add(ModelVersion(0, "v1", "squeezenet1_0", "v1", is_active=True))
    receipt = {
        "train": {"1": [1, 2], "2": [3]},
        "held_out": {"3": [4]},
        "weights": "hub",
        "steps": 400,
        "former": {"name": "v1", "metrics": {"box": {"AP50": 0.5}}},
    }
    made = ModelVersion(
        0, "v2", "squeezenet1_0", "v2", json.dumps({"box": {"AP50": 0.75}}), json.dumps(receipt),
        "2026-01-05T10:00:00+00:00", 2, 1, note="Worse on dark ones",
    )  # fmt: skip
    store.versions.add(made)
    workspace.versions_stored()
    assert text(page, "v2", "box") == "box 0.75"
    assert text(page, "v2", "box_change") == "+0.25 against v1"
    assert text(page, "v2", "learned").startswith("2 images, 3 objects; tested on 1 other, so")
    assert text(page, "v2", "lineage") == "squeezenet1_0, from pre-trained weights; 400 steps"
    assert card(page, "v2").findChild(QLineEdit, "version_note").text() == "Worse on dark ones"
    assert card(page, "v2").findChild(QLabel, "version_in_use") is None
    assert text(page, "v1", "in_use") == "in use"
    assert text(page, "v1", "numbers") == "No held-out numbers"
    assert page.findChild(QLabel, "versions_title").text().startswith("2 versions.")
    assert not page.grab().isNull()


def test_what_is_pressed_is_asked_for(page, workspace, add_version, qtbot):
    first, second = add_version("v1"), add_version("v2", 0.9)
    for part in ("use", "receipt", "export", "delete"):
        with qtbot.waitSignal(getattr(page, f"{part}_requested")) as told:
            press(page, "v1", part)
        assert told.args == [first]
    compare = card(page, "v2").findChild(QPushButton, "version_compare")
    (other,) = compare.menu().actions()
    assert other.text() == "v1"
    with qtbot.waitSignal(page.compare_requested) as told:
        other.trigger()
    assert told.args == [second, first]


def test_the_version_in_use_cannot_be_deleted_or_put_to_use(page, version):
    for part in ("use", "delete"):
        assert not card(page, "v1").findChild(QPushButton, f"version_{part}").isEnabled()
    assert not card(page, "v1").findChild(QPushButton, "version_compare").isEnabled()


def test_a_note_is_written_when_it_changed(page, version, qtbot):
    field = card(page, "v1").findChild(QLineEdit, "version_note")
    with qtbot.assertNotEmitted(page.note_written):
        field.editingFinished.emit()
    field.setText("good wrists")
    with qtbot.waitSignal(page.note_written) as told:
        field.editingFinished.emit()
    assert told.args == [version, "good wrists"]


def test_who_looks_only_changes_nothing(workspace, version, qtbot):
    workspace.is_read_only = True
    made = VersionsPage(workspace)
    qtbot.addWidget(made)
    assert not card(made, "v1").isEnabled()


def test_the_window_of_the_model_has_both_pages(workspace, course, left, version, qtbot):
    over = QWidget()
    qtbot.addWidget(over)
    window = ModelWindow(workspace, course, over)
    assert window.windowTitle() == "Model of project"
    window.show_versions()
    assert window.versions.isVisible()
    window.show_training(course.evaluations[0] if course.evaluations else None)
    assert window.training.isVisible()
    workspace.close()
    assert not window.isVisible()
