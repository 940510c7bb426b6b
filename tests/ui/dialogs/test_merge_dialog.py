"""Merging categories in the dialog, with what it says beforehand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPushButton

from annotator.domain.model import Box, Keypoint, Prediction
from annotator.ui.dialogs.categories import CategoriesDialog
from annotator.ui.dialogs.merge import MergeDialog


def words(dialog, name: str) -> str:
    return dialog.findChild(QLabel, f"merge_{name}").text()


def button(dialog) -> QPushButton:
    return dialog.findChild(QPushButton, "merge_dialog_accept")


def tick(dialog, row: int, state=Qt.CheckState.Checked) -> None:
    dialog.findChild(QListWidget, "merge_sources").item(row).setCheckState(state)


def choose(dialog, name: str) -> None:
    dialog.findChild(QComboBox, "merge_target").setCurrentText(name)


@pytest.fixture
def human(workspace):
    """A category with joints of which person has one, and an object of it."""
    made = workspace.add_category("human", joints=("head", "tail"))
    joints = (Keypoint(6, 6, 2), Keypoint(8, 8, 1))
    workspace.add_object(box=Box(5, 5, 30, 30), keypoints=joints, text="Draw")
    return made


def test_a_merge_says_what_moves_and_what_is_dropped(workspace, show, human, qtbot):
    dialog = show(MergeDialog(workspace, [human.id]))
    assert dialog.target == workspace.categories[0]
    assert words(dialog, "words").startswith("1 object moves to person; human will be gone")
    loss = "person has no such joints, so they are dropped: tail of human (1 point)."
    qtbot.waitUntil(lambda: words(dialog, "loss") == loss)
    choose(dialog, "ball")
    assert words(dialog, "loss") == ""
    qtbot.waitUntil(lambda: "head of human (1 point), tail of human" in words(dialog, "loss"))
    assert button(dialog).text() == "Merge into ball"


def test_merging_is_one_step_that_the_notice_undoes(workspace, show, human):
    heard = []
    workspace.said.connect(heard.append)
    before, categories = workspace.annotations, workspace.categories
    dialog = show(MergeDialog(workspace, [human.id]))
    tick(dialog, 1)
    button(dialog).click()
    assert [c.name for c in workspace.categories] == ["person"]
    assert {a.category_id for a in workspace.annotations} == {categories[0].id}
    joined = workspace.annotations[-1]
    assert joined.keypoints == (Keypoint(6, 6, 2), Keypoint(0, 0, 0), Keypoint(0, 0, 0))
    assert workspace.current_category == categories[0]
    assert heard[-1].text == "Merged ball, human into person, 3 objects."
    workspace.undo_step(heard[-1].undo_step)
    assert workspace.categories == categories
    assert workspace.annotations == before


def test_a_merge_is_undone_from_the_history_after_a_restart(workspace, show, human):
    before, folder = workspace.annotations, workspace.store.folder
    dialog = show(MergeDialog(workspace, [human.id]))
    button(dialog).click()
    workspace.open(folder)
    entry = workspace.store.history.entries(None)[0]
    assert entry.text == "Merge human into person, 1 object"
    assert entry.is_bulk
    workspace.undo_step(entry.id)
    assert workspace.annotations == before


def test_predictions_of_what_is_gone_go_too(workspace, show, human):
    own = [
        Prediction(0, 0, c.id, 1, 0.9, Box(5, 5, 9, 9)) for c in (human, workspace.categories[0])
    ]
    store, image = workspace.store, workspace.image
    store.predictions.write(1, image.id, own)
    workspace.predictions_stored([image.id])
    dialog = show(MergeDialog(workspace, [human.id]))
    assert "predictions of it are cleared" in words(dialog, "words")
    button(dialog).click()
    left = store.predictions.of_image(image.id)
    assert [p.category_id for p in left] == [workspace.categories[0].id]
    assert workspace.image.prediction_count == 1


def test_nothing_ticked_or_only_the_one_that_stays_cannot_be_merged(workspace, show):
    dialog = show(MergeDialog(workspace))
    assert not button(dialog).isEnabled()
    assert "Tick the categories" in words(dialog, "words")
    tick(dialog, 0)
    assert dialog.target.name == "person"
    assert not button(dialog).isEnabled()
    choose(dialog, "ball")
    assert button(dialog).isEnabled()
    tick(dialog, 0, Qt.CheckState.Unchecked)
    assert not button(dialog).isEnabled()


def test_a_merge_is_reached_from_the_list_of_categories(workspace, show):
    listing = show(CategoriesDialog(workspace))
    listing.findChild(QPushButton, "categories_merge").click()
    assert listing.findChild(MergeDialog) is not None
    workspace.delete_category(workspace.categories[1].id)
    assert not listing.findChild(QPushButton, "categories_merge").isEnabled()


def test_a_project_without_categories_has_nothing_to_merge(workspace, show):
    for category in workspace.categories:
        workspace.delete_category(category.id)
    dialog = show(MergeDialog(workspace))
    assert dialog.target is None
    assert not button(dialog).isEnabled()


def test_a_read_only_project_is_not_merged(workspace, show, human):
    heard = []
    workspace.said.connect(heard.append)
    dialog = show(MergeDialog(workspace, [human.id]))
    workspace.is_read_only = True
    before = workspace.categories
    button(dialog).click()
    assert workspace.categories == before
    assert "looking only" in heard[-1].text
