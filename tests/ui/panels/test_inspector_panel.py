"""The inspector: facts of what is selected, and single undoable steps."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QTableWidget,
)

from annotator.domain.attributes import Attribute
from annotator.domain.model import (
    Annotation,
    Box,
    Doubt,
    ModelVersion,
    Origin,
    Part,
    Polygons,
    Prediction,
    Rle,
    Split,
    Visibility,
)
from annotator.ui.panels import facts
from annotator.ui.panels.inspector import InspectorPanel


@pytest.fixture
def panel(workspace, qtbot) -> InspectorPanel:
    made = InspectorPanel(workspace)
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.show()
    return made


def text(panel, name: str) -> str:
    return panel.findChild(QLabel, name).text()


def test_typing_into_the_box_is_one_step(panel, workspace, draw, person):
    drawn = draw(person)
    panel.findChild(QDoubleSpinBox, "inspector_x").setValue(33)
    assert workspace.annotations[0].box == Box(33, 5, 10, 20)
    assert workspace.annotations[0].mask == drawn.mask
    workspace.undo()
    assert workspace.annotations[0].box == drawn.box
    assert panel.findChild(QDoubleSpinBox, "inspector_x").value() == 10


def test_a_number_beyond_the_image_is_taken_as_its_edge(panel, workspace, draw, person):
    draw(person)
    panel.findChild(QDoubleSpinBox, "inspector_x").setValue(123101)
    box = workspace.annotations[0].box
    assert (box.right, box.width) == (workspace.image.width, 10)
    panel.findChild(QDoubleSpinBox, "inspector_height").setValue(9999)
    box = workspace.annotations[0].box
    assert box.bottom == workspace.image.height


def test_a_side_of_nothing_is_taken_as_one_pixel_and_outside_only_where_that_is_allowed(
    panel, workspace, draw, person
):
    draw(person)
    panel.findChild(QDoubleSpinBox, "inspector_height").setValue(0)
    assert workspace.annotations[0].box.height == 1
    panel.findChild(QDoubleSpinBox, "inspector_x").setValue(-7)
    assert workspace.annotations[0].box.x == 0
    workspace.set_allows_outside(True)
    panel.findChild(QDoubleSpinBox, "inspector_x").setValue(-7)
    assert workspace.annotations[0].box.x == -7


def test_a_run_on_one_field_is_undone_together(panel, workspace, draw, person):
    drawn = draw(person)
    field = panel.findChild(QDoubleSpinBox, "inspector_width")
    field.stepUp()
    field.stepUp()
    assert workspace.annotations[0].box.width == 12
    workspace.undo()
    assert workspace.annotations[0].box == drawn.box


def test_showing_an_object_with_fractions_changes_nothing(panel, workspace, person):
    workspace.add_object(box=Box(1.23456, 2.5, 3.33333, 4), category_id=person.id, text="Draw box")
    workspace.select()
    workspace.select([workspace.annotations[0].id])
    assert workspace.annotations[0].box == Box(1.23456, 2.5, 3.33333, 4)
    panel.findChild(QDoubleSpinBox, "inspector_y").setValue(7)
    assert workspace.annotations[0].box == Box(1.23456, 7, 3.33333, 4)


def test_another_category_is_chosen(panel, workspace, draw, person, ball, qtbot):
    draw(person)
    combo = panel.findChild(QComboBox, "inspector_category")
    assert combo.currentText() == "person"
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert workspace.annotations[0].category_id == ball.id


def test_crowd_is_one_step(panel, workspace, draw, person):
    draw(person)
    panel.findChild(QCheckBox, "inspector_crowd").click()
    assert workspace.annotations[0].is_crowd
    workspace.undo()
    assert not panel.findChild(QCheckBox, "inspector_crowd").isChecked()


def test_a_click_switches_visible_and_occluded(panel, workspace, draw, person, qtbot):
    draw(person, joints=True)
    table = panel.findChild(QTableWidget, "inspector_joints")
    assert [table.item(n, 1).text() for n in range(3)] == ["Visible", "Occluded", "Not placed"]
    table.cellClicked.emit(0, 1)
    qtbot.waitUntil(lambda: table.item(0, 1).text() == "Occluded")
    assert workspace.annotations[0].keypoints[0].visibility == Visibility.OCCLUDED
    table.cellClicked.emit(2, 1)
    table.cellClicked.emit(0, 0)
    assert workspace.annotations[0].keypoints[2].visibility == Visibility.ABSENT


def test_area_mask_and_origin_in_words(panel, draw, person):
    draw(person)
    assert text(panel, "inspector_area") == "200 px²"
    assert text(panel, "inspector_mask") == "1 part, 4 points"
    assert text(panel, "inspector_origin") == "Drawn by Ada"


def test_nothing_selected_shows_the_image(panel, workspace):
    assert text(panel, "inspector_image_size") == "80 × 60 px"
    assert text(panel, "inspector_image_state") == "New"
    assert not panel.findChild(QCheckBox, "inspector_complete").isEnabled()
    workspace.mark_reviewed()
    complete = panel.findChild(QCheckBox, "inspector_complete")
    assert complete.isEnabled()
    assert complete.isChecked()
    complete.click()
    assert not workspace.image.is_complete
    workspace.store.images.set_ranks({workspace.image.id: (0.9, "left wrist 0.31")})
    workspace.store.images.set_split({workspace.image.id: Split.HELD_OUT})
    workspace.refresh_rows([workspace.image.id])
    assert text(panel, "inspector_image_flag") == "Look here: left wrist 0.31"
    assert text(panel, "inspector_image_split") == "Held out: tests the model"


def test_a_prediction_is_accepted_or_rejected(panel, workspace, predict, person, ball):
    predict(workspace.image.id, (ball, 0.9), (person, 0.8))
    first, second = workspace.predictions
    workspace.select(prediction_id=first.id)
    assert text(panel, "inspector_prediction_title") == "ball, predicted by v1"
    panel.findChild(QPushButton, "inspector_accept").click()
    assert [a.category_id for a in workspace.annotations] == [ball.id]
    workspace.select(prediction_id=second.id)
    panel.findChild(QPushButton, "inspector_reject").click()
    assert workspace.predictions == ()


def test_several_objects_can_be_deleted_together(panel, workspace, draw, person):
    ids = [draw(person).id, draw(person, 30).id]
    workspace.select(ids)
    panel.findChild(QPushButton, "inspector_several_button").click()
    assert workspace.annotations == ()


def test_without_an_image_it_says_so(closed_workspace, qtbot):
    panel = InspectorPanel(closed_workspace)
    qtbot.addWidget(panel)
    assert not panel.grab().isNull()


VERSIONS = (ModelVersion(3, "v3", "", ""),)


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (Origin("Ada"), "Drawn by Ada"),
        (Origin(), "Drawn here"),
        (Origin("file"), "From an imported file"),
        (Origin("file", None, "Ada"), "From an imported file, corrected by Ada"),
        (Origin("Ada", 3), "Predicted by v3, accepted by Ada"),
        (Origin("Ada", 3, "Bob"), "Predicted by v3, corrected by Bob"),
        (Origin("Ada", 9), "Predicted by a version deleted since, accepted by Ada"),
    ],
)
def test_origins_in_words(origin, words):
    assert facts.origin_words(Annotation(1, 1, 1, origin=origin), VERSIONS) == words


def test_facts_of_odd_objects():
    empty = Annotation(1, 1, 1)
    assert facts.parts_in_short(empty) == "empty"
    assert facts.mask_words(empty) == ""
    assert facts.area_of(empty) is None
    runs = replace(empty, mask=Rle((2, 3), (1, 2, 1, 2)))
    assert facts.area_of(runs) == 4
    ring = (0.0, 0.0, 4.0, 0.0, 4.0, 4.0)
    holed = replace(empty, mask=Polygons((Part(ring, (ring,)),)))
    assert facts.mask_words(holed) == "1 part, 6 points, 1 hole"


def test_the_parts_of_an_object_tell_its_words():
    said = (Attribute("colour", "red"), Attribute("occluded", False))
    told = replace(Annotation(1, 1, 1), attributes=said, note="by\nthe door")
    assert facts.part_lines(told) == ["colour: red", "occluded: no", "Note: by the door"]


def test_the_worst_joint_is_named():
    doubt = Doubt(0.1, 0.2, 0.3, (0.1, 0.7))
    prediction = Prediction(1, 1, 1, 1, 0.5, Box(0, 0, 1, 1), doubt=doubt)
    words = facts.doubt_words(prediction, ("head", "left_hand"))
    assert words == "Unsure about: what it is 10%, box 20%, mask 30%, left_hand 70%"
