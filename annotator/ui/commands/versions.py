"""What is done with model versions: their page, switching, comparing, exporting, deleting."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from annotator.domain.model import Image, ModelVersion
from annotator.learning.protocol import Compared, Progress
from annotator.learning.record import Point
from annotator.ui import background
from annotator.ui.course import Course
from annotator.ui.dialogs.comparison import ComparisonDialog
from annotator.ui.dialogs.receipt import ReceiptDialog
from annotator.ui.learner import Learner
from annotator.ui.notices import Notice
from annotator.ui.progress import JobProgress, ProgressStrip
from annotator.ui.workspace import Workspace

if TYPE_CHECKING:
    from annotator.ui.panels.model_window import ModelWindow


class VersionCommands(QObject):
    """The model window, and what its pages ask for.

    Signals:
        retrain_requested: the person wants the retrain dialog.
    """

    retrain_requested = Signal()

    def __init__(
        self,
        workspace: Workspace,
        learner: Learner,
        course: Course,
        strip: ProgressStrip,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._learner, self._course = workspace, learner, course
        self._strip, self._window = strip, window
        self._pages: ModelWindow | None = None
        learner.compared.connect(self._on_versions_compared)
        learner.progressed.connect(self._on_learner_progressed)
        learner.busy_changed.connect(self._on_busy_changed)

    # --- the window ------------------------------------------------------------------------

    def show_training(self, point: Point | None = None) -> None:
        """Show the page of the training."""
        self._made().show_training(point)

    def show_versions(self) -> None:
        """Show the page of the versions."""
        self._made().show_versions()

    def _made(self) -> ModelWindow:
        if self._pages is None:
            # Importing the plots takes a third of a second: not at the start of the window.
            from annotator.ui.panels.model_window import ModelWindow  # noqa: PLC0415

            self._pages = ModelWindow(self._workspace, self._course, self._window)
            versions = self._pages.versions
            versions.use_requested.connect(self.use)
            versions.note_written.connect(self.note)
            versions.delete_requested.connect(self.delete)
            versions.receipt_requested.connect(self.show_receipt)
            versions.export_requested.connect(self.export)
            versions.compare_requested.connect(self.compare)
            versions.retrain_requested.connect(self.retrain_requested)
            self._pages.training.retrain_requested.connect(self.retrain_requested)
        return self._pages

    def _parent(self) -> QWidget:
        """Over which dialogs open."""
        pages = self._pages
        return pages if pages is not None and pages.isVisible() else self._window

    # --- what is done ----------------------------------------------------------------------

    def use(self, version_id: int) -> None:
        """Pre-label with a version from now on."""
        store = self._workspace.store
        if store is not None and not self._workspace.is_read_only:
            store.versions.activate(version_id)
            self._workspace.versions_stored()

    def note(self, version_id: int, text: str) -> None:
        """Write down what is worth knowing about a version."""
        store = self._workspace.store
        if store is not None and not self._workspace.is_read_only:
            store.versions.set_note(version_id, text)
            self._workspace.versions_stored()

    def delete(self, version_id: int) -> None:
        """Ask, and delete a version's checkpoint: that cannot be undone."""
        version = self._find(version_id)
        if version is None or self._workspace.is_read_only:
            return
        box = QMessageBox(
            QMessageBox.Icon.Question,
            f"Delete {version.name}?",
            f"The checkpoint of {version.name} is deleted for good. What it predicted stays, and "
            "still bears its name.",
            QMessageBox.StandardButton.Cancel,
            self._parent(),
        )
        box.setObjectName("delete_version")
        delete = box.addButton(f"Delete {version.name}", QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(lambda: self._delete(version))
        box.open()

    def _delete(self, version: ModelVersion) -> None:
        store = self._workspace.store
        if store is not None:
            store.versions.delete(version.id)
            self._workspace.versions_stored()
            self._workspace.say(f"{version.name} is deleted.")

    def show_receipt(self, version_id: int) -> None:
        """Show exactly what a version learned from."""
        version = self._find(version_id)
        if version is None:
            return
        dialog = ReceiptDialog(version, self._images(), self._parent())
        dialog.saved.connect(lambda place: self._workspace.say(f"The receipt is in {place}."))
        dialog.failed.connect(lambda text: self._workspace.said.emit(Notice(text, "error")))
        dialog.open()

    def export(self, version_id: int) -> None:
        """Ask where to, and copy a version's checkpoint there."""
        version = self._find(version_id)
        if version is None:
            return
        dialog = QFileDialog(
            self._parent(), f"Export {version.name}", "", "Weights (*.safetensors)"
        )
        dialog.setObjectName("export_checkpoint")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("safetensors")
        dialog.selectFile(version.checkpoint)
        dialog.fileSelected.connect(lambda name: self.export_to(version, Path(name)))
        dialog.open()

    def export_to(self, version: ModelVersion, place: Path) -> None:
        """Copy a version's checkpoint, and the card that describes it, to a place."""
        store = self._workspace.store
        if store is None:
            return
        background.run(
            _copy,
            store.checkpoints / version.checkpoint,
            place,
            done=lambda _: self._workspace.say(
                f"{version.name} is in {place}, and {place.with_suffix('.json').name} beside it "
                "describes it."
            ),
            failed=lambda error: self._workspace.said.emit(
                Notice(f"{version.name} could not be exported: {error}.", "error")
            ),
            owner=self,
        )

    def compare(self, first_id: int, second_id: int) -> None:
        """Test two versions on the same images; the older one comes first."""
        if self._learner.is_busy("compare"):
            self._workspace.say("A comparison is running already.")
            return
        first, second = sorted((first_id, second_id))
        self._strip.show_progress(JobProgress("compare", "Starting the learner"))
        if self._pages is not None:
            self._pages.versions.say("Comparing. Starting the learner…")
        self._learner.compare(first, second)

    def _on_learner_progressed(self, event: Progress) -> None:
        if event.job == "compare" and self._pages is not None:
            how_far = f", {event.done:,} of {event.total:,}" if event.total else ""
            self._pages.versions.say(f"Comparing. {event.text}{how_far}…")

    def _on_busy_changed(self) -> None:
        if self._pages is not None and not self._learner.is_busy("compare"):
            self._pages.versions.say("")

    def _on_versions_compared(self, event: Compared) -> None:
        pair = self._find(event.first_id), self._find(event.second_id)
        if pair[0] is None or pair[1] is None:
            return
        dialog = ComparisonDialog((pair[0], pair[1]), event.result, self._images(), self._parent())
        dialog.image_requested.connect(self._workspace.show_image)
        dialog.use_requested.connect(self.use)
        dialog.show()  # not modal: an image one clicks is to be seen

    def _find(self, version_id: int) -> ModelVersion | None:
        return next((v for v in self._workspace.versions if v.id == version_id), None)

    def _images(self) -> dict[int, Image]:
        return {image.id: image for image in self._workspace.images}


def _copy(source: Path, place: Path) -> None:
    """Both files, beside and then in place."""
    for suffix in (source.suffix, ".json"):
        end = place.with_suffix(suffix)
        part = end.with_name(end.name + ".part")
        try:
            shutil.copyfile(source.with_suffix(suffix), part)
            part.replace(end)
        finally:
            part.unlink(missing_ok=True)
