"""The View menu: looking at the image and walking through the images."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_any_selection, has_image, is_open


def _switch(name: str, text: str, *keys: str) -> Spec:
    """A preference of the person that is on or off."""
    return Spec(
        name,
        "View",
        text,
        keys,
        lambda c: c.viewing.toggle(name),
        is_open,
        checked=lambda c: c.viewing.is_on(name),
    )


# fmt: off
SPECS = (
    Spec("fit", "View", "Fit image", ("Ctrl+F",), lambda c: c.canvas.fit(), has_image, "corners-out"),
    Spec("actual_size", "View", "Actual size", ("Ctrl+0",), lambda c: c.canvas.actual_size(), has_image),
    Spec("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), lambda c: c.canvas.zoom_by(1.25, None), has_image),
    Spec("zoom_out", "View", "Zoom out", ("Ctrl+-",), lambda c: c.canvas.zoom_by(0.8, None), has_image),
    Spec("zoom_to_selection", "View", "Zoom to the selection", ("Z",), lambda c: c.viewing.zoom_to_selection(), has_any_selection),
    _switch("keep_zoom", "Keep zoom between images"),
    Spec("turn_right", "View/Rotate", "Clockwise", ("Ctrl+R",), lambda c: c.viewing.turn(1), has_image, "arrow-clockwise"),
    Spec("turn_left", "View/Rotate", "Counter-clockwise", ("Ctrl+Shift+R",), lambda c: c.viewing.turn(-1), has_image, "arrow-counter-clockwise"),
    Spec("turn_upright", "View/Rotate", "Upright", (), lambda c: c.viewing.turn_upright(), has_image),
    Spec("adjust", "View", "Adjust image", (), lambda c: c.viewing.toggle_adjusting(), has_image, "sliders-horizontal", starts_section=True),
    _switch("grid", "Grid", "Ctrl+'"),
    _switch("minimap", "Minimap"),
    _switch("doubts", "Doubts on the picture"),
    _switch("side_by_side", "Labels and predictions side by side"),
    Spec("next_image", "View", "Next image", ("D",), lambda c: c.workspace.go(1), has_image, "caret-right", starts_section=True),
    Spec("previous_image", "View", "Previous image", ("A",), lambda c: c.workspace.go(-1), has_image, "caret-left"),
    Spec("next_unreviewed", "View", "Next image not reviewed", ("Ctrl+Shift+D",), lambda c: c.workspace.go_unreviewed(1), has_image),
    Spec("previous_unreviewed", "View", "Previous image not reviewed", ("Ctrl+Shift+A",), lambda c: c.workspace.go_unreviewed(-1), has_image),
    Spec("next_in_queue", "View", "Next in the queue", ("Space",), lambda c: c.workspace.go_queue(1), has_image),
    Spec("previous_in_queue", "View", "Previous in the queue", ("Shift+Space",), lambda c: c.workspace.go_queue(-1), has_image),
)
# fmt: on
