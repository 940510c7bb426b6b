"""The rows of the image list: three views over the project's images, narrowed by a filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from annotator.domain.columns import Mark
from annotator.domain.model import Image, Split
from annotator.ui.album import Album
from annotator.ui.words import counted

IMAGE_ROLE = int(Qt.ItemDataRole.UserRole)
VIEWS = ("all", "queue", "flagged")
_FEW = 64
"""So many rows come and go one by one, with the list's scroll position kept; more is a reset."""

Rows = NDArray[np.int64]
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def describe(image: Image) -> str:
    """Everything the row shows, in words, for the tooltip and screen readers."""
    state = {"new": "New", "in_progress": "In progress", "reviewed": "Reviewed"}[image.state]
    facts = [image.file_name, f"{state}, {counted(image.object_count, 'object')}"]
    if image.flag:
        facts.append(f"Look here: {image.flag}")
    if image.uncertainty is not None:
        facts.append(f"{image.uncertainty:.0%} unsure")
    if image.split == Split.HELD_OUT:
        facts.append("Held out: tests the model, never teaches it")
    if image.is_missing:
        facts.append("The file was not found")
    return "\n".join(facts)


class ImagesModel(QAbstractListModel):
    """The images of one view; a change of few images touches few rows, whatever the total.

    Only the rows somebody looks at are read: the model holds their places in the album.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._album = Album()
        self._members: dict[str, NDArray[np.bool_]] = {}
        self._found: Rows | None = None
        self._is_sorted = False
        self._view = "all"
        self._take(np.zeros(0, np.int64))
        self._count_members()

    @property
    def view(self) -> str:
        """The view on show."""
        return self._view

    @property
    def is_filtered(self) -> bool:
        """Whether only what was found is shown."""
        return self._found is not None

    def show(self, album: Album) -> None:
        """Take all images anew."""
        self.beginResetModel()
        self._album, self._found = album, None
        self._count_members()
        self._take(self._wanted())
        self.endResetModel()

    def set_view(self, view: str) -> None:
        """Show another view."""
        if view != self._view:
            self._view = view
            self._reset()

    def set_found(self, image_ids: Sequence[int] | None, *, is_sorted: bool = False) -> None:
        """Show only these images.

        Args:
            image_ids: what a filter found; None for all.
            is_sorted: their order is wanted, not that of the view.
        """
        self._found = None if image_ids is None else self._album.rows_of(image_ids)
        self._is_sorted = is_sorted and image_ids is not None
        self._reset()

    def count(self, view: str) -> int:
        """How many images a view has, the filter aside."""
        return int(np.count_nonzero(self._members[view]))

    def row_of(self, image_id: int) -> int | None:
        """The row an image stands in, None when this view does not show it."""
        place = self._album.row_of(image_id)
        return None if place is None else self._row_at(place)

    def image_at(self, row: int) -> Image:
        """The image of a row."""
        return self._album[int(self._rows[row])]

    def ids(self) -> list[int]:
        """The images of all rows, in their order."""
        found: list[int] = self._album.columns.ids[self._rows].tolist()
        return found

    def change(self, images: Iterable[Image]) -> None:
        """Take some images anew."""
        values = list(images)
        self._album.put(values)
        places = self._album.rows_of([image.id for image in values])
        self._count_members()
        wanted = np.zeros(len(self._album), bool)
        wanted[self._wanted()] = True
        keys = self._keys_of(places)
        stay: list[int] = []
        go: list[int] = []
        come: list[int] = []
        for place, key in zip(places.tolist(), keys.tolist(), strict=True):
            row = self._row_at(place)
            if row is not None and wanted[place] and self._keys[row] == key:
                stay.append(place)
                continue
            if row is not None:
                go.append(place)
            if wanted[place]:
                come.append(place)
        self._move_rows(stay, go, come)

    def _move_rows(self, stay: list[int], go: list[int], come: list[int]) -> None:
        if len(go) + len(come) > _FEW:
            self._reset()
            return
        for place in stay:
            index = self.index(self._row_at(place) or 0)
            self.dataChanged.emit(index, index)
        for place in go:
            row = self._row_at(place)
            assert row is not None
            self.beginRemoveRows(QModelIndex(), row, row)
            self._put(np.delete(self._rows, row), np.delete(self._keys, row))
            self.endRemoveRows()
        for place in come:
            key = self._keys_of(np.array([place]))[0]
            first, last = (int(np.searchsorted(self._keys, key, side)) for side in _SIDES)
            row = first + int(np.searchsorted(self._rows[first:last], place))
            self.beginInsertRows(QModelIndex(), row, row)
            self._put(np.insert(self._rows, row, place), np.insert(self._keys, row, key))
            self.endInsertRows()

    # --- which rows ------------------------------------------------------------------------

    def _count_members(self) -> None:
        columns = self._album.columns
        waiting = ~columns.is_reviewed
        self._members = {
            "all": np.ones(len(self._album), bool),
            "queue": waiting & ~columns.has(Mark.MISSING),
            "flagged": waiting & columns.has(Mark.FLAGGED),
        }

    def _wanted(self) -> Rows:
        """Places in the album of what is to be shown, in order."""
        members = self._members[self._view]
        if self._found is None:
            places = np.flatnonzero(members)
        else:
            places = self._found[members[self._found]]
            if self._is_sorted:
                return places
            places = np.sort(places)
        return places[np.argsort(self._keys_of(places), kind="stable")]

    def _keys_of(self, places: Rows) -> NDArray[np.float64]:
        """What rows are sorted by before their row: place in the queue, the least sure flagged."""
        if self._view == "all" or self._is_sorted:
            return np.zeros(len(places))
        if self._view == "queue":
            return self._album.columns.queue_keys(places)
        return np.nan_to_num(-self._album.columns.doubts[places], nan=1.0)

    def _reset(self) -> None:
        self.beginResetModel()
        self._take(self._wanted())
        self.endResetModel()

    def _take(self, places: Rows) -> None:
        self._put(places, self._keys_of(places))

    def _put(self, places: Rows, keys: NDArray[np.float64]) -> None:
        self._rows, self._keys = places, keys
        self._row_of: Rows | None = None

    def _row_at(self, place: int) -> int | None:
        """The row of a place in the album."""
        if self._row_of is None:
            self._row_of = np.full(len(self._album), -1, np.int64)
            self._row_of[self._rows] = np.arange(len(self._rows))
        row = int(self._row_of[place])
        return None if row < 0 else row

    # --- for the view ----------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """How many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        """The image, its name, or its description in words."""
        if not index.isValid():
            return None
        image = self.image_at(index.row())
        if role == IMAGE_ROLE:
            return image
        if role == Qt.ItemDataRole.DisplayRole:
            return image.file_name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return describe(image)
        return None
