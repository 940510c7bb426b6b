"""What Fusion is told: the palette, and a small style sheet where the palette is not enough."""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

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
QLabel[role="group"] { font-size: 11px; font-weight: 600; color: $muted; padding-top: 4px; }
QLabel[role="warning"] { color: $amber; }
QLabel[role="error"] { color: $red; }
QLabel[role="badge"] {
    font-size: 11px; color: $muted; border: 1px solid $border; border-radius: 6px; padding: 1px 6px;
}
QFrame[role="card"] { background: $base; border: 1px solid $border; border-radius: 6px; }
QFrame[role="line"] { background: $border; border: none; }
QPushButton { padding: 4px 12px; min-height: 18px; }
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
QToolButton[role="segment"] {
    border: 1px solid transparent; border-radius: 5px; padding: 3px 8px; color: $muted;
    background: transparent;
}
QToolButton[role="segment"]:hover { color: $text; background: $hover; }
QToolButton[role="segment"]:checked {
    color: $text; background: $selection; font-weight: 600;
}
QToolButton[role="segment"]:focus { border-color: $muted; }
QToolButton[role="chip"] {
    border: 1px solid $border; border-radius: 6px; padding: 3px 8px 3px 6px; background: $window;
    color: $text;
}
QToolButton[role="chip"]:hover { background: $hover; }
QToolButton[role="chip"]:checked { background: $selection; border-color: $muted; font-weight: 600; }
QToolButton[role="chip"]:focus { border-color: $text; }
QFrame#notice { background: $base; border: 1px solid $border; border-radius: 6px; }
QFrame#notice[kind="warning"] { border: 1px solid $amber; }
QFrame#notice[kind="error"] { border: 1px solid $red; }
""")


def style_sheet(scheme: Colours) -> str:
    """The rules of the application's style sheet in a scheme's colours."""
    names = {name: getattr(scheme, name) for name in Colours.__slots__}
    accent = QColor(scheme.accent)
    names["accent_hover"] = accent.lighter(108).name()
    names["accent_pressed"] = accent.darker(112).name()
    return _RULES.substitute(names)
