"""What Fusion is told: the palette, and a small style sheet where the palette is not enough."""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

from annotator.paths import resources
from annotator.ui.colours import Colours


def palette(scheme: Colours) -> QPalette:
    """The scheme as a palette for Fusion."""
    role = QPalette.ColorRole
    made = QPalette(QColor(scheme.button), QColor(scheme.window))
    for name, colour in (
        (role.Window, scheme.window),
        (role.WindowText, scheme.text),
        (role.Base, scheme.base),
        (role.AlternateBase, scheme.window),
        (role.Text, scheme.text),
        (role.Button, scheme.button),
        (role.ButtonText, scheme.text),
        (role.BrightText, scheme.red),
        (role.ToolTipBase, scheme.text),
        (role.ToolTipText, scheme.base),
        (role.PlaceholderText, scheme.muted),
        (role.Highlight, scheme.selection),
        (role.HighlightedText, scheme.text),
        (role.Accent, scheme.accent),
        (role.Link, scheme.accent),
        (role.LinkVisited, scheme.accent),
        (role.Mid, scheme.border),
    ):
        made.setColor(name, QColor(colour))
    faint = QColor(scheme.muted)
    faint.setAlphaF(0.6)
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return made


_RULES = Template("""
QToolTip { background: $text; color: $base; border: none; padding: 4px 6px; }
QLabel[role="caption"] { font-size: 11px; color: $muted; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="group"] { font-size: 11px; font-weight: 600; color: $muted; }
QLabel[role="warning"] { color: $amber; }
QLabel[role="error"] { color: $red; }
QFrame[role="card"] { background: $base; border: 1px solid $border; border-radius: 6px; }
QFrame[role="line"] { background: $border; border: none; }

QPushButton {
    background: $button; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 4px 12px; min-height: 18px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border-color: $muted; }
QPushButton:disabled { color: $faint; background: transparent; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; border-radius: 6px;
    padding: 6px 14px; font-weight: 600;
}
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:pressed { background: $accent_pressed; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 5px 13px; }
QPushButton[role="primary"]:disabled {
    background: $button; color: $muted; border: 1px solid $border; font-weight: normal;
}

QToolButton[role="flat"] {
    border: none; border-radius: 4px; padding: 3px; background: transparent;
}
QToolButton[role="flat"]:hover { background: $hover; }
QToolButton[role="flat"]:pressed, QToolButton[role="flat"]:checked { background: $selection; }
QToolButton[role="flat"]:focus { border: 1px solid $muted; padding: 2px; }
QToolButton[role="flat"]::menu-indicator { image: none; }
QToolButton[role="afloat"], QToolButton[role="mark"] {
    background: $window; color: $text; border: 1px solid $border; border-radius: 6px; padding: 3px;
}
QToolButton[role="afloat"]:hover, QToolButton[role="mark"]:hover { background: $hover; }
QToolButton[role="afloat"]:checked { background: $selection; }
QToolButton[role="afloat"]:focus { border-color: $muted; }
QToolButton[role="mark"] { border-color: $amber; padding: 3px 6px; }
QToolButton[role="segment"] {
    border: 1px solid transparent; border-radius: 5px; padding: 3px 8px; color: $muted;
    background: transparent;
}
QToolButton[role="segment"]:hover { color: $text; background: $hover; }
QToolButton[role="segment"]:checked { color: $text; background: $selection; }
QToolButton[role="segment"]:focus { border-color: $muted; }
QToolButton[role="chip"] {
    border: 1px solid $border; border-radius: 6px; padding: 3px 8px 3px 6px; background: $window;
    color: $text;
}
QToolButton[role="chip"]:hover { background: $hover; }
QToolButton[role="chip"]:checked { background: $selection; border-color: $muted; }
QToolButton[role="chip"]:focus { border-color: $text; }
QToolBar { border: none; padding: 4px; spacing: 2px; }
QToolBar > QToolButton { border: none; border-radius: 6px; padding: 5px; }
QToolBar > QToolButton:hover { background: $hover; }
QToolBar > QToolButton:pressed, QToolBar > QToolButton:checked { background: $selection; }

QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox {
    background: $base; color: $text; border: 1px solid $border; border-radius: 6px;
    selection-background-color: $selection; selection-color: $text;
}
QLineEdit, QComboBox { padding: 3px 6px; min-height: 18px; }
QAbstractSpinBox { padding: 2px 2px; min-height: 18px; }
QLineEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
    border-color: $muted;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
    border: none; padding: 0 2px; min-height: 0; background: transparent;
}
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$caret_down"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { border: 1px solid $border; outline: none; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; border: none; width: 18px;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-arrow { image: url("$caret_up"); width: 11px; height: 11px; }
QAbstractSpinBox::down-arrow { image: url("$caret_down"); width: 11px; height: 11px; }
QCheckBox { spacing: 6px; }
QCheckBox::indicator {
    width: 14px; height: 14px; border: 1px solid $muted; border-radius: 4px; background: $base;
}
QCheckBox::indicator:checked { image: url("$check"); }
QCheckBox::indicator:focus { border-color: $text; }
QCheckBox::indicator:disabled { border-color: $border; }
QCheckBox:disabled { color: $faint; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { border-radius: 2px; background: $faint; }
QSlider::handle:horizontal {
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: $text;
    border: 1px solid $window;
}
QSlider::handle:horizontal:focus { border: 2px solid $muted; }
QProgressBar { background: $border; border: none; border-radius: 3px; }
QProgressBar::chunk { background: $muted; border-radius: 3px; }
QTreeView[role="framed"] { border: 1px solid $border; border-radius: 6px; padding: 2px; }
QTreeView[role="framed"]::item { height: 24px; }
QHeaderView::section {
    background: $window; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 4px 6px;
}
QDockWidget { titlebar-close-icon: url("$x"); }
QDockWidget::title { padding: 6px 8px; }
QDockWidget::close-button { border: none; border-radius: 4px; padding: 0; }
QDockWidget::close-button:hover { background: $hover; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: 5px 12px;
}
QMainWindow > QTabBar::tab { padding: 5px 8px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $text; }
QStatusBar { border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QFrame#notice, QFrame#progress { background: $base; border: 1px solid $border; border-radius: 6px; }
QFrame#notice[kind="warning"] { border: 1px solid $amber; }
QFrame#notice[kind="error"] { border: 1px solid $red; }
""")


def style_sheet(scheme: Colours) -> str:
    """The rules of the application's style sheet in a scheme's colours."""
    names = {name: getattr(scheme, name) for name in Colours.__slots__}
    accent = QColor(scheme.accent)
    names["accent_hover"] = accent.lighter(108).name()
    names["accent_pressed"] = accent.darker(112).name()
    shade = "dark" if scheme.is_dark else "light"
    for name in ("check", "caret_down", "caret_up", "x"):
        file = resources() / "icons" / f"{name.replace('_', '-')}-{shade}.svg"
        names[name] = file.as_posix()
    return _RULES.substitute(names)
