"""The Help menu: keys, error reports and who made this."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec

# fmt: off
SPECS = (
    Spec("shortcuts", "Help", "Keys", ("F1",), lambda c: c.window["shortcuts"](), icon="keyboard"),
    Spec("reports", "Help", "Error reports...", (), lambda c: c.window["reports"]()),
    Spec("about", "Help", "About Annotator", (), lambda c: c.window["about"]()),
)
# fmt: on
