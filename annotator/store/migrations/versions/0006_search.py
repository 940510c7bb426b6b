"""Indexes that hold all a filter over the whole project reads.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    op.drop_index("ix_annotation_category", "annotation")
    op.create_index("ix_annotation_category", "annotation", ["category_id", "image_id"])
    op.drop_index("ix_prediction_score", "prediction")
    op.create_index(
        "ix_prediction_score",
        "prediction",
        ["score", "image_id", "is_current"],
        sqlite_where=sa.text("is_current = 1"),
    )
