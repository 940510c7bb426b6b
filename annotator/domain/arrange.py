"""How the objects of one image stand to each other: which is drawn over which, which are a group.

Objects are drawn in the order of their ordinals; of two with one ordinal, the lower id comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from annotator.domain.model import Annotation


def raised(objects: Sequence[Annotation], chosen: Collection[int]) -> list[Annotation]:
    """Those objects one place up each, as far as others stand above them.

    Args:
        objects: of one image, in drawing order.
        chosen: ids of those that rise.

    Returns:
        The objects whose ordinal changes, as they are then; the others keep their order.
    """
    order = list(objects)
    for place in reversed(range(len(order) - 1)):
        if order[place].id in chosen and order[place + 1].id not in chosen:
            order[place], order[place + 1] = order[place + 1], order[place]
    return reordered(order)


def lowered(objects: Sequence[Annotation], chosen: Collection[int]) -> list[Annotation]:
    """Those objects one place down each; else as ``raised``."""
    order = list(objects)
    for place in range(1, len(order)):
        if order[place].id in chosen and order[place - 1].id not in chosen:
            order[place], order[place - 1] = order[place - 1], order[place]
    return reordered(order)


def to_front(objects: Sequence[Annotation], chosen: Collection[int]) -> list[Annotation]:
    """Those objects over all others, in the order they have; else as ``raised``."""
    return reordered(sorted(objects, key=lambda a: a.id in chosen))


def to_back(objects: Sequence[Annotation], chosen: Collection[int]) -> list[Annotation]:
    """Those objects under all others, in the order they have; else as ``raised``."""
    return reordered(sorted(objects, key=lambda a: a.id not in chosen))


def reordered(wanted: Sequence[Annotation]) -> list[Annotation]:
    """The objects that need another ordinal to be drawn in this order, with it; few of them.

    Counted from the bottom each object keeps its ordinal if that is high enough, counted from the
    top if it is low enough; the way that changes fewer objects is taken.
    """
    rising = _changed(wanted, 1)
    falling = _changed(wanted[::-1], -1)
    return min(rising, falling, key=len)


def is_only_moved(before: Annotation, after: Annotation) -> bool:
    """Whether nothing but the order of an object changed: that does not count as editing it."""
    return before != after and before == replace(after, ordinal=before.ordinal)


def _changed(wanted: Sequence[Annotation], way: int) -> list[Annotation]:
    """The changes of walking up (1) or down (-1), never past an object that was met before."""
    changed = []
    last: tuple[int, int] | None = None
    for value in wanted:
        ordinal = value.ordinal
        if last is not None and (way * ordinal, way * value.id) < (way * last[0], way * last[1]):
            ordinal = last[0] if way * value.id > way * last[1] else last[0] + way
            changed.append(replace(value, ordinal=ordinal))
        last = ordinal, value.id
    return changed


def new_group(objects: Iterable[Annotation]) -> int:
    """The smallest group number that no object of the image has."""
    return next(_free_groups(objects))


def _free_groups(objects: Iterable[Annotation]) -> Iterator[int]:
    taken = {a.group_id for a in objects}
    return (number for number in count(1) if number not in taken)


def groups_of(objects: Iterable[Annotation]) -> dict[int, tuple[int, ...]]:
    """The ids of each group's members in drawing order; one object alone is no group."""
    found: dict[int, list[int]] = {}
    for value in objects:
        if value.group_id is not None:
            found.setdefault(value.group_id, []).append(value.id)
    return {key: tuple(members) for key, members in found.items() if len(members) > 1}


def apart(copies: Sequence[Annotation], objects: Iterable[Annotation]) -> list[Annotation]:
    """Copies in groups of their own, beside the groups of the image they come to.

    What was grouped and is copied together stays together; what is copied alone has no group.
    """
    numbers = dict(zip(groups_of(copies), _free_groups(objects), strict=False))
    return [
        a if a.group_id is None else replace(a, group_id=numbers.get(a.group_id)) for a in copies
    ]
