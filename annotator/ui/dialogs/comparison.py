"""Two model versions side by side, on the same held-out images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from annotator.domain.model import Image, ModelVersion
from annotator.ui.dialogs.frame import Frame
from annotator.ui.lineage import ROUGH_BELOW, signed
from annotator.ui.look import as_role, button, caption, tabular
from annotator.ui.words import ap_of, counted

Json = Mapping[str, Any]

_IMAGE = int(Qt.ItemDataRole.UserRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_COLUMN = 72


class ComparisonDialog(Frame):
    """Shows the result of ``annotator.learning.comparison``.

    Signals:
        image_requested: id of an image the person wants to look at.
        use_requested: id of the version the person decided for.
    """

    image_requested = Signal(object)
    use_requested = Signal(object)

    def __init__(
        self,
        pair: tuple[ModelVersion, ModelVersion],
        result: Json,
        images: Mapping[int, Image],
        parent: QWidget | None = None,
    ) -> None:
        """Show which of a pair is better.

        Args:
            pair: the first and the second.
            result: of the comparison.
            images: those that are listed, by id.
            parent: of the dialog.
        """
        first, second = pair
        super().__init__("comparison", f"{first.name} and {second.name}", parent)
        self.body.addWidget(caption(_about(result), "comparison_about", role="body"))
        self._numbers = _table(
            "comparison_numbers", ("On all of them", first.name, second.name, "Change")
        )
        self._numbers.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # nothing to walk through
        self._fill_numbers(result)
        self.body.addWidget(self._numbers)
        self._categories = _table(
            "comparison_categories",
            ("By category, AP50", "Objects", first.name, second.name, "Change"),
        )
        self._fill_categories(result["categories"])
        self.body.addWidget(self._categories, 2)
        self._images = _table(
            "comparison_images",
            ("Images they differ on most, AP50", first.name, second.name, "Change"),
        )
        self._fill_images(result["differing"], images)
        self.body.addWidget(self._images, 2)
        self._images.itemActivated.connect(self._on_image_activated)
        self._images.itemClicked.connect(self._on_image_activated)
        self._add_buttons(pair)
        self.resize(600, 640)

    def _add_buttons(self, pair: tuple[ModelVersion, ModelVersion]) -> None:
        for version in pair:
            if not version.is_active:
                use = button(f"Use {version.name}", f"comparison_use_{version.name}")
                use.clicked.connect(lambda _=False, key=version.id: self._on_use_clicked(key))
                self.buttons.addWidget(use)
        close = button("Close", "comparison_close", primary=True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.buttons.addWidget(close)

    def _fill_numbers(self, result: Json) -> None:
        for measure in ("AP50", "AP"):
            before, after = (ap_of(result[one], measure) for one in ("first", "second"))
            for kind in dict.fromkeys([*before, *after]):
                words = f"{kind} {measure}"
                _add(self._numbers, [words], before.get(kind), after.get(kind))
        _fit(self._numbers)

    def _fill_categories(self, rows: Sequence[Json]) -> None:
        for row in rows:
            before, after = (ap_of(row[one], "AP50") for one in ("first", "second"))
            for kind in dict.fromkeys([*before, *after]):
                words = [f"{row['name']}, {kind}", f"{row['objects']:,}"]
                _add(self._categories, words, before.get(kind), after.get(kind))
        self._categories.setVisible(bool(rows))

    def _fill_images(self, rows: Sequence[Json], images: Mapping[int, Image]) -> None:
        for row in rows:
            image = images.get(row["image_id"])
            if image is not None:
                item = _add(self._images, [image.file_name], row["first"], row["second"])
                item.setData(0, _IMAGE, image.id)
                item.setToolTip(0, f"Show {image.file_name}")
        if not self._images.topLevelItemCount():
            self._images.addTopLevelItem(QTreeWidgetItem(["They are as good on every image"]))

    def _on_image_activated(self, item: QTreeWidgetItem) -> None:
        image_id = item.data(0, _IMAGE)
        if image_id is not None:
            self.image_requested.emit(image_id)

    def _on_use_clicked(self, version_id: int) -> None:
        self.use_requested.emit(version_id)
        self.accept()


def _about(result: Json) -> str:
    rough = result["reviewed"] < ROUGH_BELOW
    words = f"Both were tested on the same {counted(result['images'], 'held-out image')}"
    if result["left_out"]:
        left = counted(result["left_out"], "image")
        words += f"; {left} more that one of them learned from did not count"
    if rough:
        words += ". Below 30 reviewed images such numbers are rough"
    return f"{words}. An AP of 1 is perfect."


def _table(name: str, head: Sequence[str]) -> QTreeWidget:
    made = QTreeWidget()
    made.setObjectName(name)
    made.setAccessibleName(head[0])
    made.setHeaderLabels(list(head))
    made.setRootIsDecorated(False)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setFont(tabular(made.font()))
    as_role(made, "framed")
    header = made.header()
    header.setStretchLastSection(False)
    header.setMinimumSectionSize(_COLUMN)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column in range(1, len(head)):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        made.headerItem().setTextAlignment(column, _RIGHT)
    return made


def _add(
    table: QTreeWidget, words: Sequence[str], before: float | None, after: float | None
) -> QTreeWidgetItem:
    change = signed(after - before) if before is not None and after is not None else ""
    texts = [*words, _number(before), _number(after), change]
    item = QTreeWidgetItem(texts)
    for column in range(1, len(texts)):
        item.setTextAlignment(column, _RIGHT)
    table.addTopLevelItem(item)
    return item


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _fit(table: QTreeWidget) -> None:
    """As high as its rows."""
    rows = table.topLevelItemCount()
    table.setFixedHeight(table.header().sizeHint().height() + 24 * max(1, rows) + 10)
