"""Look-alikes of objects a person chose: the learner's side. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import ModelVersion
from annotator.learning.assist_messages import FindAlike, FoundAlike, LookAlike
from annotator.learning.assistance import (
    Describer,
    corners,
    example_at,
    gaze_at,
    helper_of,
    label_of,
)
from annotator.store.store import Store

if TYPE_CHECKING:
    from models.alike import Example


def find_alike(store: Store, request: FindAlike, emit: Callable[[FoundAlike], None]) -> None:
    """Tell where look-alikes are, then what each looks like in full.

    What stands in the way, an unreadable image, say, is the answer's text.
    """
    from models.errors import ModelError  # noqa: PLC0415

    try:
        _find(store, helper_of(store, request.version_id), request, emit)
    except (KnownError, ModelError) as error:
        emit(FoundAlike(request.number, text=str(error)))


def _find(
    store: Store, version: ModelVersion, request: FindAlike, emit: Callable[[FoundAlike], None]
) -> None:
    examples = _examples(store, version, request)
    gaze = gaze_at(store, version, request.image_id, request.device)
    label = label_of(store, version, request.category_id)
    found = gaze.alike(examples, label, [corners(box) for box in request.taken])
    rows = [
        LookAlike((x0, y0, x1 - x0, y1 - y0), one.likeness)
        for one in found
        for x0, y0, x1, y1 in (one.box,)
    ]
    answer = FoundAlike(request.number, tuple(rows), is_final=False, version=version.name)
    if rows:
        emit(answer)
    describer = Describer(store, version, label)
    whole = [
        LookAlike(row.box, row.likeness, *describer.parts(gaze.object_in(one.box, label)))
        for row, one in zip(rows, found, strict=True)
    ]
    emit(replace(answer, found=tuple(whole), is_final=True))


def _examples(store: Store, version: ModelVersion, request: FindAlike) -> list[Example]:
    """The examples whose images can be read.

    Raises:
        KnownError: none can.
    """
    found: list[Example] = []
    problem: KnownError | None = None
    for place in request.examples:
        try:
            found.append(example_at(store, version, place, request.device))
        except KnownError as error:
            problem = error
    if not found:
        raise problem or RefusedError("There is no object to go by.")
    return found
