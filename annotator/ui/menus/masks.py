"""The Object > Mask menu: what is done to masks, one by one and together."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_any_selection, has_image

_MENU = "Object/Mask"

# fmt: off
SPECS = (
    Spec("smaller_brush", _MENU, "Smaller brush", ("[",), lambda c: c.canvas.commands.resize_brush(-1), has_image),
    Spec("larger_brush", _MENU, "Larger brush", ("]",), lambda c: c.canvas.commands.resize_brush(1), has_image),
    Spec("fill_holes", _MENU, "Fill holes", (), lambda c: c.masks.fill_holes(), has_any_selection, starts_section=True),
    Spec("remove_specks", _MENU, "Remove specks...", (), lambda c: c.masks.remove_specks(), has_any_selection),
    Spec("smooth", _MENU, "Smooth...", (), lambda c: c.masks.smooth(), has_any_selection),
    Spec("simplify", _MENU, "Simplify...", (), lambda c: c.masks.simplify(), has_any_selection),
    Spec("grow_mask", _MENU, "Grow by a pixel", (), lambda c: c.masks.grow(1), has_any_selection),
    Spec("shrink_mask", _MENU, "Shrink by a pixel", (), lambda c: c.masks.grow(-1), has_any_selection),
    Spec("to_polygon", _MENU, "Convert to polygon", (), lambda c: c.masks.to_polygon(), has_any_selection, starts_section=True),
    Spec("to_pixels", _MENU, "Convert to pixels", (), lambda c: c.masks.to_pixels(), has_any_selection),
    Spec("box_from_mask", _MENU, "Box from mask", (), lambda c: c.masks.box_from_mask(), has_any_selection),
    Spec("join", _MENU, "Join objects", ("J",), lambda c: c.joining.join(), has_any_selection, starts_section=True),
    Spec("subtract", _MENU, "Subtract the upper from the lowest", (), lambda c: c.joining.subtract(), has_any_selection),
    Spec("intersect", _MENU, "Intersect", (), lambda c: c.joining.intersect(), has_any_selection),
    Spec("split_parts", _MENU, "Split parts into objects", (), lambda c: c.joining.split_parts(), has_any_selection),
    Spec("cut_out", _MENU, "Cut out of neighbours", (), lambda c: c.joining.cut_out(), has_any_selection, starts_section=True),
    Spec("cut_neighbours", _MENU, "Cut neighbours out of this", (), lambda c: c.joining.cut_neighbours(), has_any_selection),
)
# fmt: on
