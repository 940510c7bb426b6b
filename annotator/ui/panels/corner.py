"""The upper right corner of the canvas: the way to adjust the image, and the mark that it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from annotator.ui.canvas.view import Canvas
from annotator.ui.look import GAP, PAD, as_role, flat_button, icon
from annotator.ui.panels.adjust import AdjustPanel


class Corner(QWidget):
    """A button that opens the panel, and beside it a mark while images are not shown as they are.

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
        self._mark = _mark()
        self._mark.clicked.connect(self._adjusting.reset)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._mark)
        layout.addWidget(self._button)
        canvas.installEventFilter(self)
        canvas.workspace.image_changed.connect(self._follow)
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
        self.setVisible(has_image)
        if not has_image and not self.panel.isHidden():
            self.toggle()
        self._place()

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


def _mark() -> QToolButton:
    made = QToolButton()
    made.setObjectName("adjust_mark")
    made.setText("Adjusted")
    made.setIcon(icon("x"))
    made.setIconSize(QSize(14, 14))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setToolTip("The image is not shown as it is. Click to show it so.")
    as_role(made, "mark")
    return made
