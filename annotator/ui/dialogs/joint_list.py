"""The joints of a category as a list: their order, their names, and which is left of which."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.formats.coco.sides import pairs_of
from annotator.ui.canvas.skeleton import LEFT, RIGHT
from annotator.ui.dialogs.joint_model import JointModel
from annotator.ui.look import GAP, PAD, as_role, colours, flat_button, swatch

_LEFT, _RIGHT = "Left", "Right"
_NONE = "none"


class JointList(QWidget):
    """Rows in sync with the picture; each change is made at once in the model."""

    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self._model = model
        self._is_filling = False
        self._tree = _JointTree()
        self._tree.setObjectName("joint_list")
        self._buttons = {
            name: flat_button(sign, f"joint_{name}", tip)
            for name, sign, tip in (
                ("add", "plus", "Add a joint"),
                ("up", "arrow-up", "Move the joint up"),
                ("down", "arrow-down", "Move the joint down"),
                ("remove", "trash", "Remove the joint (Delete)"),
            )
        }
        self._opposite, self._side = QComboBox(), QComboBox()
        self._opposite.setObjectName("joint_opposite")
        self._opposite.setAccessibleName("The joint on the other side")
        self._side.setObjectName("joint_side")
        self._side.setAccessibleName("The side of the joint")
        self._side.addItems([_LEFT, _RIGHT])
        self._lay_out()
        self._connect()
        self._fill()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        for made in self._buttons.values():
            buttons.addWidget(made)
        buttons.addStretch(1)
        sides = QHBoxLayout()
        sides.setSpacing(PAD)
        words = QLabel("Opposite")
        as_role(words, "muted")
        words.setToolTip("The joint that changes places with this one when the image is mirrored")
        sides.addWidget(words)
        sides.addWidget(self._opposite, 1)
        sides.addWidget(self._side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, PAD, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._tree, 1)
        layout.addLayout(buttons)
        layout.addLayout(sides)

    def _connect(self) -> None:
        model, buttons = self._model, self._buttons
        model.changed.connect(self._fill)
        model.chosen_changed.connect(self._show_chosen)
        model.name_wanted.connect(self._on_name_wanted)
        self._tree.moved.connect(model.move)
        self._tree.removed.connect(model.remove_chosen)
        self._tree.undone.connect(model.undo)
        self._tree.itemChanged.connect(self._on_item_changed)
        self._tree.currentItemChanged.connect(lambda _now, _before: self._on_row_chosen())
        self._opposite.activated.connect(lambda _row: self._on_opposite_chosen())
        self._side.activated.connect(lambda _row: self._on_opposite_chosen(is_told=True))
        buttons["add"].clicked.connect(lambda _checked: model.add())
        buttons["up"].clicked.connect(lambda: self._move(-1))
        buttons["down"].clicked.connect(lambda: self._move(1))
        buttons["remove"].clicked.connect(model.remove_chosen)

    # --- filling ---------------------------------------------------------------------------

    def _fill(self) -> None:
        self._is_filling = True
        self._tree.clear()
        for n, joint in enumerate(self._model.plan.joints):
            item = QTreeWidgetItem([joint.name, self._side_words(n)])
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsEditable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            partner, is_left = self._model.partner_of(n)
            if partner is not None:
                item.setIcon(1, swatch((LEFT if is_left else RIGHT).name(), 10))
            item.setForeground(1, QColor(colours().muted))
            item.setToolTip(0, "Double-click or F2 renames · drag to change the order")
            self._tree.addTopLevelItem(item)
        self._is_filling = False
        self._show_chosen()

    def _side_words(self, joint: int) -> str:
        partner, is_left = self._model.partner_of(joint)
        words = "" if partner is None else (_LEFT if is_left else _RIGHT).lower()
        if self._model.plan.joints[joint].place is None:
            words = f"{words}, not drawn" if words else "not drawn"
        return words

    def _show_chosen(self) -> None:
        self._is_filling = True
        chosen, names = self._model.joint, self._model.plan.names
        item = self._tree.topLevelItem(chosen) if chosen is not None else None
        self._tree.setCurrentItem(item)  # type: ignore[arg-type]
        self._opposite.clear()
        self._opposite.addItem(_NONE, None)
        partner, is_left = None, True
        if chosen is not None and chosen < len(names):
            for n, name in enumerate(names):
                if n != chosen:
                    self._opposite.addItem(name, n)
            partner, is_left = self._model.partner_of(chosen)
        self._opposite.setCurrentIndex(max(self._opposite.findData(partner), 0))
        self._side.setCurrentText(_LEFT if is_left else _RIGHT)
        self._is_filling = False
        self._enable(partner)

    def _enable(self, partner: int | None) -> None:
        chosen, count = self._model.joint, len(self._model.plan.joints)
        has_any = chosen is not None
        self._opposite.setEnabled(has_any)
        self._side.setEnabled(partner is not None)
        self._buttons["up"].setEnabled(chosen is not None and chosen > 0)
        self._buttons["down"].setEnabled(chosen is not None and chosen < count - 1)
        self._buttons["remove"].setEnabled(has_any or self._model.bone is not None)

    # --- what happens ----------------------------------------------------------------------

    def _move(self, step: int) -> None:
        if self._model.joint is not None:
            self._model.move(self._model.joint, self._model.joint + step)

    def _on_name_wanted(self, index: int) -> None:
        """A joint that has no place is named here; on the picture the others are."""
        item = self._tree.topLevelItem(index)
        if self._model.plan.joints[index].place is None and item is not None:
            self._tree.scrollToItem(item)
            self._tree.editItem(item, 0)

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if self._is_filling or column != 0:
            return
        index, name = self._tree.indexOfTopLevelItem(item), item.text(0).strip()
        if name:
            self._model.rename(index, name)
        else:
            item.setText(0, self._model.plan.names[index])

    def _on_row_chosen(self) -> None:
        if not self._is_filling:
            item = self._tree.currentItem()
            self._model.choose(None if item is None else self._tree.indexOfTopLevelItem(item))

    def _on_opposite_chosen(self, *, is_told: bool = False) -> None:
        chosen, other = self._model.joint, self._opposite.currentData()
        if chosen is None:
            return
        if other is None:
            self._model.unpair(chosen)
            return
        names = self._model.plan.names
        is_left = pairs_of([names[chosen], names[other]]) != ((1, 0),)
        if is_told:
            is_left = self._side.currentText() == _LEFT
        self._model.pair(*((chosen, other) if is_left else (other, chosen)))


class _JointTree(QTreeWidget):
    """Rows that are dragged among each other, and edited in place.

    Signals:
        moved: (from row, to row).
        removed: Delete on a row.
        undone: Ctrl+Z.
    """

    moved = Signal(int, int)
    removed = Signal()
    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        as_role(self, "framed")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setAccessibleName("Joints in order")

    def edit(self, index, trigger=None, event=None):  # type: ignore[no-untyped-def]
        """Only names are edited."""
        if trigger is None:
            return super().edit(index)
        return index.column() == 0 and super().edit(index, trigger, event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The model moves the joint; the rows are filled anew from it."""
        chosen = self.currentItem()
        start = -1 if chosen is None else self.indexOfTopLevelItem(chosen)
        target = self.itemAt(event.position().toPoint())
        row = self.topLevelItemCount() if target is None else self.indexOfTopLevelItem(target)
        if self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem:
            row += 1
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if start >= 0:
            self.moved.emit(start, row - 1 if row > start else row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the joint, Ctrl+Z takes the last change back."""
        is_undo = event.key() == Qt.Key.Key_Z and bool(
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif is_undo:
            self.undone.emit()
        else:
            super().keyPressEvent(event)
