"""What there is to say about an object: its parts, its size, where it came from."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain import masks
from annotator.domain.attributes import words_of
from annotator.domain.calibration import FEWEST_PAIRS, Calibration
from annotator.domain.geometry import box_area
from annotator.domain.model import (
    Annotation,
    ModelVersion,
    Polygons,
    Prediction,
    Rle,
    Visibility,
)
from annotator.domain.polygons import polygons_area
from annotator.ui.words import box_words, counted

VISIBILITY_WORDS = {
    Visibility.ABSENT: "Not placed",
    Visibility.OCCLUDED: "Occluded",
    Visibility.VISIBLE: "Visible",
}


def parts_in_short(annotation: Annotation) -> str:
    """What an object has, for a narrow column: "box mask 12/14"."""
    parts = []
    if annotation.box is not None:
        parts.append("box")
    if annotation.mask is not None:
        parts.append("mask")
    if annotation.keypoints:
        parts.append(f"{placed(annotation)}/{len(annotation.keypoints)}")
    return " ".join(parts) or "empty"


def placed(annotation: Annotation) -> int:
    """How many joints were placed."""
    return sum(1 for k in annotation.keypoints if k.visibility)


def mask_words(annotation: Annotation) -> str:
    """What the mask is made of; empty without one."""
    mask = annotation.mask
    if mask is None:
        return ""
    if isinstance(mask, Rle):
        return "pixels (run lengths)"
    points = sum(len(p.outer) // 2 + sum(len(h) // 2 for h in p.holes) for p in mask.parts)
    holes = sum(len(p.holes) for p in mask.parts)
    words = [counted(len(mask.parts), "part"), counted(points, "point")]
    if holes:
        words.append(counted(holes, "hole"))
    return ", ".join(words)


def area_of(annotation: Annotation) -> float | None:
    """Pixels the object covers: of its mask, else of its box; None without either."""
    if isinstance(annotation.mask, Polygons):
        return polygons_area(annotation.mask)
    if isinstance(annotation.mask, Rle) and masks.is_sound(annotation.mask):
        return masks.area(annotation.mask)
    return box_area(annotation.box) if annotation.box is not None else None


def origin_words(annotation: Annotation, versions: Sequence[ModelVersion]) -> str:
    """Who made it and who changed it: "Predicted by v3, corrected by Ada"."""
    origin = annotation.origin
    if origin.version_id is not None:
        names = {v.id: v.name for v in versions}
        name = names.get(origin.version_id, "a version deleted since")
        words = f"Predicted by {name}"
        if not origin.corrected_by and origin.made_by:
            return f"{words}, accepted by {origin.made_by}"
    elif origin.made_by == "file":
        words = "From an imported file"
    else:
        words = f"Drawn by {origin.made_by}" if origin.made_by else "Drawn here"
    return f"{words}, corrected by {origin.corrected_by}" if origin.corrected_by else words


def stale_words(version_id: int | None, versions: Sequence[ModelVersion]) -> str:
    """Say that predictions are of another version than the one in use; empty when they are not."""
    names = {v.id: v.name for v in versions}
    active = next((v for v in versions if v.is_active), None)
    if active is None or version_id in (None, active.id):
        return ""
    name = names.get(version_id, "a version deleted since")
    return f"Predicted by {name}; {active.name} is in use now"


def doubt_words(prediction: Prediction, joints: Sequence[str]) -> str:
    """Where the model is least sure about a prediction, in words."""
    doubt = prediction.doubt
    words = [f"what it is {doubt.classification:.0%}", f"box {doubt.box:.0%}"]
    if doubt.mask is not None:
        words.append(f"mask {doubt.mask:.0%}")
    if doubt.joints and len(doubt.joints) == len(joints):
        worst = max(range(len(joints)), key=lambda n: doubt.joints[n])
        words.append(f"{joints[worst]} {doubt.joints[worst]:.0%}")
    return "Unsure about: " + ", ".join(words)


def expected_words(
    prediction: Prediction, calibration: Calibration | None, mask_from: float
) -> str:
    """The IoU its mask can expect, and from how many corrections that is known.

    Args:
        prediction: as it is shown, calibrated.
        calibration: of the project; None for a look-alike, whose expectation is another one.
        mask_from: the IoU below which its box stands alone.
    """
    doubt = prediction.doubt.mask
    if doubt is None:
        return ""
    words = f"Expected IoU {1 - doubt:.2f}"
    curve = None if calibration is None else calibration.curve(prediction.category_id)
    if curve is not None:
        words = f"{words} (from {curve.pairs:,} of your corrections)"
    elif calibration is not None:
        of = f"{calibration.pairs} of {FEWEST_PAIRS} corrections"
        words = f"{words} (the model's own word; {of})"
    alone = f". Below {mask_from:.2f} the box stands alone." if prediction.mask is None else ""
    return f"{words}{alone}"


def group_words(chosen: Sequence[Annotation], objects: Sequence[Annotation]) -> str:
    """The group of objects, and how many of it are not among them: "2, with 1 other".

    Args:
        chosen: one or more objects of the image.
        objects: all of the image.
    """
    numbers = {a.group_id for a in chosen}
    if len(numbers) > 1:
        return "Different ones"
    number = numbers.pop() if numbers else None
    if number is None:
        return ""
    others = sum(a.group_id == number for a in objects) - len(chosen)
    return f"{number}, with {counted(others, 'other')}" if others else f"{number}"


def lock_words(locked: int, chosen: int) -> str:
    """That objects are locked, and how they are unlocked; empty when none is."""
    if not locked:
        return ""
    if locked < chosen:
        return f"{locked} of them locked, and left alone"
    return f"Locked. Press L to unlock {'it' if chosen == 1 else 'them'}."


def part_lines(annotation: Annotation) -> list[str]:
    """What an object has, a line a part."""
    lines = []
    if annotation.box is not None:
        lines.append(f"Box {box_words(annotation.box)}")
    if annotation.mask is not None:
        lines.append(f"Mask of {mask_words(annotation)}")
    if annotation.keypoints:
        lines.append(f"Joints: {placed(annotation)} of {len(annotation.keypoints)} placed")
    if annotation.is_crowd:
        lines.append("Crowd: a region of many")
    lines += [f"{a.name}: {words_of(a.value)}" for a in annotation.attributes]
    if annotation.note:
        lines.append(f"Note: {' '.join(annotation.note.split())}")
    return lines or ["Nothing drawn yet"]
