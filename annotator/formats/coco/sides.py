"""Left and right among joints, read off their names: COCO has no field for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SIDES: Final = {"left": "left", "l": "left", "right": "right", "r": "right"}


def pairs_of(names: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """(left, right) as 0-based indices: left_x, right_x; lX, rX; x_l, x_r; leftx, rightx.

    A joint is in one pair at most; a name without its counterpart is in none.
    """
    found: dict[str, dict[str, tuple[str, int]]] = {"left": {}, "right": {}}
    for place, name in enumerate(names):
        side, rest = _split(name)
        if side and rest not in found[side]:
            found[side][rest] = (name, place)
    both = [rest for rest in found["left"] if rest in found["right"]]
    return tuple((found["left"][rest][1], found["right"][rest][1]) for rest in both)


def _split(name: str) -> tuple[str, str]:
    """The side a name tells, "" for none, and the rest of the name."""
    words = [word.lower() for word in _WORD.findall(name)]
    told = [place for place, word in enumerate(words) if word in _SIDES]
    if told:
        place = told[0]
        return _SIDES[words[place]], " ".join((*words[:place], "*", *words[place + 1 :]))
    whole = " ".join(words)
    for side in ("left", "right"):
        if whole.startswith(side) and len(whole) > len(side):
            return side, "*" + whole[len(side) :]
        if whole.endswith(side) and len(whole) > len(side):
            return side, whole[: -len(side)] + "*"
    return "", whole
