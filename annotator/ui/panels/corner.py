"""The upper right corner of the canvas: the way to adjust the image, and marks beside it.

The marks say that the image is adjusted or turned; whoever forgets it would wonder at the image.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from annotator.ui.canvas.view import Canvas
from annotator.ui.look import GAP, PAD, as_role, flat_button, icon
from annotator.ui.panels.adjust import AdjustPanel


class Corner(QWidget):
    """A button that opens the panel, and beside it marks while images are not shown as they are.

    Attributes:
        panel: opens below.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("corner")
        self._canvas = canvas
        self._adjusting = canvas.adjusting
        self.panel = AdjustPanel(self._adjusting, canvas)
        self.panel.closed.connect(self.toggle)
        self._button = flat_button("sliders-horizontal", "adjust_open", "Adjust the image shown")
        self._button.setCheckable(True)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        as_role(self._button, "afloat")
        self._button.clicked.connect(self.toggle)
        self._mark = _mark("adjust_mark", "The image is not shown as it is. Click to show it so.")
        self._mark.setText("Adjusted")
        self._mark.clicked.connect(self._adjusting.reset)
        self._turned = _mark("turn_mark", "The view is turned. Click to turn it upright.")
        self._turned.clicked.connect(lambda: canvas.look(lambda view: view.set_turn(0)))
        self._turn = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._turned)
        layout.addWidget(self._mark)
        layout.addWidget(self._button)
        canvas.installEventFilter(self)
        canvas.workspace.image_changed.connect(self._follow)
        canvas.view_moved.connect(self._on_view_moved)
        self._adjusting.changed.connect(self._follow)
        self._follow()

    def toggle(self) -> None:
        """Open the panel or close it."""
        opens = self.panel.isHidden()
        self.panel.setVisible(opens)
        self._button.setChecked(opens)
        if opens:
            self.panel.raise_()
        else:
            self._canvas.setFocus()
        self._place()

    def _follow(self) -> None:
        has_image = self._canvas.workspace.image is not None
        self._mark.setVisible(not self._adjusting.value.is_neutral)
        self._turned.setVisible(self._turn != 0)
        self._turned.setText(f"Turned {90 * self._turn}°")
        self.setVisible(has_image)
        if not has_image and not self.panel.isHidden():
            self.toggle()
        self._place()

    def _on_view_moved(self) -> None:
        turn = self._canvas.view.turn
        if turn != self._turn:
            self._turn = turn
            self._follow()

    def _place(self) -> None:
        self.adjustSize()
        right = self._canvas.width() - PAD
        self.move(right - self.width(), PAD)
        self.panel.adjustSize()
        self.panel.move(right - self.panel.width(), PAD + self.height() + GAP)

    # --- Qt --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


def _mark(name: str, tip: str) -> QToolButton:
    """What says that the image is not shown as it is, and takes that back."""
    made = QToolButton()
    made.setObjectName(name)
    made.setIcon(icon("x"))
    made.setIconSize(QSize(14, 14))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setToolTip(tip)
    as_role(made, "mark")
    return made
