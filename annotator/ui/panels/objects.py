"""The objects of the image in view, with their parts; predictions in a group of their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QStackedWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from annotator.domain.model import Annotation, Category, Prediction
from annotator.domain.offers import offers_among
from annotator.ui.look import GAP, PANEL_WIDTH, colours, icon, swatch
from annotator.ui.panels.facts import part_lines, parts_in_short
from annotator.ui.panels.object_tree import EYE, LOCK, NAME, PARTS, ObjectsTree
from annotator.ui.panels.parts import UNKNOWN_COLOUR, EmptyState, mark_group, swatches
from annotator.ui.panels.steady_rows import SteadyRows
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_ID = int(Qt.ItemDataRole.UserRole)
_KIND = _ID + 1
_ROW_HEIGHT = 24
_OBJECT, _PREDICTION, _GROUP, _PART = "object", "prediction", "group", "part"

_Facts = tuple[Annotation, str, int, str, bool, bool, bool]
"""An object, its category's name, its number among those, the colour; hidden, locked, its category
hidden. They are gathered of all objects after each edit, and put into words only for new rows."""


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
        self._facts: dict[int, _Facts] = {}
        self._swatches: dict[str, QIcon] = {}
        self._tree = ObjectsTree()
        self._rows = SteadyRows(self._tree, self._dress, self)
        self._group: QTreeWidgetItem | None = None
        self._empty = EmptyState("objects_empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._tree)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GAP, 0, 0)
        layout.addWidget(self._stack)
        self._connect()
        self._reload()

    def _connect(self) -> None:
        self._tree.itemSelectionChanged.connect(self._on_selection_changed)
        self._tree.itemClicked.connect(self._on_item_clicked)
        self._tree.itemExpanded.connect(self._on_item_expanded)
        self._tree.itemCollapsed.connect(self._on_item_collapsed)
        self._tree.painting.connect(self._rows.dress_seen)
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
        if self._group is not None:
            self._tree.takeTopLevelItem(self._tree.indexOfTopLevelItem(self._group))
            self._group = None
        self._facts = self._facts_of(objects, categories)
        self._rows.show(self._facts)
        if predictions:
            self._group = self._group_item(predictions, categories)
            self._tree.addTopLevelItem(self._group)
            self._group.setFirstColumnSpanned(True)
            self._group.setExpanded(True)
        for key in self._open & self._facts.keys():
            item = self._rows.item(key)
            if item is not None:
                item.setExpanded(True)
        self._tree.verticalScrollBar().setValue(scroll)
        self._is_following = False
        if not objects and not predictions:
            self._empty.say(self._empty_words())
        self._stack.setCurrentWidget(self._tree if objects or predictions else self._empty)
        self._follow()

    def _facts_of(
        self, objects: Sequence[Annotation], categories: dict[int, Category]
    ) -> dict[int, _Facts]:
        """All that the row of each object shows, by its id."""
        numbers: dict[int, int] = {}
        looks = {one.id: (one.name, one.colour) for one in categories.values()}
        unknown = "Unknown category", UNKNOWN_COLOUR
        facts: dict[int, _Facts] = {}
        hidden, locked = self._workspace.hidden, self._workspace.locked
        hidden_categories = self._workspace.hidden_categories
        for annotation in objects:
            key, category_id = annotation.id, annotation.category_id
            number = numbers[category_id] = numbers.get(category_id, 0) + 1
            name, colour = looks.get(category_id, unknown)
            facts[key] = (
                annotation,
                name,
                number,
                colour,
                key in hidden,
                key in locked,
                category_id in hidden_categories,
            )
        return facts

    def _dress(self, item: QTreeWidgetItem, key: int) -> None:
        """Make the row of an object show its facts."""
        annotation, name, number, colour, *_ = self._facts[key]
        _write(item, _OBJECT, key, f"{name} {number}")
        item.setIcon(NAME, self._swatch(colour))
        item.setText(PARTS, parts_in_short(annotation))
        self._mark_row(item, annotation)
        item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        item.takeChildren()
        if item.isExpanded():
            self._add_parts(item, annotation)

    def _swatch(self, colour: str) -> QIcon:
        """One icon a colour, however many rows show it."""
        if colour not in self._swatches:
            self._swatches[colour] = swatch(colour)
        return self._swatches[colour]

    def _mark_row(self, item: QTreeWidgetItem, annotation: Annotation) -> None:
        """Eye and lock; a hidden object's words go grey."""
        workspace, key = self._workspace, annotation.id
        is_hidden, is_locked = key in workspace.hidden, key in workspace.locked
        item.setIcon(EYE, icon("eye-slash") if is_hidden else icon("eye", role="faint"))
        item.setToolTip(EYE, "Show (H)" if is_hidden else "Hide (H)")
        is_open = icon("lock-simple-open", role="faint")
        item.setIcon(LOCK, icon("lock-simple") if is_locked else is_open)
        item.setToolTip(LOCK, "Unlock (L)" if is_locked else "Lock against changes (L)")
        mark_group(item, PARTS, annotation.group_id)
        muted = QColor(colours().muted)
        item.setForeground(PARTS, muted)
        if is_hidden or annotation.category_id in workspace.hidden_categories:
            item.setForeground(NAME, muted)

    def _group_item(
        self, predictions: Sequence[Prediction], categories: dict[int, Category]
    ) -> QTreeWidgetItem:
        group = _item(_GROUP, 0, _group_words(predictions))
        group.setForeground(NAME, QColor(colours().muted))
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        inks = swatches(predictions, categories)
        for prediction in predictions:
            category = categories.get(prediction.category_id)
            item = _item(_PREDICTION, prediction.id, category.name if category else "?")
            item.setIcon(NAME, inks[prediction.category_id])
            item.setText(PARTS, f"{prediction.score:.2f}")
            item.setForeground(PARTS, QColor(colours().muted))
            item.setToolTip(NAME, "A prediction: Enter accepts it, Esc rejects it")
            group.addChild(item)
        return group

    def _on_item_expanded(self, item: QTreeWidgetItem) -> None:
        if item.data(NAME, _KIND) != _OBJECT:
            return
        key = item.data(NAME, _ID)
        self._open.add(key)
        if key in self._facts and not item.childCount():
            self._add_parts(item, self._facts[key][0])

    def _add_parts(self, item: QTreeWidgetItem, annotation: Annotation) -> None:
        for words in part_lines(annotation):
            child = _item(_PART, annotation.id, words)
            child.setFlags(Qt.ItemFlag.ItemIsEnabled)
            child.setForeground(NAME, QColor(colours().muted))
            item.addChild(child)
            child.setFirstColumnSpanned(True)

    def _on_item_collapsed(self, item: QTreeWidgetItem) -> None:
        self._open.discard(item.data(NAME, _ID))

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

    def _follow(self) -> None:
        """Select what is selected on the canvas."""
        prediction = self._workspace.selected_prediction
        if prediction is not None:
            found = _children(self._group) if self._group is not None else []
            hits = [i for i in found if i.data(NAME, _ID) == prediction.id]
        else:
            rows = (self._rows.item(a.id) for a in self._workspace.selected)
            hits = [item for item in rows if item is not None]
        self._is_following = True
        if set(map(id, hits)) != set(map(id, self._tree.selectedItems())):
            self._tree.clearSelection()
            if hits:
                keep = QItemSelectionModel.SelectionFlag.NoUpdate
                self._tree.setCurrentItem(hits[0], NAME, keep)
                self._tree.scrollToItem(hits[0])
            for item in hits:
                item.setSelected(True)
        self._is_following = False

    def _on_selection_changed(self) -> None:
        if self._is_following:
            return
        items = self._tree.selectedItems()
        ids = [i.data(NAME, _ID) for i in items if i.data(NAME, _KIND) == _OBJECT]
        predictions = [i.data(NAME, _ID) for i in items if i.data(NAME, _KIND) == _PREDICTION]
        if predictions and not ids:
            self._workspace.select(prediction_id=predictions[0])
        else:
            self._workspace.select(ids)

    def _on_item_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        key = item.data(NAME, _ID)
        if item.data(NAME, _KIND) != _OBJECT:
            return
        if column == EYE:
            self._workspace.set_hidden([key], key not in self._workspace.hidden)
        elif column == LOCK:
            self._workspace.set_locked([key], key not in self._workspace.locked)

    def changeEvent(self, event: QEvent) -> None:
        """Another scheme has other inks."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._seen is not None:
            self._seen = None
            self._swatches.clear()
            self._rows.clear()
            self._reload()

    def _on_delete_pressed(self) -> None:
        self._workspace.delete([a.id for a in self._workspace.selected], asker=None)


def _item(kind: str, key: int, name: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem()
    _write(item, kind, key, name)
    return item


def _write(item: QTreeWidgetItem, kind: str, key: int, name: str) -> None:
    item.setText(NAME, name)
    item.setData(NAME, _ID, key)
    item.setData(NAME, _KIND, kind)
    item.setSizeHint(NAME, QSize(0, _ROW_HEIGHT))
    item.setTextAlignment(PARTS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [c for c in (item.child(n) for n in range(item.childCount())) if c is not None]


def _group_words(predictions: Sequence[Prediction]) -> str:
    """How many predictions and look-alikes there are."""
    alike = len(offers_among(predictions))
    parts = ((len(predictions) - alike, "prediction"), (alike, "look-alike"))
    return ", ".join(counted(number, noun) for number, noun in parts if number)
