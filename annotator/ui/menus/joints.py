"""The Object/Joints menu: what is done to joints while they are placed, and to all of them at once."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_any_selection, has_image

# fmt: off
SPECS = (
    Spec("visibility", "Object/Joints", "Joint visible, occluded, absent", ("Q",), lambda c: c.canvas.commands.cycle_visibility(), has_image),
    Spec("next_joint", "Object/Joints", "Next joint", ("S",), lambda c: c.canvas.commands.skip_joint(1), has_image),
    Spec("previous_joint", "Object/Joints", "Previous joint", ("W",), lambda c: c.canvas.commands.skip_joint(-1), has_image),
    Spec("place_joints", "Object/Joints", "Place all joints in the box", (), lambda c: c.joints.place_all(), has_any_selection, starts_section=True),
    Spec("transform_joints", "Object/Joints", "Transform joints", ("Ctrl+T",), lambda c: c.joints.transform(), has_any_selection),
    Spec("swap_sides", "Object/Joints", "Swap left and right joints (places stay)", (), lambda c: c.joints.swap_sides(), has_any_selection),
    Spec("mirror_joints", "Object/Joints", "Mirror the pose (names stay)", (), lambda c: c.joints.mirror(), has_any_selection),
)
# fmt: on
