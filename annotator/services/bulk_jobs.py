"""What can be done as one step to any number of images, as plain values that another process reads.

``bulk.run`` does it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Accept:
    """Accept predictions that would be shown.

    Attributes:
        line, own: the score from which on, and those of single categories as (id, score).
        hidden: categories that are not shown.
        mask_from: the IoU that a mask must expect; else its box stands alone.
        image_ids: on these images; None for all.
        category_id: of this category only.
        curves: what an expected IoU is worth, by category (0: of all others), as the pairs, the
            expectations and what was found of a ``Curve``.
        noun: "person " before "predictions" in the step's text, or "".
    """

    person: str
    line: float
    own: tuple[tuple[int, float], ...] = ()
    hidden: tuple[int, ...] = ()
    mask_from: float = 0.0
    image_ids: tuple[int, ...] | None = None
    category_id: int | None = None
    noun: str = ""
    curves: tuple[tuple[int, int, tuple[float, ...], tuple[float, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Say how far a person is with images: ``state`` as ``ImageState`` has it."""

    person: str
    state: str
    is_complete: bool
    image_ids: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class DeleteObjects:
    """Delete the objects of images, but for those that somebody locked."""

    person: str
    image_ids: tuple[int, ...]
    locked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back a step, but for what has changed since."""

    person: str
    step_id: int


@dataclass(frozen=True, slots=True)
class Redo:
    """Make a step again that was undone, but for what has changed since."""

    person: str
    step_id: int


@dataclass(frozen=True, slots=True)
class Recover:
    """Take back what an interrupted step did."""


@dataclass(frozen=True, slots=True)
class Clear:
    """Remove all predictions that nobody decided. This is no step and cannot be undone."""


@dataclass(frozen=True, slots=True)
class DeleteCategory:
    """Delete a category with its objects and predictions."""

    person: str
    category_id: int


@dataclass(frozen=True, slots=True)
class MergeCategories:
    """Make objects of some categories those of another one."""

    person: str
    source_ids: tuple[int, ...]
    target_id: int


@dataclass(frozen=True, slots=True)
class ChangeCategory:
    """Change a category.

    Attributes:
        after: as the history writes a category.
        origins: which joint of before each joint is; None: they are known by their names.
    """

    person: str
    after: str
    origins: tuple[int | None, ...] | None = None


Job = (
    Accept
    | Mark
    | DeleteObjects
    | Undo
    | Redo
    | Recover
    | Clear
    | DeleteCategory
    | MergeCategories
    | ChangeCategory
)
_KINDS: Final[dict[str, type[Any]]] = {
    kind.__name__: kind
    for kind in (
        *(Accept, Mark, DeleteObjects, Undo, Redo, Recover, Clear),
        *(DeleteCategory, MergeCategories, ChangeCategory),
    )
}


def encode(job: Job) -> str:
    """One line of JSON."""
    told = {field.name: getattr(job, field.name) for field in fields(job)}
    return json.dumps({"kind": type(job).__name__} | told)


def decode(line: str) -> Job:
    """The inverse of ``encode``.

    Raises:
        ValueError: it is none.
    """
    try:
        told = json.loads(line)
        kind = _KINDS[told.pop("kind")]
        made: Job = kind(**{key: _frozen(value) for key, value in told.items()})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no job: {line[:80]}") from error
    return made


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
