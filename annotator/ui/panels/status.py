"""The status bar: always tells that work is saved, what is selected, the model and the device."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QToolButton, QWidget

from annotator.domain.model import Annotation, Prediction
from annotator.domain.offers import is_offer
from annotator.learning.protocol import TrainStep
from annotator.services.ledger import Totals
from annotator.ui.learner import Learner
from annotator.ui.look import GAP, PAD, icon, tabular
from annotator.ui.panels.facts import parts_in_short
from annotator.ui.panels.parts import ElidedLabel
from annotator.ui.words import box_words, counted, duration, saved_words, teachers
from annotator.ui.workspace import Workspace


class StatusBar(QStatusBar):
    """Facts in a line; ``set_zoom`` and ``set_cursor`` are for the canvas's signals.

    Signals:
        times_requested: the person wants to know more about the time.
    """

    times_requested = Signal()

    def __init__(
        self, workspace: Workspace, learner: Learner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setSizeGripEnabled(False)
        self._workspace = workspace
        self._learner = learner
        self._saved_mark = QLabel()
        self._saved = self._label("status_saved", "Every change is saved the moment it is made")
        self._subject = ElidedLabel("", "status_subject")
        self._cursor = self._label("status_cursor", "The pointer, in pixels of the image")
        self._zoom = self._label("status_zoom", "Screen pixels per image pixel")
        self._model = self._label("status_model", "The model version in use")
        self._device = self._label("status_device", "Where the model runs")
        self._reviewed = self._label("status_reviewed", "Images reviewed of all images")
        self._times = QToolButton()
        self._times.setObjectName("status_times")
        self._times.setAutoRaise(True)
        self._times.setFont(tabular(self._times.font()))
        self._times.clicked.connect(self.times_requested)
        self._person = self._label("status_person", "Your name on what you draw: File > Settings")
        self._lay_out()
        self._connect()
        self._on_project_changed()

    def set_zoom(self, zoom: float) -> None:
        """Show the zoom; 1.0 is 100 %."""
        self._zoom.setText(f"{zoom:,.0%}".replace("%", " %") if zoom > 0 else "")

    def set_cursor(self, place: tuple[float, float] | None) -> None:
        """Show where the pointer is on the image, or nothing when it is elsewhere."""
        self._cursor.setText("" if place is None else f"{place[0]:.0f}, {place[1]:.0f}")

    def set_times(self, totals: Totals) -> None:
        """Show what labelling took, and what the model saved."""
        self._times.setVisible(totals.spent >= 1)
        saved, left = totals.saved, totals.left
        words = duration(totals.spent)
        tip = [f"{words} of work in this project"]
        if saved is not None and totals.spared:
            words += f", {saved_words(saved)} saved"
            tip.append(f"{saved_words(saved)} saved by the model, against drawing by hand")
        if left is not None and totals.waiting:
            tip.append(f"about {duration(left)} left at the present pace")
        self._times.setText(words)
        self._times.setToolTip("\n".join(tip))

    def _label(self, name: str, tip: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setToolTip(tip)
        label.setFont(tabular(label.font()))
        return label

    def _lay_out(self) -> None:
        saved = QWidget()
        inner = QHBoxLayout(saved)
        inner.setContentsMargins(PAD, 0, PAD, 0)
        inner.setSpacing(GAP)
        inner.addWidget(self._saved_mark)
        inner.addWidget(self._saved)
        self.addWidget(saved)
        self.addWidget(self._subject, 1)
        self._cursor.setMinimumWidth(72)
        self._cursor.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for part in (self._cursor, self._zoom, self._model, self._device, self._reviewed):
            part.setContentsMargins(GAP, 0, GAP, 0)
            self.addPermanentWidget(part)
        self.addPermanentWidget(self._times)
        self._person.setContentsMargins(GAP, 0, PAD, 0)
        self.addPermanentWidget(self._person)

    def _connect(self) -> None:
        workspace = self._workspace
        workspace.project_changed.connect(self._on_project_changed)
        workspace.images_changed.connect(self._on_images_changed)
        workspace.image_changed.connect(self._on_subject_changed)
        workspace.selection_changed.connect(self._on_subject_changed)
        workspace.edited.connect(lambda _edits, _asker: self._on_subject_changed())
        workspace.versions_changed.connect(self._on_versions_changed)
        workspace.settings.changed.connect(self._on_project_changed)
        self._learner.trained_step.connect(self._on_step_trained)
        self._learner.busy_changed.connect(self._on_busy_changed)
        self._learner.device_changed.connect(lambda _device: self._on_device_changed())

    def _on_project_changed(self) -> None:
        workspace = self._workspace
        has_project = workspace.store is not None
        words = "Looking only" if workspace.is_read_only else "Saved"
        name = "eye" if workspace.is_read_only else "check"
        self._saved.setText(words if has_project else "")
        mark = icon(name).pixmap(QSize(16, 16), self.devicePixelRatioF()) if has_project else None
        if mark is None:
            self._saved_mark.clear()
        else:
            self._saved_mark.setPixmap(mark)
        self._person.setText(workspace.person if has_project else "")
        self._on_images_changed(None)
        self._on_subject_changed()
        self._on_versions_changed()
        self._on_device_changed()

    def _on_images_changed(self, _ids: frozenset[int] | None) -> None:
        done, total = self._workspace.album.reviewed, len(self._workspace.album)
        self._reviewed.setText(f"{done:,} of {total:,} reviewed" if total else "")

    def _on_subject_changed(self) -> None:
        chosen = self._workspace.selected
        prediction = self._workspace.selected_prediction
        if prediction is not None:
            self._subject.setText(self._describe_prediction(prediction))
        elif len(chosen) == 1:
            self._subject.setText(self._describe(chosen[0]))
        elif chosen:
            self._subject.setText(f"{len(chosen)} objects selected")
        else:
            count = len(self._workspace.annotations)
            has_image = self._workspace.image is not None
            self._subject.setText(counted(count, "object") if has_image else "")

    def _describe(self, annotation: Annotation) -> str:
        name = self._workspace.category(annotation.category_id).name
        if annotation.box is None:
            return f"{name}, {parts_in_short(annotation)}"
        return f"{name}, box {box_words(annotation.box)}"

    def _describe_prediction(self, prediction: Prediction) -> str:
        name = self._workspace.category(prediction.category_id).name
        made = "look-alike of likeness" if is_offer(prediction) else "predicted with score"
        return f"{name}, {made} {prediction.score:.2f}: Enter accepts, Esc rejects"

    def _on_versions_changed(self) -> None:
        version = self._workspace.active_version
        words = "No model yet" if self._workspace.store is not None else ""
        if version is not None:
            words = f"{version.name}, {teachers(version)}" if version.train_images else version.name
        self._model.setText(words)

    def _on_step_trained(self, step: TrainStep) -> None:
        left = "" if step.seconds_left is None else f", {duration(step.seconds_left)} left"
        self._model.setText(f"Training, {step.step / max(1, step.steps):.0%}{left}")

    def _on_busy_changed(self) -> None:
        if not self._learner.is_busy("train"):
            self._on_versions_changed()

    def _on_device_changed(self) -> None:
        self._device.setText(self._learner.device)
        self._device.setVisible(bool(self._learner.device))
