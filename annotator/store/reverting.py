"""How items of the history are taken back, value by value: what is exact, whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from annotator.domain.edits import Edit, key_of
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Decision
from annotator.store import codec, subjects


def key_of_item(item: Any) -> subjects.Key:
    """What an item is about."""
    return item.kind, item.subject_id


def changed_since(items: Sequence[Any], values: subjects.Subjects) -> set[subjects.Key]:
    """Subjects that are not what the step left, and verdicts that made an object which stays."""
    last = {key_of_item(item): item for item in reversed(items)}
    alone = {key for key, item in last.items() if inverse(item, values).before != values.get(key)}
    for key in last:
        value = values.get(key)
        if isinstance(value, Decision) and ("annotation", value.annotation_id) in alone:
            alone.add(key)
    return alone


def inverse(item: Any, values: subjects.Subjects) -> Edit:
    """The edit that takes an item back."""
    now = values.get(key_of_item(item))
    source = now.source if isinstance(now, Annotation) else None
    before = codec.subject_of(item.kind, item.before, source=source)
    after = codec.subject_of(item.kind, item.after, source=source)
    return Edit(after, before)


def make(values: subjects.Subjects, edit: Edit, text: str) -> None:
    """Make an edit among loaded values.

    Raises:
        RefusedError: its ``before`` is not what is there.
    """
    key = key_of(edit.subject)
    if values.get(key) != edit.before:
        raise RefusedError(f"“{text}”: {' '.join(map(str, key))} has changed since.")
    if edit.after is None:
        values.pop(key, None)
    else:
        values[key] = edit.after


def store(connection: Connection, values: subjects.Subjects, edits: Sequence[Edit]) -> None:
    """Write what edits were about as it is now."""
    subjects.write(connection, {key: values.get(key) for key in subjects.keys_of(edits)})
