"""Before a training: what it learns from, how large the model is, where it runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from annotator.domain.model import ImageState, Split
from annotator.learning.protocol import Train
from annotator.ui.dialogs.frame import Frame, PathField, form, hinted, muted
from annotator.ui.learner import Learner
from annotator.ui.look import caption
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

PRESETS = (
    (None, "Automatic", "A small model on a processor, a large one on a GPU."),
    ("squeezenet1_0", "Small (SqueezeNet)", "Minutes on a processor; good for clear objects."),
    ("mobilenet_v3_large", "Medium (MobileNet v3)", "Finds smaller objects; takes about twice."),
    ("resnet50", "Large (ResNet-50)", "Wants a GPU; knows COCO's objects already."),
    ("resnet50_v2", "Large, newer (ResNet-50 v2)", "Wants a GPU with 8 GB or more."),
)
_DEVICES = (
    ("auto", "Automatic"),
    ("cuda", "NVIDIA GPU"),
    ("mps", "Apple GPU"),
    ("cpu", "Processor"),
)


class RetrainDialog(Frame):
    """Offers to mark labelled images reviewed first, since only reviewed ones teach.

    Signals:
        accepted_settings: protocol.Train; start it.
    """

    accepted_settings = Signal(object)

    def __init__(
        self, workspace: Workspace, learner: Learner, parent: QWidget | None = None
    ) -> None:
        super().__init__("retrain_dialog", "Retrain", parent)
        self._workspace = workspace
        self._learner = learner
        self._facts = caption("", "retrain_facts", role="body")
        self._mark = QCheckBox()
        self._mark.setObjectName("retrain_mark_reviewed")
        self._mark.setToolTip("Reviewed says: every object here is labelled, and labelled right")
        self._preset = _combo("retrain_preset", [(key, title) for key, title, _ in PRESETS])
        self._about = caption("", "retrain_preset_words")
        self._weights = _combo(
            "retrain_weights",
            [
                ("hub", "Pre-trained, fetched once"),
                ("file", "From a file"),
                (None, "None: start from nothing"),
            ],
        )
        self._file = PathField(
            "retrain_weights_file",
            kind="open",
            title="Weights to start from",
            filters="Weights (*.safetensors *.pth *.pt)",
        )
        self._auto = QCheckBox("As many as the images ask for")
        self._auto.setObjectName("retrain_steps_auto")
        self._auto.setChecked(True)
        self._steps = _steps()
        self._device = _combo("retrain_device", list(_DEVICES))
        self._lay_out()
        self._main = self.add_buttons("Retrain", self._on_accept_pressed)
        self._connect()
        self._fill()

    def _lay_out(self) -> None:
        fields = form()
        fields.addRow(muted("Model"), hinted(self._preset, self._about))
        fields.addRow(muted("Base weights"), self._weights)
        fields.addRow("", self._file)
        fields.addRow(muted("Steps"), self._auto)
        fields.addRow("", self._steps)
        place = hinted(self._device, f"Now: {self._learner.device}" if self._learner.device else "")
        fields.addRow(muted("Runs on"), place)
        self.body.addWidget(self._facts)
        self.body.addWidget(self._mark)
        self.body.addSpacing(8)
        self.body.addLayout(fields)
        self.setMinimumWidth(480)

    def _connect(self) -> None:
        self._preset.currentIndexChanged.connect(lambda _row: self._check())
        self._weights.currentIndexChanged.connect(lambda _row: self._check())
        self._file.changed.connect(self._check)
        self._auto.toggled.connect(lambda _checked: self._check())
        self._mark.toggled.connect(lambda _checked: self._check())

    def _fill(self) -> None:
        waiting = len(self._workspace.labelled_unreviewed())
        self._mark.setText(
            f"Mark {counted(waiting, 'labelled image')} reviewed and learn from them"
        )
        self._mark.setVisible(waiting > 0)
        self._mark.setChecked(waiting > 0 and self._reviewed() == 0)
        wanted = self._workspace.settings.value.device
        self._device.setCurrentIndex(max(0, self._device.findData(wanted)))
        self._check()

    def _reviewed(self) -> int:
        return sum(1 for i in self._workspace.images if i.state == ImageState.REVIEWED)

    def _check(self) -> None:
        marks = self._mark.isChecked() and not self._mark.isHidden()
        added = len(self._workspace.labelled_unreviewed()) if marks else 0
        count = self._reviewed() + added
        self._facts.setText(self._describe(count))
        self._about.setText(PRESETS[max(0, self._preset.currentIndex())][2])
        uses_file = self._weights.currentData() == "file"
        self._file.setVisible(uses_file)
        self._steps.setVisible(not self._auto.isChecked())
        problem = ""
        path = self._file.path
        if uses_file and path is not None and not path.is_file():
            problem = f"There is no file {path}."
        self.say_problem(problem)
        can = count > 0 and not problem and not (uses_file and path is None)
        self._main.setEnabled(can)
        self._main.setText(f"Retrain on {counted(count, 'image')}" if count else "Retrain")
        self.adjustSize()

    def _describe(self, count: int) -> str:
        if not count:
            return "No image is reviewed yet, and only reviewed images teach the model."
        held = sum(
            1
            for i in self._workspace.images
            if i.split == Split.HELD_OUT and i.state == ImageState.REVIEWED
        )
        words = f"{counted(count, 'reviewed image')}: "
        if held:
            return f"{words}the model learns from {count - held} and is tested on {held}."
        return f"{words}with five or more, some are kept back to test the model."

    def _on_accept_pressed(self) -> None:
        if self._mark.isChecked() and not self._mark.isHidden():
            self._workspace.mark_labelled_reviewed()
        device = self._device.currentData()
        request = Train(
            preset=self._preset.currentData(),
            weights=self._chosen_weights(),
            steps=None if self._auto.isChecked() else self._steps.value(),
            device=None if device == "auto" else device,
            person=self._workspace.person,
        )
        self.accepted_settings.emit(request)
        self.accept()

    def _chosen_weights(self) -> str | None:
        kind = self._weights.currentData()
        path: Path | None = self._file.path
        if kind == "file":
            return None if path is None else str(path)
        return None if kind is None else str(kind)


def _combo(name: str, choices: list[tuple[str | None, str]]) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    for key, title in choices:
        made.addItem(title, key)
    return made


def _steps() -> QSpinBox:
    made = QSpinBox()
    made.setObjectName("retrain_steps")
    made.setRange(1, 100_000)
    made.setSingleStep(100)
    made.setValue(500)
    made.setSuffix(" steps")
    return made
