"""Where the joints of a category usually are: drawn by hand, known by name, or learned.

What a person drew is kept in the project's settings by the joints' names, so that it survives
another order of the joints, and the undoing of a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from annotator.domain.joint_sets import known_layout
from annotator.domain.model import Category, Keypoint
from annotator.domain.poses import Layout, Place, mean_layout
from annotator.domain.source import is_number
from annotator.store.store import Store

KEY: Final = "layouts"
"""The setting: {category id: {"aspect": 0.5, "joints": {name: [x, y]}}}."""
ENOUGH: Final = 3
"""Objects with joints from which their mean says more than a template."""
WHOLE: Final = 0.75
"""Share of placed joints from which an object is whole; those are preferred for the mean."""
SAMPLE: Final = 200
"""Newest objects whose mean is taken."""


def for_placing(store: Store, category: Category) -> Layout | None:
    """Where to put joints at first: the mean of what was labelled, else as they are shown.

    Joints that no labelled object has are taken from the template.
    """
    shown = _drawn(store, category) or known_layout(category.joints)
    mean = _mean(store, category)
    if mean is None or shown is None:
        return mean or shown
    places = zip(mean.places, shown.places, strict=True)
    return Layout(tuple(own or other for own, other in places), mean.aspect)


def for_showing(store: Store, category: Category) -> Layout | None:
    """A figure to recognise joints by: drawn by hand, else known by name, else the mean."""
    drawn = _drawn(store, category)
    if drawn is not None and None not in drawn.places:
        return drawn
    return known_layout(category.joints) or drawn or _mean(store, category)


def keep(store: Store, category_id: int, places: Mapping[str, Place], *, aspect: float) -> None:
    """Remember where a person drew the joints, by name; what other names had stays.

    Raises:
        RefusedError: the project cannot be written.
    """
    kept = _settings(store)
    known = kept.get(str(category_id), {"joints": {}})
    names = {name: [round(x, 4), round(y, 4)] for name, (x, y) in places.items()}
    kept[str(category_id)] = {"aspect": round(aspect, 4), "joints": known["joints"] | names}
    store.settings.set(KEY, kept)


def _drawn(store: Store, category: Category) -> Layout | None:
    kept = _settings(store).get(str(category.id))
    if kept is None:
        return None
    joints = kept["joints"]
    places = tuple(_place(joints.get(name)) for name in category.joints)
    layout = Layout(places, float(kept["aspect"]))
    return layout if layout.is_known else None


def _mean(store: Store, category: Category) -> Layout | None:
    if not category.joints:
        return None
    found = store.annotations.newest_of_category(category.id, limit=SAMPLE, with_joints=True)
    posed = [(a.box, a.keypoints) for a in found if a.box is not None and a.has_keypoints]
    whole = [one for one in posed if _is_whole(one[1])]
    if len(whole) >= ENOUGH:
        posed = whole
    return mean_layout(posed, len(category.joints)) if len(posed) >= ENOUGH else None


def _is_whole(joints: Sequence[Keypoint]) -> bool:
    """Whether so many joints are placed that the box holds all of the body."""
    return sum(bool(joint.visibility) for joint in joints) >= WHOLE * len(joints)


def _settings(store: Store) -> dict[str, Any]:
    """What is kept, entries that are sound only: a project may come from anywhere."""
    kept = store.settings.get(KEY, {})
    entries = kept.items() if isinstance(kept, dict) else ()
    return {key: value for key, value in entries if _is_sound(value)}


def _is_sound(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("joints"), dict):
        return False
    aspect = value.get("aspect")
    return is_number(aspect) and aspect > 0  # type: ignore[operator]


def _place(value: object) -> Place | None:
    if not isinstance(value, list) or len(value) != 2 or not all(map(is_number, value)):
        return None
    x, y = value
    return min(max(float(x), 0.0), 1.0), min(max(float(y), 0.0), 1.0)
