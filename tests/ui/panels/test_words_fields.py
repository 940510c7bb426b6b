"""Attributes and the note in the inspector: one object or several, one step a change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from annotator.domain.attributes import Attribute
from annotator.domain.model import Annotation
from annotator.ui.panels import typing
from annotator.ui.panels.inspector import InspectorPanel
from tests.ui.hands import type_into

RED, OCCLUDED, SPEED = Attribute("colour", "red"), Attribute("occluded", True), Attribute("v", 1.5)


@pytest.fixture
def panel(workspace, qtbot) -> InspectorPanel:
    made = InspectorPanel(workspace)
    qtbot.addWidget(made)
    made.resize(300, 700)
    made.show()
    made.activateWindow()
    return made


@pytest.fixture
def told(workspace, draw, person) -> Annotation:
    """A selected person who says something of every kind."""
    drawn = draw(person)
    workspace.change(
        replace(drawn, attributes=(RED, OCCLUDED, SPEED), note="by the door"), text="Tell"
    )
    workspace.select([drawn.id])
    return workspace.annotations[0]


def line(panel, name: str) -> QLineEdit:
    return panel.findChild(QLineEdit, name)


def said(workspace, row: int = 0) -> tuple[Attribute, ...]:
    return workspace.annotations[row].attributes


def texts(workspace) -> list[str]:
    return [e.text for e in workspace.store.history.entries(workspace.image.id)]


def add(panel, qtbot, name: str, value: str) -> None:
    """Add an attribute by the keyboard, as a person would."""
    panel.findChild(QPushButton, f"{prefix(panel)}_add_attribute").click()
    field = line(panel, f"{prefix(panel)}_new_name")
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field = line(panel, f"{prefix(panel)}_new_value")
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, value)
    QTest.keyClick(field, Qt.Key.Key_Return)


def prefix(panel) -> str:
    shown = panel.findChild(QWidget, "several_words").isVisible()
    return "several" if shown else "inspector"


def test_every_kind_is_shown(panel, told):
    assert line(panel, "inspector_value_colour").text() == "red"
    assert line(panel, "inspector_value_v").text() == "1.5"
    assert panel.findChild(QCheckBox, "inspector_switch_occluded").isChecked()
    assert panel.findChild(QPlainTextEdit, "inspector_note").toPlainText() == "by the door"


def test_an_attribute_is_added_by_name_and_value(panel, workspace, draw, person, qtbot):
    before = draw(person)
    add(panel, qtbot, "colour", "red")
    add(panel, qtbot, "count", "3")
    add(panel, qtbot, "cut off", "")
    assert said(workspace) == (RED, Attribute("count", 3), Attribute("cut off", True))
    assert texts(workspace)[0] == "Add attribute cut off"
    for _ in range(3):
        workspace.undo()
    assert workspace.annotations == (before,)
    assert (
        line(panel, "inspector_value_colour") is None
        or not line(panel, "inspector_value_colour").isVisible()
    )


def test_a_value_that_is_typed_is_one_step_and_undone_exactly(panel, workspace, told):
    type_into(line(panel, "inspector_value_colour"), "blue")
    assert said(workspace)[0] == Attribute("colour", "blue")
    workspace.undo()
    assert workspace.annotations == (told,)
    assert line(panel, "inspector_value_colour").text() == "red"


def test_a_run_on_one_field_is_undone_together(panel, workspace, told):
    for text in ("blue", "green", "black"):
        type_into(line(panel, "inspector_value_colour"), text)
    type_into(line(panel, "inspector_value_v"), "2")
    workspace.undo()
    assert said(workspace)[:1] == (Attribute("colour", "black"),)
    workspace.undo()
    assert workspace.annotations == (told,)


def test_the_same_value_is_no_step(panel, workspace, told):
    count = len(texts(workspace))
    type_into(line(panel, "inspector_value_colour"), "red")
    type_into(line(panel, "inspector_value_v"), "1.50")
    assert len(texts(workspace)) == count


def test_text_stays_text_and_a_number_may_become_text(panel, workspace, told):
    type_into(line(panel, "inspector_value_colour"), "12")
    type_into(line(panel, "inspector_value_v"), "fast")
    assert said(workspace) == (Attribute("colour", "12"), OCCLUDED, Attribute("v", "fast"))


def test_a_switch_says_yes_and_no(panel, workspace, told):
    panel.findChild(QCheckBox, "inspector_switch_occluded").click()
    assert said(workspace)[1] == Attribute("occluded", False)
    workspace.undo()
    assert panel.findChild(QCheckBox, "inspector_switch_occluded").isChecked()


def test_a_number_that_becomes_yes_becomes_a_switch(panel, workspace, told, qtbot):
    type_into(line(panel, "inspector_value_v"), "yes")
    assert said(workspace)[2] == Attribute("v", True)
    switch = panel.findChild(QCheckBox, "inspector_switch_v")
    qtbot.waitUntil(switch.isVisible)
    switch.click()
    assert said(workspace)[2] == Attribute("v", False)


def test_an_attribute_is_removed(panel, workspace, told):
    panel.findChild(QToolButton, "inspector_remove_occluded").click()
    assert said(workspace) == (RED, SPEED)
    assert texts(workspace)[0] == "Remove attribute occluded"
    workspace.undo()
    assert workspace.annotations == (told,)


def test_esc_takes_back_what_was_typed(panel, workspace, told):
    field = line(panel, "inspector_value_colour")
    type_into(field, "blue", enter=False)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "red"
    panel.findChild(QPushButton, "inspector_add_attribute").click()
    QTest.keyClick(line(panel, "inspector_new_name"), Qt.Key.Key_Escape)
    assert panel.findChild(QPushButton, "inspector_add_attribute").isVisible()
    assert workspace.annotations == (told,)


def test_what_was_used_before_in_the_category_is_offered(
    panel, workspace, told, draw, person, ball, qtbot
):
    other = draw(ball, 40)
    workspace.change(replace(other, attributes=(Attribute("size", 3),)), text="Tell")
    fresh = draw(person, 60)
    panel.findChild(QPushButton, "inspector_add_attribute").click()
    name, value = line(panel, "inspector_new_name"), line(panel, "inspector_new_value")
    qtbot.waitUntil(name.hasFocus)
    assert offered(name) == ["colour", "occluded", "v"]
    QTest.keyClicks(name, "occ")
    assert offered(name) == ["occluded"]
    name.setText("occluded")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert offered(value) == ["yes", "no"]
    name.setText("colour")
    value.offer()
    assert offered(value) == ["red"]
    value.completer().popup().hide()
    assert workspace.selected == (fresh,)


def offered(field: QLineEdit) -> list[str]:
    model = field.completer().completionModel()
    return [model.index(n, 0).data() for n in range(model.rowCount())]


def test_a_number_is_text_where_the_attribute_is_text_elsewhere(
    panel, workspace, told, draw, person, qtbot
):
    draw(person, 60)
    add(panel, qtbot, "colour", "5")
    assert said(workspace, 1) == (Attribute("colour", "5"),)


# the note


def note(panel, name: str = "inspector_note") -> QPlainTextEdit:
    return panel.findChild(QPlainTextEdit, name)


def test_a_note_is_written_after_a_pause_as_one_gesture(panel, workspace, told, qtbot, monkeypatch):
    field = note(panel)
    field.setFocus()
    field.selectAll()
    for words in ("half", " hidden"):
        QTest.keyClicks(field, words)
        qtbot.waitUntil(lambda: workspace.annotations[0].note == field.toPlainText())
    assert field.toPlainText() == "half hidden"
    assert field.textCursor().atEnd()
    workspace.undo()
    assert workspace.annotations == (told,)
    assert field.toPlainText() == "by the door"


@pytest.mark.parametrize("way", ["focus", "image", "close", "select", "undo"])
def test_half_typed_words_are_never_lost(panel, workspace, told, qtbot, way, monkeypatch):
    monkeypatch.setattr(typing, "PAUSE_MS", 60_000)
    folder, image_id = workspace.store.folder, workspace.image.id
    field = note(panel)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "half")
    value = line(panel, "inspector_value_colour")
    if way == "focus":
        value.setFocus()
    elif way == "image":
        workspace.go(1)
    elif way == "close":
        workspace.close()
        workspace.open(folder)
    elif way == "select":
        workspace.select()
    else:
        workspace.undo()
        assert workspace.annotations == (told,)
        workspace.redo()
    assert workspace.store.annotations.of_image(image_id)[0].note == "half"


def test_a_half_typed_value_is_written_when_the_image_is_left(panel, workspace, told):
    image_id = workspace.image.id
    type_into(line(panel, "inspector_value_colour"), "blue", enter=False)
    workspace.go(1)
    assert workspace.store.annotations.of_image(image_id)[0].attributes[0].value == "blue"


def test_a_change_from_elsewhere_leaves_what_is_half_typed(panel, workspace, told):
    field = line(panel, "inspector_value_colour")
    type_into(field, "blu", enter=False)
    workspace.change(replace(workspace.annotations[0], is_crowd=True), text="Mark as crowd")
    assert field.text() == "blu"
    assert said(workspace)[0] == RED


# several


@pytest.fixture
def pair(workspace, told, draw, person) -> tuple[Annotation, ...]:
    """Two selected persons; both are occluded, only the first has a colour and a note."""
    other = draw(person, 50)
    workspace.change(replace(other, attributes=(OCCLUDED,)), text="Tell")
    workspace.select(a.id for a in workspace.annotations)
    return workspace.annotations


def test_several_show_what_they_share_and_what_is_mixed(panel, workspace, pair):
    assert panel.findChild(QLabel, "inspector_several_words").text() == "2 objects selected"
    assert panel.findChild(QComboBox, "inspector_several_category").currentText() == "person"
    assert panel.findChild(QCheckBox, "several_switch_occluded").isChecked()
    field = line(panel, "several_value_colour")
    assert (field.text(), field.placeholderText()) == ("", "Mixed")
    assert note(panel, "several_note").placeholderText() == "Mixed"
    crowd = panel.findChild(QCheckBox, "inspector_several_crowd")
    assert crowd.checkState() == Qt.CheckState.Unchecked
    workspace.change(replace(pair[0], is_crowd=True), text="Mark as crowd")
    assert crowd.checkState() == Qt.CheckState.PartiallyChecked


def test_a_change_changes_all_of_them_in_one_step(panel, workspace, pair, ball, qtbot):
    changes = [
        lambda: type_into(line(panel, "several_value_colour"), "blue"),
        lambda: panel.findChild(QCheckBox, "several_switch_occluded").click(),
        lambda: panel.findChild(QToolButton, "several_remove_v").click(),
        lambda: add(panel, qtbot, "size", "3"),
        lambda: panel.findChild(QCheckBox, "inspector_several_crowd").click(),
        lambda: choose(panel.findChild(QComboBox, "inspector_several_category"), qtbot),
        lambda: panel.findChild(QPushButton, "inspector_several_button").click(),
    ]
    outcomes = [
        lambda a: (
            a.attributes[-1] == Attribute("colour", "blue") or a.attributes[0].value == "blue"
        ),
        lambda a: Attribute("occluded", False) in a.attributes,
        lambda a: SPEED not in a.attributes,
        lambda a: Attribute("size", 3) in a.attributes,
        lambda a: a.is_crowd,
        lambda a: a.category_id == ball.id,
        lambda a: False,
    ]
    for change, outcome in zip(changes, outcomes, strict=True):
        count = len(texts(workspace))
        change()
        assert all(map(outcome, workspace.annotations))
        assert len(texts(workspace)) == count + 1
        workspace.undo()
        assert workspace.annotations == pair
        workspace.select(a.id for a in pair)


def choose(combo: QComboBox, qtbot) -> None:
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)


def test_leaving_a_mixed_field_changes_nothing(panel, workspace, pair):
    line(panel, "several_value_colour").setFocus()
    note(panel, "several_note").setFocus()
    panel.findChild(QComboBox, "inspector_several_category").setFocus()
    assert workspace.annotations == pair


def test_a_note_for_all_of_them(panel, workspace, pair):
    field = note(panel, "several_note")
    field.setFocus()
    QTest.keyClicks(field, "both")
    panel.findChild(QComboBox, "inspector_several_category").setFocus()
    assert [a.note for a in workspace.annotations] == ["both", "both"]
    workspace.undo()
    assert workspace.annotations == pair


# locked, read-only


def test_a_locked_object_says_so_and_cannot_be_typed_into(panel, workspace, told):
    workspace.set_locked([told.id], True)
    words = panel.findChild(QLabel, "inspector_locked")
    assert words.isVisible()
    assert words.text() == "Locked. Press L to unlock it."
    assert not line(panel, "inspector_value_colour").isEnabled()
    workspace.set_locked([told.id], False)
    assert not words.isVisible()
    assert line(panel, "inspector_value_colour").isEnabled()


def test_of_several_only_the_free_ones_are_changed(panel, workspace, pair):
    workspace.set_locked([pair[0].id], True)
    assert "1 of them locked" in panel.findChild(QLabel, "inspector_several_locked").text()
    type_into(line(panel, "several_value_colour"), "blue")
    assert workspace.annotations[0] == pair[0]
    assert said(workspace, 1) == (OCCLUDED, Attribute("colour", "blue"))
    workspace.set_locked([a.id for a in pair], True)
    assert not line(panel, "several_value_colour").isEnabled()


def test_a_read_only_project_shows_and_changes_nothing(panel, workspace, told):
    workspace.is_read_only = True
    workspace.select()
    workspace.select([told.id])
    assert line(panel, "inspector_value_colour").text() == "red"
    assert not line(panel, "inspector_value_colour").isEnabled()


def test_the_group_is_told(panel, workspace, pair):
    shown = panel.findChild(QLabel, "inspector_several_group")
    assert not shown.isVisible()
    workspace.change(replace(pair[0], group_id=4), text="Group")
    assert shown.text() == "Different ones"
    workspace.change(replace(pair[1], group_id=4), text="Group")
    assert shown.text() == "4"
    workspace.select([pair[0].id])
    assert panel.findChild(QLabel, "inspector_group").text() == "4, with 1 other"
