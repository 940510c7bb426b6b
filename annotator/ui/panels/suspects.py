"""The label-error finder: start a check, look at what may be wrong, and answer it with one key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from annotator.domain.suspects import Suspect
from annotator.services import fixes
from annotator.store.store import Store
from annotator.ui import background
from annotator.ui.learner import Learner
from annotator.ui.look import PAD, PANEL_WIDTH, button, caption
from annotator.ui.panels.parts import EmptyState
from annotator.ui.panels.suspect_list import SuspectList
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

FEWEST = 6
"""Reviewed images from which on labels can be checked in three parts."""


class SuspectsPanel(QWidget):
    """What the last check found and nobody answered yet.

    Signals:
        check_requested: of all reviewed images, in parts.
        looked_into: a Suspect is shown; the canvas may go there.
    """

    check_requested = Signal()
    looked_into = Signal(object)

    def __init__(
        self, workspace: Workspace, learner: Learner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("suspects_panel")
        self.setMinimumWidth(PANEL_WIDTH)
        self._workspace, self._learner = workspace, learner
        self.suspects: list[Suspect] = []
        self._was_checked = self._is_reading = self._is_stale = False
        self._count = caption("", "suspects_count", role="muted")
        self._again = button("Check again", "suspects_again")
        self._list = SuspectList()
        self._empty = EmptyState("suspects_empty")
        self._stack = QStackedWidget()
        self._reason = caption("", "suspect_reason", role="body")
        self._mend = button("", "suspect_mend", primary=True)
        self._delete = button("Delete the label", "suspect_delete")
        self._right = button("Right as it is", "suspect_right")
        self._keys = caption("Enter does the first, Delete the second, Y the third.")
        self._lay_out()
        self._connect()
        self.reload()

    def _lay_out(self) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(PAD)
        head = QHBoxLayout()
        head.addWidget(self._count, 1)
        head.addWidget(self._again)
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._reason)
        layout.addWidget(self._mend)
        second = QHBoxLayout()
        second.setSpacing(PAD)
        second.addWidget(self._delete, 1)
        second.addWidget(self._right, 1)
        layout.addLayout(second)
        layout.addWidget(self._keys)
        self._stack.addWidget(page)
        self._stack.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(PAD, PAD, PAD, PAD)
        whole.addWidget(self._stack)
        for each in (self._mend, self._delete, self._right):
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the list

    def _connect(self) -> None:
        workspace = self._workspace
        self._again.clicked.connect(self.check_requested)
        self._empty.pressed.connect(self.check_requested)
        self._list.currentItemChanged.connect(lambda _now, _before: self._on_row_changed())
        self._list.itemClicked.connect(lambda _item: self._on_row_changed())
        for signals, call in (
            ((self._list.mended, self._mend.clicked), self._on_mended),
            ((self._list.deleted, self._delete.clicked), self._on_deleted),
            ((self._list.called_right, self._right.clicked), self._on_called_right),
        ):
            for signal in signals:
                signal.connect(call)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.edited.connect(lambda edits, _asker: self.reload() if edits else None)
        workspace.categories_changed.connect(self.reload)
        workspace.images_changed.connect(lambda _ids: self._tell())
        self._learner.checked.connect(lambda _event: self._on_checked())
        self._learner.busy_changed.connect(self._tell)

    @property
    def current(self) -> Suspect | None:
        """The suspect whose row is chosen."""
        key = self._list.key()
        return next((s for s in self.suspects if s.id == key), None)

    # --- reading ---------------------------------------------------------------------------

    def reload(self) -> None:
        """Read in the background what waits for an answer; once more if it changed meanwhile."""
        store = self._workspace.store
        if store is None or self._is_reading:
            self._is_stale = self._is_reading
            return
        self._is_reading = True
        background.run(
            _read,
            store,
            done=lambda found: self._on_read(store, found),
            failed=lambda _error: self._on_read(store, None),
            owner=self,
        )

    def _on_read(self, store: Store, found: tuple[list[Suspect], bool] | None) -> None:
        self._is_reading = False
        if self._is_stale or store is not self._workspace.store:
            self._is_stale = False
            self.reload()
        elif found is not None:
            self.suspects, self._was_checked = found
            self._fill()

    def _fill(self) -> None:
        images = {s.image_id: self._workspace.album.get(s.image_id) for s in self.suspects}
        self._list.show_suspects(self.suspects, {k: i for k, i in images.items() if i is not None})
        self._tell()

    def _tell(self) -> None:
        """Say how many there are, or why there are none and what to do."""
        count = len(self.suspects)
        is_busy = self._learner.is_busy("check")
        may_change = not self._workspace.is_read_only
        self._count.setText(f"{counted(count, 'label')} worth a look, the worst first")
        self._again.setEnabled(not is_busy and may_change)
        self._stack.setCurrentIndex(0 if count else 1)
        reviewed = self._workspace.album.reviewed
        if is_busy:
            self._empty.say("Checking the labels of reviewed images…")
        elif reviewed < FEWEST:
            lacking = counted(FEWEST - reviewed, "more image")
            self._empty.say(
                "Labels are checked by models that never saw them. Review "
                f"{lacking} first (Ctrl+Enter)."
            )
        elif self._was_checked:
            self._empty.say("Every suspect is answered.", "Check again")
        else:
            self._empty.say(
                f"Find wrong labels on {counted(reviewed, 'reviewed image')}: three models are "
                "trained, each without a third of them, and compared with what is labelled there.",
                "Check labels",
            )
        self._follow()

    def _follow(self) -> None:
        """Buttons say what they would do to the suspect that is chosen."""
        suspect = self.current
        is_free = suspect is not None and not self._workspace.is_read_only
        for each in (self._mend, self._right):
            each.setEnabled(is_free)
        self._delete.setEnabled(is_free and suspect is not None and suspect.annotation is not None)
        categories = {c.id: c for c in self._workspace.categories}
        self._mend.setText("Do what the model says")
        self._reason.setText("" if suspect is None else f"{suspect.words}.")
        if suspect is not None:
            self._mend.setText(fixes.verb(suspect, categories))

    # --- answering -------------------------------------------------------------------------

    def _on_row_changed(self) -> None:
        self._follow()
        suspect = self.current
        if suspect is not None and self.isVisible():
            self._workspace.look_into(suspect)
            self.looked_into.emit(suspect)

    def _on_mended(self) -> None:
        if (suspect := self._ready()) is not None:
            self._workspace.mend(suspect)
            self._go_on(suspect)

    def _on_deleted(self) -> None:
        if (suspect := self._ready()) is not None and suspect.annotation is not None:
            self._workspace.delete_suspect(suspect)
            self._go_on(suspect)

    def _on_called_right(self) -> None:
        if (suspect := self._ready()) is not None:
            self._workspace.call_right(suspect)
            self._go_on(suspect)

    def _ready(self) -> Suspect | None:
        """The suspect that is answered; on another image it is first brought into view."""
        suspect, image = self.current, self._workspace.image
        if suspect is None or self._workspace.is_read_only:
            return None
        if image is None or image.id != suspect.image_id:
            self._on_row_changed()
            return None
        return suspect

    def _go_on(self, answered: Suspect) -> None:
        """To the next one at once; what was answered is read from the project meanwhile."""
        store = self._workspace.store
        if store is None or answered.id not in store.predictions.decisions_of(answered.image_id):
            return
        place = self._list.currentRow()
        self.suspects = [s for s in self.suspects if s.id != answered.id]
        self._list.drop(answered.id)
        self._list.setCurrentRow(-1)
        self._list.setCurrentRow(min(place, self._list.count() - 1))
        self._tell()

    def _on_checked(self) -> None:
        self._list.setCurrentRow(-1)
        self.reload()

    def _on_project_changed(self) -> None:
        self.suspects, self._was_checked = [], False
        self._list.clear()
        self._tell()
        self.reload()

    # --- Qt --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The panel came to the front: what is chosen in it comes into view with a click or key."""
        super().showEvent(event)
        self._list.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """The question is no longer asked, so nothing of it stays on the canvas."""
        super().hideEvent(event)
        if self._workspace.store is not None:
            self._workspace.look_away()


def _read(store: Store) -> tuple[list[Suspect], bool]:
    """What waits for an answer, and whether a check was ever made."""
    return fixes.waiting(store), store.suspects.count() > 0
