"""Joints of a category drawn by hand, listed and typed, in the real dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
)

from annotator.domain.model import Annotation, Box, Category, Keypoint, Prediction
from annotator.services import layouts
from annotator.store.store import Store
from annotator.ui.dialogs.category import CategoryDialog
from annotator.ui.dialogs.joint_board import JointBoard
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
POSE = (Keypoint(20, 12, 2), Keypoint(30, 30, 2), Keypoint(10, 30, 1))


class Hand:
    """What a person does in the dialog; places are shares of the picture."""

    def __init__(self, dialog: CategoryDialog) -> None:
        self.dialog = dialog
        self.board = dialog.findChild(JointBoard, "joint_board")
        self.tree = dialog.findChild(QTreeWidget, "joint_list")

    def _at(self, x: float, y: float):
        return self.board.point((x, y)).toPoint()

    def click(self, x: float, y: float) -> None:
        QTest.mouseClick(self.board, LEFT, NONE, self._at(x, y))

    def double_click(self, x: float, y: float) -> None:
        self.click(x, y)
        QTest.mouseDClick(self.board, LEFT, NONE, self._at(x, y))

    def drag(
        self, start: tuple[float, float], end: tuple[float, float], drops: bool = True
    ) -> None:
        QTest.mousePress(self.board, LEFT, NONE, self._at(*start))
        for share in (0.2, 0.6, 1.0):
            way = [a + (b - a) * share for a, b in zip(start, end, strict=True)]
            QTest.mouseMove(self.board, self._at(*way))
        if drops:
            QTest.mouseRelease(self.board, LEFT, NONE, self._at(*end))

    def key(self, key: Qt.Key, keys=NONE) -> None:
        QTest.keyClick(self.board, key, keys)

    @property
    def name_field(self) -> QLineEdit:
        return self.dialog.findChild(QLineEdit, "joint_name")

    def name(self, text: str) -> None:
        QTest.keyClicks(self.name_field, text)
        QTest.keyClick(self.name_field, Qt.Key.Key_Return)

    def add(self, name: str, x: float, y: float) -> None:
        self.click(x, y)
        self.name(name)

    def choose(self, name: str, text: str) -> None:
        """Choose from a drop-down."""
        combo = self.dialog.findChild(QComboBox, name)
        combo.setCurrentIndex(combo.findText(text))
        combo.activated.emit(combo.currentIndex())

    def press(self, name: str) -> None:
        kinds = (QPushButton, QToolButton)
        found = (self.dialog.findChild(kind, name) for kind in kinds)
        next(f for f in found if f is not None).click()

    def rows(self) -> list[tuple[str, str]]:
        items = [self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount())]
        return [(item.text(0), item.text(1)) for item in items]

    def choose_row(self, row: int) -> None:
        self.tree.setCurrentItem(self.tree.topLevelItem(row))

    def text(self, name: str) -> QPlainTextEdit:
        return self.dialog.findChild(QPlainTextEdit, f"category_dialog_{name}")

    def words(self, name: str) -> str:
        return self.dialog.findChild(QLabel, name).text()

    def accept(self) -> None:
        self.press("category_dialog_accept")


@pytest.fixture
def new(workspace, show) -> Hand:
    hand = Hand(show(CategoryDialog(workspace)))
    hand.dialog.findChild(QLineEdit, "category_dialog_name").setText("fish")
    hand.choose("category_dialog_template", "Own joints")
    hand.choose("joint_picture", "Empty frame")
    return hand


@pytest.fixture
def posed(workspace) -> Annotation:
    """An object of the category person, with all its joints."""
    person = workspace.categories[0]
    made = workspace.add_object(
        box=Box(5, 5, 40, 40), keypoints=POSE, category_id=person.id, text="Draw"
    )
    workspace.select()
    return made


@pytest.fixture
def person(workspace, show, posed) -> Hand:
    hand = Hand(show(CategoryDialog(workspace, workspace.categories[0])))
    hand.choose("joint_picture", "Empty frame")
    return hand


def category(workspace) -> Category:
    return workspace.categories[0]


def place_of(hand: Hand, name: str) -> tuple[float, float] | None:
    plan = hand.dialog._model.plan
    return plan.joints[plan.names.index(name)].place


def stored(workspace, value: Annotation) -> Annotation:
    return next(a for a in workspace.store.annotations.of_image(value.image_id) if a.id == value.id)


# Drawing


def test_joints_and_bones_are_drawn_by_hand(new, workspace):
    new.add("mouth", 0.1, 0.5)
    new.add("left_fin", 0.5, 0.2)
    new.add("right_fin", 0.5, 0.8)
    new.drag((0.1, 0.5), (0.5, 0.2))
    new.drag((0.1, 0.5), (0.5, 0.8))
    assert place_of(new, "mouth") == pytest.approx((0.1, 0.5), abs=0.01), "a bone moves no joint"
    assert new.words("category_dialog_summary") == "3 joints, 2 bones, 1 left and right pair."
    new.accept()
    made = workspace.categories[-1]
    assert made.joints == ("mouth", "left_fin", "right_fin")
    assert made.skeleton == ((0, 1), (0, 2))
    assert made.pairs == ((1, 2),)
    layout = layouts.for_placing(workspace.store, made)
    assert layout.places[0] == pytest.approx((0.1, 0.5), abs=0.01)
    assert layout.places[2] == pytest.approx((0.5, 0.8), abs=0.01)


def test_escape_while_naming_drops_the_new_joint_and_leaves_the_dialog_open(new):
    new.click(0.3, 0.3)
    QTest.keyClick(new.name_field, Qt.Key.Key_Escape)
    assert new.rows() == []
    assert new.dialog.isVisible()


def test_a_joint_without_a_typed_name_is_numbered(new):
    new.click(0.3, 0.3)
    QTest.keyClick(new.name_field, Qt.Key.Key_Return)
    new.click(0.6, 0.6)
    new.click(0.8, 0.8)
    assert [name for name, _ in new.rows()] == ["joint_1", "joint_2", "joint_3"]
    assert new.dialog.isVisible()


def test_a_drag_moves_a_joint_and_ctrl_z_takes_it_back(new):
    new.add("mouth", 0.1, 0.5)
    new.drag((0.1, 0.5), (0.7, 0.3))
    assert place_of(new, "mouth") == pytest.approx((0.7, 0.3), abs=0.01)
    new.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert place_of(new, "mouth") == pytest.approx((0.1, 0.5), abs=0.01)
    new.drag((0.1, 0.5), (0.7, 0.3), drops=False)
    new.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(new.board, LEFT, NONE, new._at(0.7, 0.3))
    assert place_of(new, "mouth") == pytest.approx((0.1, 0.5), abs=0.01)
    assert new.dialog.isVisible()


def test_a_joint_stays_inside_the_picture(new):
    new.add("mouth", 0.1, 0.5)
    new.drag((0.1, 0.5), (-0.04, 1.01))
    assert place_of(new, "mouth") == (0.0, 1.0)


def test_delete_removes_the_clicked_bone_or_joint(new):
    for n, name in enumerate(("a", "b", "c")):
        new.add(name, 0.2 + 0.3 * n, 0.2 + 0.3 * (n % 2))
    new.drag((0.2, 0.2), (0.5, 0.5))
    new.drag((0.5, 0.5), (0.8, 0.2))
    new.click(0.35, 0.35)
    new.key(Qt.Key.Key_Delete)
    assert new.dialog._model.plan.bones == ((1, 2),)
    new.click(0.5, 0.5)
    new.key(Qt.Key.Key_Delete)
    assert [name for name, _ in new.rows()] == ["a", "c"]
    assert new.dialog._model.plan.bones == ()
    new.key(Qt.Key.Key_Delete)
    assert len(new.rows()) == 2, "nothing is chosen any more"


def test_a_second_bone_between_two_joints_is_the_first(new):
    new.add("a", 0.2, 0.2)
    new.add("b", 0.6, 0.6)
    new.drag((0.2, 0.2), (0.6, 0.6))
    new.drag((0.6, 0.6), (0.2, 0.2))
    assert new.dialog._model.plan.bones == ((0, 1),)


def test_joints_that_were_typed_are_asked_for_one_by_one(new):
    new.text("joints").setPlainText("mouth\nfin")
    assert new.rows() == [("mouth", "not drawn"), ("fin", "not drawn")]
    assert new.words("joint_hint") == "Click where the mouth is."
    new.click(0.2, 0.4)
    assert new.words("joint_hint") == "Click where the fin is."
    new.click(0.6, 0.4)
    assert place_of(new, "fin") == pytest.approx((0.6, 0.4), abs=0.01)
    assert len(new.rows()) == 2


def test_a_joint_added_in_the_list_is_named_there_and_drawn_after(new, qtbot):
    new.press("joint_add")
    editor = new.tree.findChild(QLineEdit)
    editor.setText("tail")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: new.rows() == [("tail", "not drawn")])
    assert new.dialog.isVisible()
    new.click(0.9, 0.5)
    assert place_of(new, "tail") == pytest.approx((0.9, 0.5), abs=0.01)


def test_the_chosen_joint_is_the_same_on_picture_and_list(new):
    new.add("mouth", 0.1, 0.5)
    new.add("fin", 0.5, 0.2)
    new.click(0.1, 0.5)
    assert new.tree.currentItem().text(0) == "mouth"
    before = new.board.grab().toImage()
    new.choose_row(1)
    assert new.board.grab().toImage() != before
    assert new.dialog._model.joint == 1


# What stays with a rename, an order, a removal


def test_a_joint_renamed_on_the_picture_keeps_its_points(person, workspace, posed):
    x, y = place_of(person, "head")
    person.double_click(x, y)
    person.name_field.clear()
    person.name("skull")
    person.accept()
    assert category(workspace).joints == ("skull", "left_hand", "right_hand")
    assert stored(workspace, posed) == posed
    texts = [e.text for e in workspace.store.history.entries(None)]
    assert texts[0] == "Change category person"


def test_a_joint_renamed_in_the_list_or_the_text_keeps_its_points(person, workspace, posed):
    person.tree.topLevelItem(0).setText(0, "skull")
    person.text("joints").setPlainText("skull\nl_hand\nright_hand")
    assert place_of(person, "l_hand") is not None
    words = "head is skull now, left_hand is l_hand now; points stay."
    assert words in person.words("category_dialog_summary")
    person.accept()
    assert category(workspace).joints == ("skull", "l_hand", "right_hand")
    assert stored(workspace, posed) == posed


def test_another_order_takes_the_points_along_and_undo_puts_all_back(person, workspace, posed):
    before = category(workspace)
    person.choose_row(0)
    person.press("joint_down")
    person.press("joint_down")
    assert [name for name, _ in person.rows()] == ["left_hand", "right_hand", "head"]
    assert person.tree.currentItem().text(0) == "head"
    person.press("joint_up")
    person.accept()
    after = category(workspace)
    assert after.joints == ("left_hand", "head", "right_hand")
    assert after.skeleton == ((1, 0),)
    assert stored(workspace, posed).keypoints == (POSE[1], POSE[0], POSE[2])
    workspace.undo_step(workspace.store.history.entries(None)[0].id)
    assert category(workspace) == before
    assert stored(workspace, posed) == posed


def test_a_row_dropped_on_another_takes_its_number(person):
    person.choose_row(2)
    target = person.tree.visualItemRect(person.tree.topLevelItem(0)).center()
    event = QDropEvent(QPointF(target), Qt.DropAction.MoveAction, QMimeData(), LEFT, NONE)
    person.tree.dropEvent(event)
    assert [name for name, _ in person.rows()] == ["right_hand", "head", "left_hand"]


def test_another_order_clears_the_predictions_that_have_the_old_one(workspace, posed, show):
    store, ball = workspace.store, workspace.categories[1]
    own = [Prediction(0, 0, c.id, 1, 0.9, Box(5, 5, 9, 9)) for c in (category(workspace), ball)]
    store.predictions.write(1, workspace.image.id, own)
    hand = Hand(show(CategoryDialog(workspace, category(workspace))))
    hand.choose_row(0)
    hand.press("joint_down")
    assert "clears this category's predictions" in hand.words("category_dialog_summary")
    hand.accept()
    assert [p.category_id for p in store.predictions.of_image(workspace.image.id)] == [ball.id]


def test_removing_a_joint_says_how_many_points_go_with_it(person, workspace, posed, qtbot):
    person.choose_row(2)
    person.press("joint_remove")
    words = "Removing right_hand drops 1 point of labelled objects."
    qtbot.waitUntil(lambda: words in person.words("category_dialog_summary"))
    person.accept()
    assert stored(workspace, posed).keypoints == POSE[:2]


def test_a_joint_typed_letter_by_letter_is_one_rename(person, workspace, posed):
    field = person.text("joints")
    for text in ("hea", "he", "h", "", "s", "sk", "skull"):
        field.setPlainText(f"{text}\nleft_hand\nright_hand")
    person.accept()
    assert category(workspace).joints[0] == "skull"
    assert stored(workspace, posed) == posed


def test_what_is_wrong_with_a_name_is_said_wherever_it_was_given(person):
    person.tree.topLevelItem(0).setText(0, "left_hand")
    assert person.dialog.problem == "The joint “left_hand” stands there twice."
    person.tree.topLevelItem(0).setText(0, "head")
    assert person.dialog.problem == ""
    person.text("bones").setPlainText("head - nothing")
    assert "is no bone" in person.dialog.problem
    person.text("bones").setPlainText("head - left_hand\nhead - right_hand")
    assert person.dialog._model.plan.bones == ((0, 1), (0, 2))


# Left and right


def test_sides_are_read_off_the_names_and_can_be_changed(person, workspace):
    assert person.rows() == [("head", ""), ("left_hand", "left"), ("right_hand", "right")]
    person.choose_row(1)
    opposite = person.dialog.findChild(QComboBox, "joint_opposite")
    assert opposite.currentText() == "right_hand"
    person.choose("joint_side", "Right")
    assert [side for _, side in person.rows()] == ["", "right", "left"]
    person.choose_row(0)
    person.choose("joint_opposite", "left_hand")
    assert [side for _, side in person.rows()] == ["left", "right", ""]
    person.accept()
    assert category(workspace).pairs == ((0, 1),)


def test_a_joint_is_taken_out_of_its_pair(person, workspace):
    person.choose_row(2)
    person.choose("joint_opposite", "none")
    assert [side for _, side in person.rows()] == ["", "", ""]
    person.accept()
    assert category(workspace).pairs == ()


# Pictures


def test_objects_and_the_image_in_view_are_offered(person, workspace, qtbot):
    combo = person.dialog.findChild(QComboBox, "joint_picture")
    titles = [combo.itemText(n) for n in range(combo.count())]
    assert titles == ["Empty frame", "person, 40 × 40, on 0.png", "0.png, the image in view"]
    person.choose("joint_picture", titles[1])
    qtbot.waitUntil(lambda: person.board.picture is not None)
    assert (person.board.picture.width(), person.board.picture.height()) == (40, 40)
    person.choose("joint_picture", titles[2])
    qtbot.waitUntil(lambda: person.board.picture is not None)
    assert person.board.frame.width() / person.board.frame.height() == pytest.approx(80 / 60)
    person.choose("joint_picture", titles[0])
    assert person.board.picture is None


def test_joints_that_were_never_drawn_are_where_they_are_on_the_object(workspace, show):
    fish = workspace.add_category("fish", joints=("mouth", "fin"))
    joints = (Keypoint(15, 25, 2), Keypoint(0, 0, 0))
    workspace.add_object(box=Box(5, 5, 40, 40), keypoints=joints, text="Draw")
    hand = Hand(show(CategoryDialog(workspace, fish)))
    assert hand.dialog.findChild(QComboBox, "joint_picture").currentText().startswith("fish, 40")
    assert place_of(hand, "mouth") == (0.25, 0.5)
    assert place_of(hand, "fin") is None


def test_what_was_drawn_on_a_whole_image_fills_the_objects_box(new, workspace):
    new.choose("joint_picture", "0.png, the image in view")
    new.add("mouth", 0.4, 0.4)
    new.add("tail", 0.6, 0.5)
    new.accept()
    layout = layouts.for_showing(workspace.store, workspace.categories[-1])
    assert layout.places == ((0.04, 0.04), (0.96, 0.96))


def test_a_picture_that_cannot_be_read_is_said(person, workspace, qtbot):
    workspace.image_path.write_bytes(b"no picture")
    person.choose("joint_picture", "0.png, the image in view")
    qtbot.waitUntil(lambda: "cannot be read" in person.words("joint_hint"))
    assert person.board.picture is None


def test_a_project_without_images_offers_an_empty_frame(tmp_path, show, qtbot):
    Store.create(tmp_path / "empty").close()
    workspace = Workspace(UserSettings())
    workspace.open(tmp_path / "empty")
    hand = Hand(show(CategoryDialog(workspace)))
    hand.dialog.findChild(QLineEdit, "category_dialog_name").setText("fish")
    hand.choose("category_dialog_template", "Own joints")
    assert hand.dialog.findChild(QComboBox, "joint_picture").count() == 1
    hand.add("mouth", 0.5, 0.5)
    hand.accept()
    assert workspace.categories[-1].joints == ("mouth",)
    workspace.close()


# The whole


def test_an_unchanged_category_makes_no_step_and_keeps_no_layout(person, workspace):
    before = len(workspace.store.history.entries(None))
    person.accept()
    assert len(workspace.store.history.entries(None)) == before
    assert workspace.setting(layouts.KEY, None) is None


def test_a_layout_alone_is_kept_without_a_step(person, workspace):
    before = len(workspace.store.history.entries(None))
    x, y = place_of(person, "head")
    person.drag((x, y), (0.9, 0.9))
    person.accept()
    assert len(workspace.store.history.entries(None)) == before
    layout = layouts.for_showing(workspace.store, category(workspace))
    assert layout.places[0] == pytest.approx((0.9, 0.9), abs=0.01)


def test_a_read_only_project_keeps_neither(person, workspace):
    said = []
    workspace.said.connect(lambda notice: said.append(notice.text))
    before = category(workspace)
    x, y = place_of(person, "head")
    person.drag((x, y), (0.9, 0.9))
    person.tree.topLevelItem(0).setText(0, "skull")
    workspace.is_read_only = True
    person.accept()
    assert category(workspace) == before
    assert workspace.store.settings.get(layouts.KEY) is None
    assert "looking only" in said[-1]


def test_a_template_replaces_the_joints_and_its_figure_is_shown(person, workspace):
    person.choose("category_dialog_template", "Quadruped, 17 joints (AP-10K)")
    assert len(person.rows()) == 17
    assert person.board.frame.width() / person.board.frame.height() == pytest.approx(1.3, abs=0.02)
    assert "Removing head, left_hand, right_hand drops" in person.words("category_dialog_summary")
    person.accept()
    assert category(workspace).joints[0] == "left_eye"
