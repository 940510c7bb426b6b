"""The page of model versions: a card each, the newest first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from annotator.ui.look import PAD, caption
from annotator.ui.panels.parts import EmptyState
from annotator.ui.panels.version_card import VersionCard
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace


class VersionsPage(QWidget):
    """All versions.

    Signals:
        use_requested, receipt_requested, export_requested, delete_requested, compare_requested,
            note_written: as those of ``VersionCard``.
        retrain_requested: there is none yet, and the person wants one.
    """

    use_requested = Signal(object)
    receipt_requested = Signal(object)
    export_requested = Signal(object)
    delete_requested = Signal(object)
    compare_requested = Signal(object, object)
    note_written = Signal(object, str)
    retrain_requested = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("versions_page")
        self._workspace = workspace
        self._title = caption("", "versions_title", role="muted")
        self._cards: list[VersionCard] = []
        self._empty = EmptyState("versions_empty")
        self._empty.say(
            "No model version yet. Label about ten images, mark them reviewed, then retrain: "
            "each training makes a version, with its numbers and a receipt.",
            "Retrain…",
        )
        self._empty.pressed.connect(self.retrain_requested)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        self._column.setSpacing(PAD)
        self._column.addWidget(self._title)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._area)
        workspace.versions_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        versions = self._workspace.versions
        for card in self._cards:
            self._column.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self._cards = []
        befores = (*versions[1:], None)[: len(versions)]
        for number, (version, before) in enumerate(zip(versions, befores, strict=True), start=1):
            others = [v for v in versions if v.id != version.id]
            card = VersionCard(version, before, others)
            card.setEnabled(not self._workspace.is_read_only)
            for name in ("use", "receipt", "export", "delete", "compare"):
                getattr(card, f"{name}_requested").connect(getattr(self, f"{name}_requested"))
            card.note_written.connect(self.note_written)
            self._column.insertWidget(number, card)
            self._cards.append(card)
        self._pages.setCurrentIndex(1 if versions else 0)
        self.say("")

    def say(self, words: str) -> None:
        """Say what goes on; nothing takes the usual words."""
        usual = (
            f"{counted(len(self._cards), 'version')}. The one in use pre-labels; you can switch at "
            "any time."
        )
        self._title.setText(words or usual)
