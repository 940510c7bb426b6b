"""The Object menu: tools, categories and what is done to objects."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_image, has_selection, is_open


def _tool(name: str, text: str, key: str, picture: str) -> Spec:
    return Spec(
        f"tool_{name}",
        "Object",
        text,
        (key,),
        lambda c: c.workspace.set_tool(name),
        has_image,
        picture,
        name,
    )


def _category(number: int) -> Spec:
    return Spec(
        f"category_{number}",
        "Object/Category by number",
        f"Category {number}",
        (str(number),),
        lambda c: c.labelling.pick_category(number),
        lambda c: len(c.workspace.categories) >= number,
    )


# fmt: off
SPECS = (
    _tool("select", "Select", "V", "cursor"),
    _tool("box", "Box", "R", "bounding-box"),
    _tool("polygon", "Polygon", "P", "polygon"),
    Spec("tool_keypoints", "Object", "Keypoints", ("K",), lambda c: c.joints.take_up(), has_image, "person-simple-run", "keypoints"),
    _tool("brush", "Brush", "B", "paint-brush"),
    _tool("eraser", "Eraser", "E", "eraser"),
    Spec("categories", "Object", "Categories...", ("Ctrl+K",), lambda c: c.labelling.edit_categories(), is_open, "tag", starts_section=True),
    Spec("category_by_name", "Object", "Category by name", ("C",), lambda c: c.canvas.choose_category(), has_image),
    *(_category(n) for n in range(1, 10)),
    Spec("finish", "Object", "Finish the shape, or accept the prediction", ("Return", "Enter"), lambda c: c.canvas.finish(), has_image, starts_section=True),
    Spec("cancel", "Object", "Cancel the shape, or reject the prediction", ("Esc",), lambda c: c.canvas.cancel(), has_image),
    Spec("next_object", "Object", "Next object under the cursor, or prediction", ("Tab",), lambda c: c.canvas.commands.next_object(), has_image),
    Spec("delete_vertex", "Object", "Remove the last point", ("Backspace",), lambda c: c.canvas.commands.step_back(), has_image),
    Spec("hide", "Object", "Hide, or show all again", ("H",), lambda c: c.labelling.toggle_hidden(), has_image, "eye-slash", starts_section=True),
    Spec("lock", "Object", "Lock or unlock", ("L",), lambda c: c.labelling.toggle_locked(), has_selection, "lock-simple"),
    Spec("hide_others", "Object/Hide and lock", "Hide all others", (), lambda c: c.objects.hide_others(), has_selection),
    Spec("show_all", "Object/Hide and lock", "Show all", (), lambda c: c.objects.show_all(), has_image),
    Spec("lock_all", "Object/Hide and lock", "Lock all", (), lambda c: c.objects.lock_all(), has_image, starts_section=True),
    Spec("unlock_all", "Object/Hide and lock", "Unlock all", (), lambda c: c.objects.unlock_all(), has_image),
    Spec("group", "Object", "Group", ("G",), lambda c: c.objects.group(), has_selection, "link-simple", starts_section=True),
    Spec("ungroup", "Object", "Ungroup", ("U",), lambda c: c.objects.ungroup(), has_selection),
    Spec("raise", "Object/Order", "Raise", ("+",), lambda c: c.objects.raise_(), has_selection),
    Spec("lower", "Object/Order", "Lower", ("-",), lambda c: c.objects.lower(), has_selection),
    Spec("to_front", "Object/Order", "Bring to front", (), lambda c: c.objects.to_front(), has_selection),
    Spec("to_back", "Object/Order", "Send to back", (), lambda c: c.objects.to_back(), has_selection),
    Spec("crowd", "Object", "Crowd region on or off", (), lambda c: c.labelling.toggle_crowd(), has_selection),
)
# fmt: on
