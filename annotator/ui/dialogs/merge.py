"""Merging categories: which go, which one stays, and what is lost by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QWidget

from annotator.domain.errors import KnownError
from annotator.domain.model import Category
from annotator.services.merging import Loss, losses
from annotator.ui import background
from annotator.ui.dialogs.frame import Frame, form, muted
from annotator.ui.look import caption, swatch
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_ID = int(Qt.ItemDataRole.UserRole)


class MergeDialog(Frame):
    """Asks before it merges; what follows can be undone."""

    def __init__(
        self, workspace: Workspace, source_ids: Iterable[int] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__("merge_dialog", "Merge categories", parent)
        self._workspace = workspace
        store = workspace.store
        self._counts = {} if store is None else store.annotations.count_by_category()
        self._list = QListWidget()
        self._list.setObjectName("merge_sources")
        self._list.setIconSize(QSize(12, 12))
        self._target = QComboBox()
        self._target.setObjectName("merge_target")
        self._target.setIconSize(QSize(12, 12))
        self._words = caption("", "merge_words", role="body")
        self._loss = caption("", "merge_loss", role="warning")
        undo = "This can be undone from the notice that follows, or in Edit > History."
        fields = form()
        fields.addRow(muted("Merge"), self._list)
        fields.addRow(muted("Into"), self._target)
        self.body.addLayout(fields)
        for words in (self._words, self._loss, caption(undo, role="muted")):
            self.body.addWidget(words)
        self._main = self.add_buttons("Merge", self._on_accept_pressed)
        self._fill(frozenset(source_ids))
        self._list.itemChanged.connect(lambda _item: self._tell())
        self._target.currentIndexChanged.connect(lambda _row: self._tell())
        self._tell()
        self.resize(480, 420)

    @property
    def sources(self) -> list[Category]:
        """The categories that go."""
        rows = (self._list.item(n) for n in range(self._list.count()))
        ticked = {r.data(_ID) for r in rows if r.checkState() == Qt.CheckState.Checked}
        target = self.target
        return [
            c
            for c in self._workspace.categories
            if c.id in ticked and (target is None or c.id != target.id)
        ]

    @property
    def target(self) -> Category | None:
        """The category that stays."""
        key = self._target.currentData()
        return next((c for c in self._workspace.categories if c.id == key), None)

    def _fill(self, chosen: frozenset[int]) -> None:
        for category in self._workspace.categories:
            objects = counted(self._counts.get(category.id, 0), "object")
            item = QListWidgetItem(f"{category.name}, {objects}", self._list)
            item.setIcon(swatch(category.colour))
            item.setData(_ID, category.id)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            is_chosen = category.id in chosen
            item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
            self._target.addItem(swatch(category.colour), category.name, category.id)
        rest = [c.id for c in self._workspace.categories if c.id not in chosen]
        if rest:
            self._target.setCurrentIndex(self._target.findData(rest[0]))

    def _tell(self) -> None:
        """What would move, and beside the window what would be lost."""
        sources, target = self.sources, self.target
        self._main.setEnabled(bool(sources) and target is not None)
        self._loss.setText("")
        self._loss.hide()
        if not sources or target is None:
            self._words.setText("Tick the categories to merge, and choose the one that stays.")
            self._main.setText("Merge")
            return
        count = sum(self._counts.get(c.id, 0) for c in sources)
        moves = f"{counted(count, 'object')} {'moves' if count == 1 else 'move'}"
        names = ", ".join(c.name for c in sources)
        self._words.setText(
            f"{moves} to {target.name}; {names} will be gone, and predictions of it are cleared. "
            "Joints are matched by their names."
        )
        self._main.setText(f"Merge into {target.name}")
        self._count_losses(sources, target)

    def _count_losses(self, sources: Sequence[Category], target: Category) -> None:
        store = self._workspace.store
        if store is None or not any(c.joints for c in sources):
            return
        background.run(
            losses,
            store,
            sources,
            target,
            done=partial(self._on_losses_counted, ([c.id for c in sources], target.id)),
            failed=self._on_count_failed,
            owner=self,
        )

    def _on_losses_counted(self, asked: tuple[list[int], int], found: list[Loss]) -> None:
        target = self.target
        now = ([c.id for c in self.sources], target.id if target is not None else None)
        if asked == now and target is not None and found:
            joints = ", ".join(
                f"{one.joint} of {one.category} ({counted(one.points, 'point')})" for one in found
            )
            self._loss.setText(f"{target.name} has no such joints, so they are dropped: {joints}.")
            self._loss.show()

    def _on_count_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._loss.setText(str(error))
        self._loss.show()

    def _on_accept_pressed(self) -> None:
        target = self.target
        if target is not None:
            self._workspace.merge_categories([c.id for c in self.sources], target.id)
        self.accept()
