"""Labels that may be wrong, and the time that labelling took.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "suspect",
        _id(),
        _owner("image_id", "image.id", nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("badness", sa.Float(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("annotation_id", sa.Integer()),
        sa.Column("annotation", sa.Text()),
        _owner("category_id", "category.id", nullable=True),
        sa.Column("version_id", sa.Integer()),
        *(sa.Column(name, sa.Float()) for name in ("score", "x", "y", "width", "height")),
        sa.Column("geometry", sa.Text()),
    )
    op.create_index("ix_suspect_image", "suspect", ["image_id"], unique=False)
    op.create_table(
        "work",
        _id(),
        _owner("image_id", "image.id", nullable=True),
        sa.Column("annotation_id", sa.Integer()),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
    )
    op.create_index("ix_work_image", "work", ["image_id"], unique=False)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False)


def _owner(name: str, target: str, *, nullable: bool) -> sa.Column[int]:
    key = sa.ForeignKey(target, ondelete="CASCADE", deferrable=True, initially="DEFERRED")
    return sa.Column(name, sa.Integer(), key, nullable=nullable)
