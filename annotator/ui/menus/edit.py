"""The Edit menu: undo, the clipboard and the selection."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_any_selection, has_image, has_selection, is_open

# fmt: off
SPECS = (
    Spec("undo", "Edit", "Undo", ("Ctrl+Z",), lambda c: c.workspace.undo(), has_image, "arrow-u-up-left"),
    Spec("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda c: c.workspace.redo(), has_image, "arrow-u-up-right"),
    Spec("copy", "Edit", "Copy", ("Ctrl+C",), lambda c: c.labelling.copy(), has_selection, starts_section=True),
    Spec("paste", "Edit", "Paste", ("Ctrl+V",), lambda c: c.labelling.paste(), has_image),
    Spec("duplicate", "Edit", "Duplicate", ("Ctrl+D",), lambda c: c.labelling.duplicate(), has_selection),
    Spec("select_all", "Edit", "Select all", ("Ctrl+A",), lambda c: c.labelling.select_all(), has_image),
    Spec("delete", "Edit", "Delete", ("Delete",), lambda c: c.labelling.delete(), has_any_selection, "trash"),
    Spec("history", "Edit", "History", ("Ctrl+H",), lambda c: c.window["history"](), is_open, "clock-counter-clockwise", starts_section=True),
)
# fmt: on
