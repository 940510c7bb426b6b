"""The tables of reviewing: labels that may be wrong, and the time that labelling took."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from annotator.store.tables import box_columns, id_column, metadata, owner_column, text_column

suspect = Table(
    "suspect",
    metadata,
    id_column(),  # of the predictions' sequence: a decision is about either
    owner_column("image_id", "image.id"),
    text_column("fault"),
    Column("badness", Float, nullable=False),
    text_column("words"),
    Column("annotation_id", Integer),
    Column("annotation", Text),  # the object as it was when it was compared; NULL: one is missing
    owner_column(
        "category_id", "category.id", nullable=True
    ),  # what the model says, as in prediction
    Column("version_id", Integer),
    Column("score", Float),
    *box_columns(),
    Column("geometry", Text),
)
Index("ix_suspect_image", suspect.c.image_id)

work = Table(
    "work",
    metadata,
    id_column(),
    owner_column("image_id", "image.id", nullable=True),
    Column("annotation_id", Integer),
    text_column("tool"),
    text_column("origin"),
    Column("seconds", Float, nullable=False),
    Column("objects", Integer, nullable=False, default=0),
    text_column("created"),
)
Index("ix_work_image", work.c.image_id)
