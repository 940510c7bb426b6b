"""Retraining, exporting and importing are asked for with what was chosen."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
)

from annotator.domain.errors import UnreadableFileError
from annotator.domain.model import ImageState
from annotator.learning.protocol import Train
from annotator.ui.dialogs import importing, retrain
from annotator.ui.dialogs.export import ExportDialog
from annotator.ui.dialogs.importing import ImportDialog, look_into
from annotator.ui.dialogs.retrain import RetrainDialog
from annotator.ui.learner import Learner
from models.presets import PRESETS


def button(dialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, name)


def text(dialog, name: str) -> str:
    return dialog.findChild(QLabel, name).text()


# --- retrain --------------------------------------------------------------------------------


@pytest.fixture
def training(workspace, show) -> RetrainDialog:
    return show(RetrainDialog(workspace, Learner()))


def choose(dialog, name: str, key: str | None) -> None:
    combo = dialog.findChild(QComboBox, name)
    combo.setCurrentIndex(combo.findData(key))


def test_every_preset_offered_exists():
    assert {key for key, _, _ in retrain.PRESETS if key} == set(PRESETS)


def test_labelled_images_are_offered_to_be_marked_reviewed(training, workspace, qtbot):
    mark = training.findChild(QCheckBox, "retrain_mark_reviewed")
    assert mark.isVisible()
    assert mark.isChecked()
    assert mark.text().startswith("Mark 1 labelled image reviewed")
    main = button(training, "retrain_dialog_accept")
    assert main.text() == "Retrain on 1 image"
    mark.setChecked(False)
    assert not main.isEnabled()
    assert text(training, "retrain_facts").startswith("No image is reviewed yet")
    mark.setChecked(True)
    with qtbot.waitSignal(training.accepted_settings) as told:
        main.click()
    assert told.args == [Train(person="Ada")]
    assert workspace.image.state == ImageState.REVIEWED


def test_reviewed_images_need_no_offer(workspace, show):
    workspace.mark_reviewed()
    dialog = show(RetrainDialog(workspace, Learner()))
    assert not dialog.findChild(QCheckBox, "retrain_mark_reviewed").isVisible()
    assert text(dialog, "retrain_facts").startswith("1 reviewed image: with five or more")


def test_what_is_chosen_is_asked_for(training, tmp_path, qtbot):
    weights = tmp_path / "base.safetensors"
    training.findChild(QToolButton, "retrain_show_more").click()
    choose(training, "retrain_preset", "mobilenet_v3_large")
    choose(training, "retrain_weights", "file")
    choose(training, "retrain_device", "cpu")
    file = training.findChild(QLineEdit, "retrain_weights_file")
    main = button(training, "retrain_dialog_accept")
    assert file.isVisible()
    assert not main.isEnabled()
    file.setText(str(weights))
    assert training.problem == f"There is no file {weights}."
    weights.touch()
    file.setText("")
    file.setText(str(weights))
    assert training.problem == ""
    training.findChild(QCheckBox, "retrain_steps_auto").setChecked(False)
    training.findChild(QSpinBox, "retrain_steps").setValue(20)
    with qtbot.waitSignal(training.accepted_settings) as told:
        main.click()
    wanted = Train("mobilenet_v3_large", str(weights), 20, "cpu", person="Ada")
    assert told.args == [wanted]


def test_that_objects_lie_in_any_direction_is_kept_for_the_project(
    training, workspace, show, qtbot
):
    training.findChild(QCheckBox, "retrain_turns").setChecked(True)
    with qtbot.waitSignal(training.accepted_settings) as told:
        button(training, "retrain_dialog_accept").click()
    assert told.args[0].turns
    again = show(RetrainDialog(workspace, Learner()))
    assert again.findChild(QCheckBox, "retrain_turns").isChecked()


def test_the_starter_is_for_the_small_model_only(training, qtbot):
    choose(training, "retrain_preset", "resnet50")
    choose(training, "retrain_weights", "starter")
    assert training.problem == "The starter weights are for the small model only."
    choose(training, "retrain_preset", "squeezenet1_0")
    assert training.problem == ""
    with qtbot.waitSignal(training.accepted_settings) as told:
        button(training, "retrain_dialog_accept").click()
    assert told.args[0].weights == "starter"


def test_one_may_start_from_nothing(training, qtbot):
    choose(training, "retrain_weights", None)
    with qtbot.waitSignal(training.accepted_settings) as told:
        button(training, "retrain_dialog_accept").click()
    assert told.args[0].weights is None


def test_a_newcomer_sees_no_settings_and_they_open_on_request(training):
    more = training.findChild(QToolButton, "retrain_show_more")
    preset = training.findChild(QComboBox, "retrain_preset")
    assert not preset.isVisible()
    closed = training.height()
    more.click()
    assert preset.isVisible()
    assert training.height() > closed
    more.click()
    assert not preset.isVisible()


def test_every_setting_of_a_training_is_passed_on(training, qtbot):
    training.findChild(QSpinBox, "retrain_every").setValue(25)
    training.findChild(QSpinBox, "retrain_seed").setValue(7)
    training.findChild(QDoubleSpinBox, "retrain_rate").setValue(0.002)
    training.findChild(QDoubleSpinBox, "retrain_loss_mask").setValue(2.0)
    with qtbot.waitSignal(training.accepted_settings) as told:
        button(training, "retrain_dialog_accept").click()
    (request,) = told.args
    assert (request.evaluate_every, request.seed, request.learning_rate) == (25, 7, 0.002)
    assert request.loss_weights == {"mask": 2.0}
    assert not request.replaces


def test_a_training_that_was_left_is_replaced_knowingly(workspace, show, qtbot):
    dialog = show(RetrainDialog(workspace, Learner(), left="Training of v4 is paused"))
    assert text(dialog, "retrain_lost").startswith("Training of v4 is paused. Starting anew")
    with qtbot.waitSignal(dialog.accepted_settings) as told:
        button(dialog, "retrain_dialog_accept").click()
    assert told.args[0].replaces


def test_how_many_images_will_test_it_is_told(workspace, show, monkeypatch):
    monkeypatch.setattr(RetrainDialog, "_reviewed", lambda _: 320)
    dialog = show(RetrainDialog(workspace, Learner()))
    words = "320 reviewed images: the model learns from 256 and is tested on 64."
    assert text(dialog, "retrain_facts") == words


# --- export ---------------------------------------------------------------------------------


@pytest.fixture
def export(workspace, show) -> ExportDialog:
    return show(ExportDialog(workspace))


def check(dialog, name: str) -> QCheckBox:
    return dialog.findChild(QCheckBox, name)


def test_an_export_is_asked_for_with_its_choices(export, tmp_path, qtbot):
    assert text(export, "export_facts") == "2 objects will be written."
    export.findChild(QLineEdit, "export_file").setText(str(tmp_path / "out"))
    check(export, "export_all_images").setChecked(True)
    check(export, "export_fill").setChecked(True)
    above = export.findChild(QDoubleSpinBox, "export_predictions_above")
    assert not above.isEnabled()
    check(export, "export_with_predictions").setChecked(True)
    above.setValue(0.7)
    with qtbot.waitSignal(export.export_requested) as told:
        button(export, "export_dialog_accept").click()
    path, options = told.args
    assert path == tmp_path / "out.json"
    assert (options.all_images, options.fill, options.reviewed_only) == (True, True, False)
    assert options.predictions_above == pytest.approx(0.7)


def test_reviewed_only_counts_anew(export, workspace):
    check(export, "export_reviewed_only").setChecked(True)
    assert text(export, "export_facts") == "0 objects will be written."
    assert not check(export, "export_all_images").isEnabled()


def test_a_place_that_is_none_is_said(export, tmp_path):
    file = export.findChild(QLineEdit, "export_file")
    main = button(export, "export_dialog_accept")
    file.setText(str(tmp_path / "no" / "out.json"))
    assert export.problem == f"There is no folder {tmp_path / 'no'}."
    assert not main.isEnabled()
    file.setText(str(tmp_path))
    assert "is a folder" in export.problem
    (tmp_path / "old.json").touch()
    file.setText(str(tmp_path / "old.json"))
    assert "will be replaced" in text(export, "export_facts")
    file.setText("")
    assert not main.isEnabled()


# --- import ---------------------------------------------------------------------------------


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    body = {
        "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
        "annotations": [{"id": 1, "keypoints": [1, 2, 2]}, {"id": 2}, "dirt"],
        "categories": [{"id": n, "name": f"kind {n}"} for n in range(8)],
    }
    file = tmp_path / "labels.json"
    file.write_text(json.dumps(body))
    (tmp_path / "a.jpg").touch()
    return file


def test_a_file_is_described_before_it_comes_in(labels, show, qtbot):
    dialog = show(ImportDialog())
    main = button(dialog, "import_dialog_accept")
    assert not main.isEnabled()
    dialog.findChild(QLineEdit, "import_file").setText(str(labels))
    qtbot.waitUntil(lambda: "2 images" in text(dialog, "import_contents"))
    words = text(dialog, "import_contents")
    assert "2 objects, 1 of them with joints" in words
    assert "and 2 more" in words
    assert "1 image not found in the folder." in words
    with qtbot.waitSignal(dialog.import_requested) as told:
        main.click()
    assert told.args == [labels, labels.parent]


def test_a_given_file_stands_there_and_images_beside_it_are_found(labels, show, qtbot):
    (labels.parent / "images").mkdir()
    dialog = show(ImportDialog(file=labels))
    folder = dialog.findChild(QLineEdit, "import_images")
    assert folder.text() == str(labels.parent / "images")
    qtbot.waitUntil(lambda: "not found" in text(dialog, "import_contents"))


@pytest.mark.parametrize("content", ["no json", "[]", "{}", '{"images": 3}'])
def test_a_file_that_is_none_of_coco_is_refused(content, tmp_path, show, qtbot):
    file = tmp_path / "labels.json"
    file.write_text(content)
    dialog = show(ImportDialog(file=file))
    qtbot.waitUntil(lambda: dialog.problem != "")
    assert "labels.json is" in dialog.problem
    assert not button(dialog, "import_dialog_accept").isEnabled()


def test_a_file_that_is_not_there(tmp_path, show):
    dialog = show(ImportDialog(file=tmp_path / "gone.json"))
    assert dialog.problem.startswith("There is no file")


def test_a_large_file_is_not_read_twice(labels, show, monkeypatch):
    monkeypatch.setattr(importing, "_LARGEST", 3)
    dialog = show(ImportDialog(file=labels))
    assert text(dialog, "import_contents").startswith("A large file")
    assert button(dialog, "import_dialog_accept").isEnabled()


def test_real_files_are_described(shared):
    contents = look_into(shared / "data/fruits/trainval.json", shared / "data/fruits/images")
    assert (contents.images, contents.objects, contents.found) == (18, 165, 18)
    assert contents.categories == ("date", "fig", "hazelnut")
    with pytest.raises(UnreadableFileError):
        look_into(shared / "data/fruits/images/0.jpg", None)
