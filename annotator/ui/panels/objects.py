"""The objects of the image in view, with their parts; predictions in a group of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.model import Annotation, Category, Prediction
from annotator.ui.look import GAP, PANEL_WIDTH, colours, icon
from annotator.ui.panels.facts import part_lines, parts_in_short
from annotator.ui.panels.parts import EmptyState, mark_group, swatches
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_ID = int(Qt.ItemDataRole.UserRole)
_KIND = _ID + 1
_NAME, _PARTS, _EYE, _LOCK = range(4)
_ROW_HEIGHT = 24
_OBJECT, _PREDICTION, _GROUP, _PART = "object", "prediction", "group", "part"


class ObjectsTree(QTreeWidget):
    """A tree whose Delete key is heard.

    Signals:
        delete_pressed: the Delete key went down here.
    """

    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear Delete; the rest walks the tree."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)


class ObjectsPanel(QWidget):
    """A tree of objects; its selection and the canvas's are one."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("objects_panel")
        self.setMinimumWidth(PANEL_WIDTH)
        self._workspace = workspace
        self._is_following = False
        self._open: set[int] = set()
        self._seen: object = None
        self._tree = self._make_tree()
        self._empty = EmptyState("objects_empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._tree)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GAP, 0, 0)
        layout.addWidget(self._stack)
        self._connect()
        self._reload()

    def _make_tree(self) -> ObjectsTree:
        tree = ObjectsTree()
        tree.setObjectName("objects_tree")
        tree.setColumnCount(4)
        tree.setHeaderHidden(True)
        tree.setFrameShape(QFrame.Shape.NoFrame)
        tree.setUniformRowHeights(True)
        tree.setIndentation(16)
        tree.setIconSize(QSize(14, 14))
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setAccessibleName("Objects")
        header = tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(24)
        header.setResizeContentsPrecision(0)  # only rows in view are measured, not thousands
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_PARTS, QHeaderView.ResizeMode.ResizeToContents)
        for column in (_EYE, _LOCK):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, 28)
        return tree

    def _connect(self) -> None:
        self._tree.itemSelectionChanged.connect(self._on_selection_changed)
        self._tree.itemClicked.connect(self._on_item_clicked)
        self._tree.itemExpanded.connect(self._on_item_expanded)
        self._tree.itemCollapsed.connect(self._on_item_collapsed)
        self._tree.delete_pressed.connect(self._on_delete_pressed)
        self._workspace.image_changed.connect(self._reload)
        self._workspace.edited.connect(lambda _edits, _asker: self._reload())
        self._workspace.predictions_changed.connect(self._reload)
        self._workspace.categories_changed.connect(self._reload)
        self._workspace.selection_changed.connect(self._follow)

    # --- filling ---------------------------------------------------------------------------

    def _reload(self) -> None:
        """Fill the tree anew; what was open stays open."""
        categories = {c.id: c for c in self._workspace.categories}
        objects = self._workspace.annotations
        predictions = self._workspace.predictions
        hidden = self._workspace.hidden, self._workspace.hidden_categories
        image = self._workspace.image
        seen = (
            image.id if image is not None else None,
            objects,
            predictions,
            self._workspace.categories,
            hidden,
            self._workspace.locked,
        )
        if seen == self._seen and image is not None:
            return
        self._seen = seen
        self._is_following = True
        scroll = self._tree.verticalScrollBar().value()
        # Rows go one by one, and the view would scroll to the next current one each time.
        self._tree.selectionModel().clearCurrentIndex()
        self._tree.clear()
        self._tree.addTopLevelItems(self._object_items(objects, categories))
        if predictions:
            group = self._group_item(predictions, categories)
            self._tree.addTopLevelItem(group)
            group.setFirstColumnSpanned(True)
            group.setExpanded(True)
        for item in self._items(_OBJECT):
            item.setExpanded(item.data(_NAME, _ID) in self._open)
        self._tree.verticalScrollBar().setValue(scroll)
        self._is_following = False
        if not objects and not predictions:
            self._empty.say(self._empty_words())
        self._stack.setCurrentWidget(self._tree if objects or predictions else self._empty)
        self._follow()

    def _object_items(
        self, objects: Sequence[Annotation], categories: dict[int, Category]
    ) -> list[QTreeWidgetItem]:
        numbers: Counter[int] = Counter()
        inks, items = swatches(objects, categories), []
        for annotation in objects:
            category = categories.get(annotation.category_id)
            numbers[annotation.category_id] += 1
            name = category.name if category else "Unknown category"
            item = _item(_OBJECT, annotation.id, f"{name} {numbers[annotation.category_id]}")
            item.setIcon(_NAME, inks[annotation.category_id])
            item.setText(_PARTS, parts_in_short(annotation))
            self._mark_row(item, annotation)
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
            items.append(item)
        return items

    def _mark_row(self, item: QTreeWidgetItem, annotation: Annotation) -> None:
        """Eye and lock; a hidden object's words go grey."""
        workspace, key = self._workspace, annotation.id
        is_hidden, is_locked = key in workspace.hidden, key in workspace.locked
        item.setIcon(_EYE, icon("eye-slash") if is_hidden else icon("eye", role="faint"))
        item.setToolTip(_EYE, "Show (H)" if is_hidden else "Hide (H)")
        is_open = icon("lock-simple-open", role="faint")
        item.setIcon(_LOCK, icon("lock-simple") if is_locked else is_open)
        item.setToolTip(_LOCK, "Unlock (L)" if is_locked else "Lock against changes (L)")
        mark_group(item, _PARTS, annotation.group_id)
        muted = QColor(colours().muted)
        item.setForeground(_PARTS, muted)
        if is_hidden or annotation.category_id in workspace.hidden_categories:
            item.setForeground(_NAME, muted)

    def _group_item(
        self, predictions: Sequence[Prediction], categories: dict[int, Category]
    ) -> QTreeWidgetItem:
        group = _item(_GROUP, 0, counted(len(predictions), "prediction"))
        group.setForeground(_NAME, QColor(colours().muted))
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        inks = swatches(predictions, categories)
        for prediction in predictions:
            category = categories.get(prediction.category_id)
            item = _item(_PREDICTION, prediction.id, category.name if category else "?")
            item.setIcon(_NAME, inks[prediction.category_id])
            item.setText(_PARTS, f"{prediction.score:.2f}")
            item.setForeground(_PARTS, QColor(colours().muted))
            item.setToolTip(_NAME, "A prediction: Enter accepts it, Esc rejects it")
            group.addChild(item)
        return group

    def _on_item_expanded(self, item: QTreeWidgetItem) -> None:
        if item.data(_NAME, _KIND) != _OBJECT:
            return
        key = item.data(_NAME, _ID)
        self._open.add(key)
        found = next((a for a in self._workspace.annotations if a.id == key), None)
        if found is not None and not item.childCount():
            for words in part_lines(found):
                child = _item(_PART, key, words)
                child.setFlags(Qt.ItemFlag.ItemIsEnabled)
                child.setForeground(_NAME, QColor(colours().muted))
                item.addChild(child)
                child.setFirstColumnSpanned(True)

    def _on_item_collapsed(self, item: QTreeWidgetItem) -> None:
        self._open.discard(item.data(_NAME, _ID))

    def _empty_words(self) -> str:
        if self._workspace.image is None:
            return "No image is open."
        if not self._workspace.categories:
            return "No categories yet. Press R and draw: the first object asks for its name."
        return (
            "No objects yet. Press R for a box, P for a polygon, K for joints, and draw; "
            "or mark the image as one without objects."
        )

    # --- selecting -------------------------------------------------------------------------

    def _items(self, kind: str) -> list[QTreeWidgetItem]:
        found: list[QTreeWidgetItem] = []
        for row in range(self._tree.topLevelItemCount()):
            item = self._tree.topLevelItem(row)
            if item is None:
                continue
            if item.data(_NAME, _KIND) == _GROUP and kind == _PREDICTION:
                found.extend(_children(item))
            elif item.data(_NAME, _KIND) == kind:
                found.append(item)
        return found

    def _follow(self) -> None:
        """Select what is selected on the canvas."""
        chosen = {a.id for a in self._workspace.selected}
        prediction = self._workspace.selected_prediction
        hits = [i for i in self._items(_OBJECT) if i.data(_NAME, _ID) in chosen]
        if prediction is not None:
            hits = [i for i in self._items(_PREDICTION) if i.data(_NAME, _ID) == prediction.id]
        self._is_following = True
        if set(map(id, hits)) != set(map(id, self._tree.selectedItems())):
            self._tree.clearSelection()
            if hits:
                keep = QItemSelectionModel.SelectionFlag.NoUpdate
                self._tree.setCurrentItem(hits[0], _NAME, keep)
                self._tree.scrollToItem(hits[0])
            for item in hits:
                item.setSelected(True)
        self._is_following = False

    def _on_selection_changed(self) -> None:
        if self._is_following:
            return
        items = self._tree.selectedItems()
        ids = [i.data(_NAME, _ID) for i in items if i.data(_NAME, _KIND) == _OBJECT]
        predictions = [i.data(_NAME, _ID) for i in items if i.data(_NAME, _KIND) == _PREDICTION]
        if predictions and not ids:
            self._workspace.select(prediction_id=predictions[0])
        else:
            self._workspace.select(ids)

    def _on_item_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        key = item.data(_NAME, _ID)
        if item.data(_NAME, _KIND) != _OBJECT:
            return
        if column == _EYE:
            self._workspace.set_hidden([key], key not in self._workspace.hidden)
        elif column == _LOCK:
            self._workspace.set_locked([key], key not in self._workspace.locked)

    def changeEvent(self, event: QEvent) -> None:
        """Another scheme has other inks."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._seen is not None:
            self._seen = None
            self._reload()

    def _on_delete_pressed(self) -> None:
        self._workspace.delete([a.id for a in self._workspace.selected], asker=None)


def _item(kind: str, key: int, name: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem()
    item.setText(_NAME, name)
    item.setData(_NAME, _ID, key)
    item.setData(_NAME, _KIND, kind)
    item.setSizeHint(_NAME, QSize(0, _ROW_HEIGHT))
    item.setTextAlignment(_PARTS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [c for c in (item.child(n) for n in range(item.childCount())) if c is not None]
