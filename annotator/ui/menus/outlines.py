"""The outlines' part of the Object menu: parts, holes, re-tracing, slicing, snapping."""

from __future__ import annotations

from annotator.ui.menus.spec import Commands, Spec, has_image, is_open


def _has_mask(c: Commands) -> bool:
    return c.outlines.has_mask


# fmt: off
SPECS = (
    Spec("retrace", "Object/Mask", "Re-trace a stretch", (), lambda c: c.outlines.retrace(), _has_mask, starts_section=True),
    Spec("other_way", "Object/Mask", "Take the other way round", ("X",), lambda c: c.canvas.commands.other_way(), has_image),
    Spec("add_part", "Object/Mask", "Add a part", (), lambda c: c.outlines.add_part(), _has_mask),
    Spec("cut_hole", "Object/Mask", "Cut a hole", (), lambda c: c.outlines.cut_hole(), _has_mask),
    Spec("remove_ring", "Object/Mask", "Remove this part or hole", (), lambda c: c.outlines.remove_ring(), _has_mask),
    Spec("slice", "Object/Mask", "Slice along a line", ("Alt+J",), lambda c: c.outlines.slice(), _has_mask),
    Spec("snap", "Object", "Snap to neighbours", (), lambda c: c.outlines.toggle_snapping(), is_open, starts_section=True, checked=lambda c: c.workspace.settings.value.snaps),
    Spec("allow_outside", "Object", "Allow objects outside the image", (), lambda c: c.outlines.toggle_outside(), is_open, checked=lambda c: c.workspace.allows_outside),
)
# fmt: on
