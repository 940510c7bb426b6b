"""Creating, changing, ordering and deleting categories."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
)

from annotator.domain.errors import RefusedError
from annotator.domain.joint_sets import TEMPLATES
from annotator.formats.coco.sides import pairs_of
from annotator.ui.dialogs import joints
from annotator.ui.dialogs.categories import CategoriesDialog, DeleteCategoryDialog
from annotator.ui.dialogs.category import CategoryDialog


def field(dialog, name: str):
    kinds = (QLineEdit, QPlainTextEdit, QComboBox, QLabel, QPushButton)
    found = (dialog.findChild(kind, f"category_dialog_{name}") for kind in kinds)
    return next(f for f in found if f is not None)


@pytest.fixture
def new(workspace, show) -> CategoryDialog:
    return show(CategoryDialog(workspace))


def test_a_category_is_created_with_a_template(new, workspace, qtbot):
    qtbot.keyClicks(field(new, "name"), "hand")
    combo = field(new, "template")
    combo.setCurrentText("Hand, 21 joints")
    combo.activated.emit(combo.currentIndex())
    assert field(new, "summary").text() == "21 joints, 20 bones, 0 left and right pairs."
    field(new, "accept").click()
    made = workspace.categories[-1]
    assert (made.name, len(made.joints), len(made.skeleton)) == ("hand", 21, 20)


def test_return_creates_it(new, workspace, qtbot):
    qtbot.keyClicks(field(new, "name"), "crate")
    qtbot.keyClick(field(new, "name"), Qt.Key.Key_Return)
    assert workspace.categories[-1].name == "crate"


def test_own_joints_and_bones_are_typed(new, workspace):
    field(new, "name").setText("fish")
    combo = field(new, "template")
    combo.setCurrentText("Own joints")
    combo.activated.emit(combo.currentIndex())
    field(new, "joints").setPlainText("mouth\nleft-fin\n\nright-fin\n tail ")
    field(new, "bones").setPlainText("mouth - tail\nleft-fin - right-fin")
    field(new, "accept").click()
    made = workspace.categories[-1]
    assert made.joints == ("mouth", "left-fin", "right-fin", "tail")
    assert made.skeleton == ((0, 3), (1, 2))
    assert made.pairs == ((1, 2),)


@pytest.mark.parametrize(
    ("name", "points", "bones", "problem"),
    [
        ("BALL", "", "", "There is a category BALL already."),
        ("fish", "tail\ntail", "", "The joint “tail” stands there twice."),
        ("fish", "tail\nmouth", "tail - nose", "“tail - nose” is no bone"),
        ("", "", "", ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_created(new, name, points, bones, problem):
    field(new, "name").setText(name)
    field(new, "joints").setPlainText(points)
    field(new, "bones").setPlainText(bones)
    assert new.problem.startswith(problem)
    assert not field(new, "accept").isEnabled()


def test_a_category_is_changed(workspace, show):
    dialog = show(CategoryDialog(workspace, workspace.categories[0]))
    assert field(dialog, "template").currentText() == "Own joints"
    field(dialog, "name").setText("human")
    dialog._on_colour_chosen(QColor("#123456"))
    field(dialog, "joints").appendPlainText("neck")
    assert field(dialog, "summary").text() == "4 joints, 1 bone, 1 left and right pair."
    field(dialog, "accept").click()
    after = workspace.categories[0]
    assert (after.name, after.colour) == ("human", "#123456")
    assert after.joints == ("head", "left_hand", "right_hand", "neck")
    assert after.pairs == ((1, 2),)


def test_cancel_changes_nothing(workspace, show):
    dialog = show(CategoryDialog(workspace, workspace.categories[0]))
    field(dialog, "name").setText("human")
    field(dialog, "cancel").click()
    assert workspace.categories[0].name == "person"


def test_joints_can_be_taken_away(workspace, show):
    dialog = show(CategoryDialog(workspace, workspace.categories[0]))
    combo = field(dialog, "template")
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    field(dialog, "accept").click()
    assert workspace.categories[0].joints == ()


# --- the list -------------------------------------------------------------------------------


@pytest.fixture
def listing(workspace, show) -> CategoriesDialog:
    return show(CategoriesDialog(workspace))


def rows(dialog) -> list[list[str]]:
    tree = dialog.findChild(QTreeWidget, "categories_tree")
    items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    return [[item.text(n) for n in range(4)] for item in items]


def choose(dialog, row: int) -> None:
    tree = dialog.findChild(QTreeWidget, "categories_tree")
    tree.setCurrentItem(tree.topLevelItem(row))


def press(dialog, name: str) -> None:
    dialog.findChild(QPushButton, name).click()


def test_the_list_tells_key_joints_and_objects(listing):
    assert rows(listing) == [["1", "person", "3", "0"], ["2", "ball", "", "2"]]


def test_moving_keeps_the_row_chosen(listing, workspace):
    choose(listing, 1)
    assert not listing.findChild(QPushButton, "categories_down").isEnabled()
    press(listing, "categories_up")
    assert [c.name for c in workspace.categories] == ["ball", "person"]
    assert listing.findChild(QTreeWidget, "categories_tree").currentItem().text(1) == "ball"
    assert not listing.findChild(QPushButton, "categories_up").isEnabled()


def test_add_and_edit_open_a_dialog(listing, workspace):
    press(listing, "categories_add")
    dialog = listing.findChild(CategoryDialog)
    assert dialog.windowTitle() == "New category"
    dialog.reject()
    choose(listing, 0)
    press(listing, "categories_edit")
    titles = [d.windowTitle() for d in listing.findChildren(QDialog)]
    assert "Category person" in titles


def test_delete_says_how_many_objects_go_and_can_be_undone(listing, workspace):
    choose(listing, 1)
    press(listing, "categories_delete")
    dialog = listing.findChild(DeleteCategoryDialog)
    words = dialog.findChild(QLabel, "delete_category_words").text()
    assert words == "2 objects of the category ball will be deleted with it."
    press(dialog, "delete_category_dialog_accept")
    assert [c.name for c in workspace.categories] == ["person"]
    assert workspace.annotations == ()
    entry = workspace.store.history.entries(None)[0]
    workspace.undo_step(entry.id)
    assert [c.name for c in workspace.categories] == ["person", "ball"]
    assert len(workspace.annotations) == 2


def test_a_category_without_objects_says_so(workspace, show):
    dialog = show(DeleteCategoryDialog(workspace, workspace.categories[0]))
    assert dialog.findChild(QLabel, "delete_category_words").text() == "person has no objects."


# --- joints as text -------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.title)
def test_templates_survive_as_text(template):
    assert len(template.joints) == int(template.title.split(", ")[1].split()[0])
    text = joints.joints_to_text(template.joints)
    assert joints.read_joints(text) == template.joints
    bones = joints.bones_to_text(template.joints, template.bones)
    assert joints.read_bones(bones, template.joints) == template.bones
    reached = {end for bone in template.bones for end in bone}
    assert reached == set(range(len(template.joints)))


def test_templates_have_their_pairs():
    assert [len(pairs_of(t.joints)) for t in TEMPLATES] == [8, 6, 0, 7]


def test_no_joints_are_no_bones():
    assert joints.read_joints(" \n") == ()
    assert joints.read_bones("", ()) == ()
    with pytest.raises(RefusedError):
        joints.read_bones("a - a", ("a",))
