"""Brightness, contrast, gamma and channels of the image in view, in the corner of the canvas."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.canvas.adjusting import Adjusting
from annotator.ui.canvas.adjustment import GAMMA_MOST, Channel
from annotator.ui.look import GAP, PAD, as_role, button, caption, flat_button, icon, tabular
from annotator.ui.panels.parts import Segments

WIDTH = 264
_GAMMA_STEPS = 100
"""Of the slider to each side of 1: equal steps multiply by the same."""
_CHANNELS = tuple((channel.value, channel.name.capitalize()) for channel in Channel)


class AdjustPanel(QFrame):
    """Changes how images are shown, while a slider moves.

    Signals:
        closed: the person is done with it.
    """

    closed = Signal()

    def __init__(self, adjusting: Adjusting, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("adjust")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAutoFillBackground(True)
        self.setFixedWidth(WIDTH)
        as_role(self, "card")
        self._adjusting = adjusting
        self._brightness = _Row("brightness", "Brightness", self._on_slider_moved)
        self._contrast = _Row("contrast", "Contrast", self._on_slider_moved)
        self._gamma = _Row("gamma", "Gamma", self._on_slider_moved, _gamma_words)
        self._channels = Segments("adjust_channel", _CHANNELS)
        self._auto = _chip("adjust_auto", "Auto contrast", "circle-half")
        self._auto.setToolTip("Stretch each image from its darkest to its brightest pixels")
        self._invert = _chip("adjust_invert", "Invert", "swap")
        self._reset = button("Reset", "adjust_reset")
        self._lay_out()
        self._channels.chosen.connect(lambda key: adjusting.change(channel=key))
        self._auto.clicked.connect(lambda on: adjusting.change(is_stretched=on))
        self._invert.clicked.connect(lambda on: adjusting.change(is_inverted=on))
        self._reset.clicked.connect(adjusting.reset)
        adjusting.changed.connect(self._follow)
        self._follow()
        self.hide()

    def _lay_out(self) -> None:
        title, close = QLabel("Adjust image"), flat_button("x", "adjust_close", "Close")
        as_role(title, "heading")
        close.clicked.connect(self.closed)
        head = _row(title, None, close)
        sliders = QGridLayout()
        sliders.setHorizontalSpacing(PAD)
        sliders.setVerticalSpacing(GAP)
        for number, row in enumerate((self._brightness, self._contrast, self._gamma)):
            row.add_to(sliders, number)
        note = caption("The view only: never the file, never what is learned.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD + GAP, PAD, PAD, PAD + GAP)
        layout.setSpacing(PAD)
        layout.addLayout(head)
        layout.addLayout(sliders)
        layout.addWidget(self._channels)
        layout.addLayout(_row(self._auto, self._invert, None))
        layout.addLayout(_row(note, self._reset))

    def _follow(self) -> None:
        """Show the adjustment in use."""
        value = self._adjusting.value
        self._brightness.show_value(value.brightness)
        self._contrast.show_value(value.contrast)
        self._gamma.show_value(round(_GAMMA_STEPS * math.log(value.gamma, GAMMA_MOST)))
        self._channels.set_chosen(value.channel)
        self._auto.setChecked(value.is_stretched)
        self._invert.setChecked(value.is_inverted)
        self._reset.setEnabled(not value.is_neutral)

    def _on_slider_moved(self, is_settled: bool) -> None:
        self._adjusting.change(
            is_settled=is_settled,
            brightness=self._brightness.value,
            contrast=self._contrast.value,
            gamma=_gamma(self._gamma.value),
        )

    # --- Qt --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class _Row(QObject):
    """A slider between its name and its value; a double click puts it back to 0."""

    def __init__(
        self,
        name: str,
        text: str,
        moved: Callable[[bool], None],
        words: Callable[[int], str] = lambda value: f"{value:+d}" if value else "0",
    ) -> None:
        super().__init__()
        self._moved, self._words = moved, words
        self._text = QLabel(text)
        as_role(self._text, "muted")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName(f"adjust_{name}")
        self._slider.setRange(-100, 100)
        self._slider.setPageStep(10)
        self._slider.setAccessibleName(text)
        self._slider.setToolTip("Double-click to put it back")
        self._shown = QLabel()
        self._shown.setObjectName(f"adjust_{name}_value")
        self._shown.setFont(tabular(self._shown.font()))
        self._shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._shown.setFixedWidth(36)
        self._slider.valueChanged.connect(self._on_value_changed)
        self._slider.sliderReleased.connect(lambda: moved(True))
        for widget in (self._slider, self._text, self._shown):
            widget.installEventFilter(self)

    @property
    def value(self) -> int:
        """Where the slider stands."""
        return self._slider.value()

    def add_to(self, grid: QGridLayout, row: int) -> None:
        """Put its widgets into a row of a grid."""
        for column, widget in enumerate((self._text, self._slider, self._shown)):
            grid.addWidget(widget, row, column)

    def show_value(self, value: int) -> None:
        """Move the slider without telling anybody."""
        self._slider.blockSignals(True)
        self._slider.setValue(value)
        self._slider.blockSignals(False)
        self._shown.setText(self._words(value))

    def _on_value_changed(self, value: int) -> None:
        self._shown.setText(self._words(value))
        self._moved(not self._slider.isSliderDown())

    # --- Qt --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click puts it back."""
        if event.type() != QEvent.Type.MouseButtonDblClick:
            return False
        self._slider.setValue(0)
        return True


def _gamma(step: int) -> float:
    """What a place of the gamma slider stands for."""
    return round(float(GAMMA_MOST ** (step / _GAMMA_STEPS)), 4)


def _gamma_words(step: int) -> str:
    return f"{_gamma(step):.2f}"


def _chip(name: str, text: str, picture: str) -> QToolButton:
    made = QToolButton()
    made.setObjectName(name)
    made.setText(text)
    made.setIcon(icon(picture))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setCheckable(True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    as_role(made, "chip")
    return made


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets beside each other; None takes the room that is left."""
    made = QHBoxLayout()
    made.setSpacing(PAD)
    for widget in widgets:
        if widget is None:
            made.addStretch(1)
        else:
            made.addWidget(widget)
    return made
