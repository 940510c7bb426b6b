"""The model's help with single objects, in the menus Object and Model."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_image, has_selection, is_open

# fmt: off
SPECS = (
    Spec("tool_refine", "Object", "Correct by clicks", ("M",), lambda c: c.assisting.refine(), has_image, "crosshair", "refine"),
    Spec("find_alike", "Object", "Find look-alikes", ("T",), lambda c: c.assisting.find_alike(), has_image, "circles-three-plus", starts_section=True),
    Spec("accept_alike", "Object", "Accept all look-alikes", ("Shift+Return", "Shift+Enter"), lambda c: c.assisting.accept_alike(), lambda c: c.assisting.has_alikes),
    Spec("fill_in", "Model", "Fill in the box", ("Ctrl+M",), lambda c: c.assisting.fill_in(), has_selection, starts_section=True),
    Spec("assists", "Model", "Fill in boxes as they are drawn", (), lambda c: c.assisting.toggle(), is_open, checked=lambda c: c.assisting.fills),
)
# fmt: on
