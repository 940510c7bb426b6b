"""Everything about a training that a newcomer need not touch: each with its default and a word."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.dialogs.frame import PathField, form, hinted, muted
from annotator.ui.look import GAP, PAD, caption

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
STARTER, _STARTED = "starter", "squeezenet1_0"
"""Weights that come with the program, and the preset they are for."""
LOSSES = (
    ("category", "What it is"),
    ("box", "Boxes"),
    ("mask", "Masks"),
    ("joints", "Joints"),
)
"""The losses whose weights are worth changing."""


class RetrainSettings(QWidget):
    """The fields; every one starts with what is usual.

    Signals:
        changed: a field has another value.
    """

    changed = Signal()

    def __init__(self, device_words: str, parent: QWidget | None = None) -> None:
        """Make the fields; ``device_words`` is the device in use, if it is known."""
        super().__init__(parent)
        self.setObjectName("retrain_more")
        self._preset = _combo("retrain_preset", [(key, title) for key, title, _ in PRESETS])
        self._about = caption("", "retrain_preset_words")
        self._weights = _combo(
            "retrain_weights",
            [
                ("best", "Best for the model"),
                ("hub", "Pre-trained, fetched once"),
                (STARTER, "Starter, comes with the program"),
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
        self._turns = _box("retrain_turns", "Objects lie in any direction")
        self._auto = _box("retrain_steps_auto", "As many as the images ask for")
        self._auto.setChecked(True)
        self._steps = _whole("retrain_steps", 1, 100_000, 500)
        self._steps.setSuffix(" steps")
        self._every = _whole("retrain_every", 0, 100_000, 0)
        self._every.setSuffix(" steps")
        self._every.setSpecialValueText("Automatic")
        self._rate = QDoubleSpinBox()
        self._rate.setObjectName("retrain_rate")
        self._rate.setDecimals(5)
        self._rate.setRange(0.0, 1.0)
        self._rate.setSingleStep(0.001)
        self._rate.setSpecialValueText("Automatic")
        self._losses = {key: _weight(key) for key, _ in LOSSES}
        self._seed = _whole("retrain_seed", 0, 2**31 - 1, 0)
        self._device = _combo("retrain_device", list(_DEVICES))
        self._device_words = f"Now: {device_words}" if device_words else ""
        self.rows = form()
        self._lay_out()
        for signal in (
            self._preset.currentIndexChanged,
            self._weights.currentIndexChanged,
            self._file.changed,
            self._auto.toggled,
        ):
            signal.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        rows = self.rows
        rows.addRow(muted("Model"), hinted(self._preset, self._about))
        rows.addRow(
            muted("Base weights"),
            hinted(self._weights, "What it knows before it sees your images."),
        )
        rows.addRow("", self._file)
        _hint(
            rows,
            "Pictures",
            self._turns,
            "Seen from above or through a microscope, where nothing is up. Kept for this project.",
        )
        rows.addRow(
            muted("Steps"), hinted(self._auto, "A step looks at two images; more take longer.")
        )
        rows.addRow("", self._steps)
        _hint(rows, "Test every", self._every, "How often it is tried on the held-out images.")
        _hint(
            rows,
            "Learning rate",
            self._rate,
            "How large its steps are; lower it when the loss jumps. "
            "Small networks take 0.001, large ones 0.0001.",
        )
        _hint(
            rows,
            "Loss weights",
            self._loss_row(),
            "More counts more while it learns. Judge by the held-out AP, never by the loss.",
        )
        _hint(rows, "Seed", self._seed, "Of all chance: the same seed repeats a training.")
        rows.addRow(muted("Runs on"), hinted(self._device, self._device_words))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)

    def _loss_row(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(GAP)
        for column, (key, title) in enumerate(LOSSES):
            grid.addWidget(caption(title, wrap=False), 0, column)
            grid.addWidget(self._losses[key], 1, column)
        return made

    def _refresh(self) -> None:
        self._about.setText(PRESETS[max(0, self._preset.currentIndex())][2])
        self._file.setVisible(self._weights.currentData() == "file")
        self._steps.setVisible(not self._auto.isChecked())
        self.changed.emit()

    # --- what was chosen -------------------------------------------------------------------

    @property
    def preset(self) -> str | None:
        """The preset's name; None for the device's default."""
        chosen: str | None = self._preset.currentData()
        return chosen

    @property
    def weights(self) -> str | None:
        """As in protocol.Train."""
        kind = self._weights.currentData()
        path: Path | None = self._file.path
        if kind == "file":
            return None if path is None else str(path)
        return None if kind is None else str(kind)

    @property
    def turns(self) -> bool:
        """As in protocol.Train."""
        return self._turns.isChecked()

    def set_turns(self, turns: bool) -> None:
        """Start with what the project says."""
        self._turns.setChecked(turns)

    @property
    def steps(self) -> int | None:
        """As in protocol.Train."""
        return None if self._auto.isChecked() else self._steps.value()

    @property
    def evaluate_every(self) -> int | None:
        """As in protocol.Train."""
        return self._every.value() or None

    @property
    def learning_rate(self) -> float | None:
        """As in protocol.Train."""
        return self._rate.value() or None

    @property
    def loss_weights(self) -> dict[str, float]:
        """Those that are not 1."""
        return {key: spin.value() for key, spin in self._losses.items() if spin.value() != 1.0}

    @property
    def seed(self) -> int:
        """Of everything random."""
        return self._seed.value()

    @property
    def device(self) -> str | None:
        """As in protocol.Train."""
        key = self._device.currentData()
        return None if key == "auto" else str(key)

    def set_device(self, name: str) -> None:
        """Start with another device."""
        self._device.setCurrentIndex(max(0, self._device.findData(name)))

    @property
    def problem(self) -> str:
        """What is wrong, in words; empty when nothing is."""
        path, kind = self._file.path, self._weights.currentData()
        if kind == "file" and path is not None and not path.is_file():
            return f"There is no file {path}."
        if kind == STARTER and self.preset not in (None, _STARTED):
            return "The starter weights are for the small model only."
        return ""

    @property
    def is_complete(self) -> bool:
        """Whether every field that has to be filled is."""
        return not (self._weights.currentData() == "file" and self._file.path is None)


def _combo(name: str, choices: list[tuple[str | None, str]]) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    for key, title in choices:
        made.addItem(title, key)
    return made


def _box(name: str, words: str) -> QCheckBox:
    made = QCheckBox(words)
    made.setObjectName(name)
    return made


def _whole(name: str, low: int, high: int, value: int) -> QSpinBox:
    made = QSpinBox()
    made.setObjectName(name)
    made.setRange(low, high)
    made.setSingleStep(100 if high == 100_000 else 1)
    made.setValue(value)
    return made


def _weight(key: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setObjectName(f"retrain_loss_{key}")
    made.setRange(0.0, 10.0)
    made.setSingleStep(0.5)
    made.setDecimals(1)
    made.setValue(1.0)
    made.setPrefix("× ")
    return made


def _hint(rows: QFormLayout, title: str, field: QWidget, hint: str) -> None:
    rows.addRow(muted(title), hinted(field, hint))
