"""What becomes of joints when categories become one: they are known by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.model import Category
from annotator.store.store import Store


@dataclass(frozen=True, slots=True)
class Loss:
    """Points of one joint that has no counterpart.

    Attributes:
        category: the name of the category that has the joint.
        joint: its name.
        points: how many objects have it placed.
    """

    category: str
    joint: str
    points: int


def origins_in(source: Category, target: Category) -> tuple[int | None, ...]:
    """For each joint of ``target`` the index of ``source``'s joint of that name."""
    place = {name.casefold(): n for n, name in enumerate(source.joints)}
    return tuple(place.get(name.casefold()) for name in target.joints)


def losses(store: Store, sources: Sequence[Category], target: Category) -> list[Loss]:
    """Which joints would be dropped by a merge, and how many points with each; those of 0 too."""
    found = []
    for source in sources:
        kept = {name.casefold() for name in target.joints}
        gone = [n for n, name in enumerate(source.joints) if name.casefold() not in kept]
        counts = placed_counts(store, source) if gone and source.id != target.id else ()
        found += [Loss(source.name, source.joints[n], counts[n]) for n in gone if counts]
    return found


def placed_counts(store: Store, category: Category) -> tuple[int, ...]:
    """On how many objects each joint of a category is placed."""
    counts = [0] * len(category.joints)
    for one in store.annotations.of_category(category.id):
        for n, joint in enumerate(one.keypoints[: len(counts)]):
            counts[n] += bool(joint.visibility)
    return tuple(counts)
