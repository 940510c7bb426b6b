"""Objects of tests on the canvas, in a word each."""

from __future__ import annotations

from annotator.domain.model import Annotation, Part, Polygons, Ring
from annotator.ui.workspace import Workspace


def square(x: float, y: float, side: float) -> Ring:
    """A square from its top left corner on."""
    return (x, y, x + side, y, x + side, y + side, x, y + side)


def mask(*rings: Ring) -> Polygons:
    """A mask of parts without holes."""
    return Polygons(tuple(Part(ring) for ring in rings))


def add(workspace: Workspace, *, is_selected: bool = True, **parts: object) -> Annotation:
    """Add an object of the current category."""
    made = workspace.add_object(text="Add", **parts)
    assert made is not None
    if not is_selected:
        workspace.select()
    return made


def now(workspace: Workspace, annotation: Annotation) -> Annotation:
    """The object as it is now."""
    return next(a for a in workspace.annotations if a.id == annotation.id)


def steps(workspace: Workspace) -> list[str]:
    """Texts of the history of the image in view, newest first."""
    assert workspace.store is not None
    assert workspace.image is not None
    return [e.text for e in workspace.store.history.entries(workspace.image.id)]


def vertices(annotation: Annotation, part: int = 0) -> list[tuple[float, float]]:
    """The vertices of a part's outer ring, to half a pixel."""
    assert isinstance(annotation.mask, Polygons)
    ring = annotation.mask.parts[part].outer
    return [(round(x), round(y)) for x, y in zip(ring[::2], ring[1::2], strict=True)]
