"""Rows that no version of the program writes: told as such, whatever the reading of them raises."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath, PureWindowsPath
from typing import ParamSpec, TypeVar

from annotator.domain.errors import UnreadableFileError

P = ParamSpec("P")
T = TypeVar("T")

_RAISED = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


def stored(read: Callable[P, T]) -> Callable[P, T]:
    """A function that makes a domain value of a row, and raises ``UnreadableFileError`` only."""

    @wraps(read)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except _RAISED as error:
            raise UnreadableFileError(
                "The project holds what no version of Annotator writes: it was changed by "
                f"another program, or damaged ({type(error).__name__}: {str(error)[:80]}). "
                "File > Restore a backup goes back to a sound state."
            ) from error

    return call


def plain_name(name: str) -> str:
    """The name of a file in a folder of its own.

    Raises:
        ValueError: it leads elsewhere.
    """
    if name and (PurePosixPath(name).name != name or PureWindowsPath(name).name != name):
        raise ValueError(f"{name} is no plain file name")
    return name
