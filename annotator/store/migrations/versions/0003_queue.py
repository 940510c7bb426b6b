"""A place in the queue for each image, its reasons, and what images look like to a model.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("image", sa.Column("place", sa.Integer(), nullable=True))
    op.create_table(
        "appearance",
        _of_image(),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("first_prediction", sa.Integer(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("scene", sa.LargeBinary(), nullable=False),
        sa.Column("traits", sa.LargeBinary(), nullable=False),
        sa.Column("unconfirmed", sa.Text(), nullable=True),
    )
    op.create_index("ix_appearance_version", "appearance", ["version_id"])
    op.create_table("reason", _of_image(), sa.Column("text", sa.Text(), nullable=False))


def _of_image() -> sa.Column[int]:
    owner = sa.ForeignKey("image.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED")
    return sa.Column("image_id", sa.Integer(), owner, primary_key=True, autoincrement=False)
