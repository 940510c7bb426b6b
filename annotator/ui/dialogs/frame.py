"""What all dialogs share: margins, and a row of buttons with verbs on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.look import GAP, PAD, as_role, button, caption


class Frame(QDialog):
    """A dialog with a body, a line for what is wrong, and buttons; it is opened, never waited for.

    The dialog deletes itself when it is closed.
    """

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout()
        self.body.setSpacing(PAD)
        self._problem = caption("", f"{name}_problem", role="error")
        self._problem.hide()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(PAD)
        self.buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        layout.setSpacing(2 * PAD)
        layout.addLayout(self.body, 1)
        layout.addWidget(self._problem)
        layout.addLayout(self.buttons)

    @property
    def problem(self) -> str:
        """What keeps the dialog from being accepted; empty when nothing does."""
        return self._problem.text()

    def say_problem(self, text: str) -> None:
        """Say what is wrong, or clear it."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def add_buttons(
        self, verb: str, press: Callable[[], object], *, leave: str = "Cancel"
    ) -> QPushButton:
        """Add the button that leaves and the primary one, which is returned."""
        away = button(leave, f"{self.objectName()}_cancel")
        away.clicked.connect(self.reject)
        main = button(verb, f"{self.objectName()}_accept", primary=True)
        main.setDefault(True)
        main.clicked.connect(lambda _checked: press())
        away.setFixedHeight(main.sizeHint().height())
        self.buttons.addWidget(away)
        self.buttons.addWidget(main)
        return main


def form() -> QFormLayout:
    """A form with labels at the left and fields that take the room there is."""
    made = QFormLayout()
    made.setHorizontalSpacing(2 * PAD)
    made.setVerticalSpacing(PAD)
    made.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return made


def hinted(field: QWidget, hint: str | QLabel) -> QWidget:
    """A field with a caption below it."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GAP)
    layout.addWidget(field)
    layout.addWidget(caption(hint) if isinstance(hint, str) else hint)
    return column


def muted(text: str) -> QLabel:
    """A label in the muted ink."""
    made = QLabel(text)
    as_role(made, "muted")
    return made


class PathField(QWidget):
    """A path that is typed or chosen.

    Signals:
        changed: another path stands there.
    """

    changed = Signal()

    def __init__(self, name: str, *, kind: str, title: str, filters: str = "") -> None:
        """Make the field.

        Args:
            name: object name of the text field; the button is ``name_browse``.
            kind: "open" an existing file, "save" a new one, "folder".
            title: of the file dialog.
            filters: of the file dialog, as Qt writes them.
        """
        super().__init__()
        self._kind, self._title, self._filters = kind, title, filters
        self._field = QLineEdit()
        self._field.setObjectName(name)
        browse = button("Choose…", f"{name}_browse")
        browse.clicked.connect(self._on_browse_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(PAD)
        layout.addWidget(self._field, 1)
        layout.addWidget(browse)
        self.setFocusProxy(self._field)
        self._field.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def path(self) -> Path | None:
        """The path, None when nothing stands there."""
        text = self._field.text().strip()
        return Path(text).expanduser() if text else None

    def set_path(self, path: Path | None) -> None:
        """Put a path there."""
        self._field.setText("" if path is None else str(path))

    def _on_browse_clicked(self) -> None:
        dialog = QFileDialog(self, self._title, str(self.path or ""), self._filters)
        if self._kind == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        elif self._kind == "save":
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._field.setText)
        dialog.open()
