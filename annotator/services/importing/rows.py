"""Two rows about one thing become one."""

from __future__ import annotations

from collections.abc import Iterable
from math import isclose
from typing import Any, Final

Row = dict[str, Any]

# COCO's own instances and person_keypoints differ in the last digits of the same areas.
_ROUNDING: Final = 1e-9


def united(first: Row, second: Row, *, apart: Iterable[str]) -> tuple[Row, list[str]]:
    """The keys of both; where both have one the first wins.

    Args:
        first: the row that wins.
        second: the row that adds.
        apart: keys that may differ without a word, since ids are given anew.

    Returns:
        The row, and the keys whose values differ.
    """
    silent = set(apart)
    both = [key for key in second if key in first and key not in silent]
    differing = [key for key in both if not _is_same(first[key], second[key])]
    return first | {k: v for k, v in second.items() if k not in first}, differing


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values say the same, but for the last digits of numbers."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or isclose(one, other, rel_tol=_ROUNDING)
    return bool(one == other)
