"""Labels that may be wrong, and what a person said about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from annotator.domain.model import Annotation, Verdict
from annotator.domain.suspects import Fault, Suspect, is_same_question
from annotator.store import codec
from annotator.store.database import Database, is_among, take_ids
from annotator.store.foreign import stored
from annotator.store.review_tables import suspect
from annotator.store.tables import decision

_PROPOSAL = ("id", "image_id", "category_id", "version_id", "score", "x", "y", "width", "height")


class Suspects:
    """Findings of the last comparison of each image; every method is one transaction.

    Their ids are of the predictions' sequence, so that a ``Decision`` can be about one: a person's
    verdict is written, undone and redone like every other edit. *Rejected* means that the label is
    right as it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, image_ids: Iterable[int], found: Sequence[Suspect]) -> None:
        """Make these what is suspected on those images; their own ids are ignored.

        What a person called right as it is before is not asked again.
        """
        with self._database.write() as connection:
            here = is_among(suspect.c.image_id, image_ids)
            connection.execute(suspect.delete().where(here, ~_is_decided()))
            settled = [_suspect_of(row) for row in connection.execute(_rejected().where(here))]
            new = [s for s in found if not any(is_same_question(s, old) for old in settled)]
            ids = take_ids(connection, "prediction", len(new))
            rows = [_row(one) | {"id": key} for key, one in zip(ids, new, strict=True)]
            if rows:
                connection.execute(suspect.insert(), rows)

    def undecided(self) -> list[Suspect]:
        """All that wait for a person, worst first; some may be settled by edits since."""
        query = select(suspect).where(~_is_decided())
        query = query.order_by(suspect.c.badness.desc(), suspect.c.id)
        with self._database.read() as connection:
            return [_suspect_of(row) for row in connection.execute(query)]

    def count(self) -> int:
        """How many were ever found and are still known, decided or not."""
        with self._database.read() as connection:
            return len(connection.execute(select(suspect.c.id)).all())


def _is_decided() -> Any:
    own = select(decision.c.prediction_id).where(decision.c.prediction_id == suspect.c.id)
    return own.exists()


def _rejected() -> Any:
    joined = suspect.join(decision, decision.c.prediction_id == suspect.c.id)
    query = select(suspect).select_from(joined)
    return query.where(decision.c.verdict == Verdict.REJECTED.value)


def _row(value: Suspect) -> dict[str, Any]:
    said, own = value.proposal, value.annotation
    row: dict[str, Any] = dict.fromkeys(("category_id", "version_id", "score", "geometry"))
    row |= dict.fromkeys(("x", "y", "width", "height"))
    if said is not None:
        row |= {
            "category_id": said.category_id,
            "version_id": said.version_id,
            "score": float(said.score),
            "geometry": codec.prediction_geometry(said),
            **codec.box_to_columns(said.box),
        }
    return row | {
        "image_id": value.image_id,
        "fault": value.fault.value,
        "badness": value.badness,
        "words": value.words,
        "annotation_id": value.annotation_id,
        "annotation": codec.subject_to_text(own),
    }


@stored
def _suspect_of(row: Any) -> Suspect:
    own = codec.subject_of("annotation", row.annotation)
    assert own is None or isinstance(own, Annotation)
    said = None
    if row.geometry is not None:
        said = codec.prediction_of((*(getattr(row, name) for name in _PROPOSAL), row.geometry))
    if not isinstance(row.words, str):
        raise TypeError("a suspect without words")
    return Suspect(row.id, row.image_id, Fault(row.fault), float(row.badness), row.words, own, said)
