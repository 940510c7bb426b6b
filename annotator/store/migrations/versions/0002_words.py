"""Attributes, a note and a group for each object; what each item of the history is now.

Revision ID: 0002
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from annotator.domain.source import attributes_of, group_of, note_of

revision = "0002"
down_revision = "0001"

PAGE = 5_000
"""Objects that are read at once."""

SAYING = (
    "SELECT annotation_id, source FROM annotation_geometry WHERE annotation_id > ? AND "
    "(source LIKE '%\"attributes\"%' OR source LIKE '%\"description\"%' OR "
    "source LIKE '%\"group_id\"%') ORDER BY annotation_id LIMIT ?"
)
DONE, UNDONE, UNDO = 1, 2, 3  # as ``steps.Role`` had them


def upgrade() -> None:
    for name, kind in (("attributes", sa.Text()), ("note", sa.Text()), ("group_id", sa.Integer())):
        op.add_column("annotation", sa.Column(name, kind, nullable=True))
    op.create_index(
        "ix_annotation_attributes",
        "annotation",
        ["category_id", "attributes"],
        unique=False,
        sqlite_where=sa.text("attributes IS NOT NULL"),
    )
    op.add_column("step", sa.Column("about", sa.Text(), nullable=True))
    role = sa.Column("role", sa.Integer(), nullable=False, server_default="0")
    op.add_column("step_item", role)
    _read_what_files_said(op.get_bind())
    _give_roles()
    op.create_index("ix_step_item_role", "step_item", ["image_id", "role", "step_id"], unique=False)


def _read_what_files_said(connection: sa.Connection) -> None:
    """Objects imported before have said it all along, as keys that nobody knew."""
    last = 0
    while rows := connection.exec_driver_sql(SAYING, (last, PAGE)).all():
        last = rows[-1][0]
        words = [(*_words_of(source), key) for key, source in rows]
        connection.exec_driver_sql(
            "UPDATE annotation SET attributes=?, note=?, group_id=? WHERE id=?", words
        )


def _words_of(source: str) -> tuple[str | None, str | None, int | None]:
    said = json.loads(source)
    attributes = {a.name: a.value for a in attributes_of(said.get("attributes"))}
    text = json.dumps(attributes, separators=(",", ":")) if attributes else None
    return text, note_of(said.get("description")) or None, group_of(said.get("group_id"))


def _give_roles() -> None:
    taken_back = "SELECT reverts_id FROM step WHERE reverts_id IS NOT NULL"
    undos = (
        "SELECT undo.id FROM step undo JOIN step plain ON plain.id = undo.reverts_id "
        f"WHERE plain.reverts_id IS NULL AND undo.id NOT IN ({taken_back})"
    )
    undone = f"SELECT reverts_id FROM step WHERE id IN ({undos})"
    plain = "SELECT id FROM step WHERE reverts_id IS NULL"
    op.execute(f"UPDATE step_item SET role={DONE} WHERE step_id IN ({plain})")
    op.execute(f"UPDATE step_item SET role={UNDONE} WHERE step_id IN ({undone})")
    op.execute(
        f"UPDATE step_item SET role={UNDO} WHERE step_id IN ({undos} AND undo.image_id IS NOT NULL)"
    )
