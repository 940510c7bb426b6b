"""Two rows about one thing become one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]


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
    differing = [k for k, v in second.items() if k in first and k not in silent and first[k] != v]
    return first | {k: v for k, v in second.items() if k not in first}, differing
