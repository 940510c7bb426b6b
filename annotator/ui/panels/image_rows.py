"""The rows of the image list: three views over the project's images, filtered by words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from annotator.domain.model import Image, ImageState, Split
from annotator.ui.album import in_queue
from annotator.ui.words import counted

IMAGE_ROLE = int(Qt.ItemDataRole.UserRole)
VIEWS = ("all", "queue", "flagged")
_FEW = 64
"""So many rows come and go one by one, with the list's scroll position kept; more is a reset."""

_STATE_WORDS: dict[str, Callable[[Image], bool]] = {
    "new": lambda image: image.state == ImageState.NEW,
    "progress": lambda image: image.state == ImageState.IN_PROGRESS,
    "reviewed": lambda image: image.state == ImageState.REVIEWED,
    "unreviewed": lambda image: image.state != ImageState.REVIEWED,
    "flagged": lambda image: bool(image.flag),
    "missing": lambda image: image.is_missing,
    "held": lambda image: image.split == Split.HELD_OUT,
    "labelled": lambda image: image.object_count > 0,
    "unlabelled": lambda image: image.object_count == 0,
    "predicted": lambda image: image.version_id is not None,
    "unpredicted": lambda image: image.version_id is None,
}


def is_in_view(image: Image, view: str) -> bool:
    """Whether an image belongs to "all", "queue" (not reviewed, there) or "flagged"."""
    if view == "queue":
        return image.state != ImageState.REVIEWED and not image.is_missing
    if view == "flagged":
        return bool(image.flag) and image.state != ImageState.REVIEWED
    return True


def matches(image: Image, words: Sequence[str]) -> bool:
    """Whether every word stands in the name or the flag, or is a word for the image's state."""
    texts = image.file_name.lower(), image.flag.lower()
    for word in words:
        test = _STATE_WORDS.get(word)
        is_said = any(word in text for text in texts)
        if not is_said and not (test is not None and test(image)):
            return False
    return True


def rank(image: Image, view: str) -> tuple[tuple[bool, float], int, int]:
    """Where an image stands in a view: by place in the queue, the least sure flagged one first."""
    return (_key(image, view), image.ordinal, image.id)


def _key(image: Image, view: str) -> tuple[bool, float]:
    if view == "queue":
        return in_queue(image)
    if view == "flagged":
        return True, 1.0 if image.uncertainty is None else -image.uncertainty
    return True, 0.0


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
    """The images of one view; a change of few images touches few rows, whatever the total."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: dict[int, Image] = {}
        self._members: dict[str, set[int]] = {view: set() for view in VIEWS}
        self._rows: list[int] = []
        self._row_of: dict[int, int] | None = None
        self._view = "all"
        self._words: tuple[str, ...] = ()

    @property
    def view(self) -> str:
        """The view on show."""
        return self._view

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self._words)

    def show(self, images: Sequence[Image]) -> None:
        """Take all images anew, in the order of the project."""
        self._images = {image.id: image for image in images}
        waiting = [i for i in images if i.state != ImageState.REVIEWED]
        self._members = {
            "all": set(self._images),
            "queue": {i.id for i in waiting if not i.is_missing},
            "flagged": {i.id for i in waiting if i.flag},
        }
        self._reset()

    def set_view(self, view: str) -> None:
        """Show another view."""
        if view != self._view:
            self._view = view
            self._reset()

    def set_filter(self, text: str) -> None:
        """Keep images whose name or state has every word."""
        words = tuple(text.lower().split())
        if words != self._words:
            self._words = words
            self._reset()

    def count(self, view: str) -> int:
        """How many images a view has, the filter aside."""
        return len(self._members[view])

    def row_of(self, image_id: int) -> int | None:
        """The row an image stands in, None when this view does not show it."""
        if self._row_of is None:
            self._row_of = {key: row for row, key in enumerate(self._rows)}
        return self._row_of.get(image_id)

    def image_at(self, row: int) -> Image:
        """The image of a row."""
        return self._images[self._rows[row]]

    def change(self, images: Iterable[Image]) -> None:
        """Take some images anew."""
        stay: list[int] = []
        go: list[int] = []
        come: list[int] = []
        for image in images:
            before = self._images.get(image.id)
            self._images[image.id] = image
            for view, members in self._members.items():
                (members.add if is_in_view(image, view) else members.discard)(image.id)
            was_here = self.row_of(image.id) is not None
            is_here = image.id in self._members[self._view] and matches(image, self._words)
            has_moved = before is not None and rank(before, self._view) != rank(image, self._view)
            if was_here and is_here and not has_moved:
                stay.append(image.id)
                continue
            if was_here:
                go.append(image.id)
            if is_here:
                come.append(image.id)
        self._move_rows(stay, go, come)

    def _move_rows(self, stay: list[int], go: list[int], come: list[int]) -> None:
        if len(go) + len(come) > _FEW:
            self._reset()
            return
        for image_id in stay:
            index = self.index(self.row_of(image_id) or 0)
            self.dataChanged.emit(index, index)
        for image_id in go:
            row = self._rows.index(image_id)
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._rows[row]
            self._row_of = None
            self.endRemoveRows()
        for image_id in come:
            place = rank(self._images[image_id], self._view)
            row = bisect_left(self._rows, place, key=self._rank_of)
            self.beginInsertRows(QModelIndex(), row, row)
            self._rows.insert(row, image_id)
            self._row_of = None
            self.endInsertRows()

    def _rank_of(self, image_id: int) -> tuple[tuple[bool, float], int, int]:
        return rank(self._images[image_id], self._view)

    def _reset(self) -> None:
        self.beginResetModel()
        members, words = self._members[self._view], self._words
        found = [i for i in self._images.values() if i.id in members]
        if words:
            found = [i for i in found if matches(i, words)]
        if self._view != "all":
            found.sort(key=lambda image: _key(image, self._view))  # stable: else as in the project
        self._rows = [image.id for image in found]
        self._row_of = None
        self.endResetModel()

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
