"""The tables of a project, as ``docs/architecture.md`` draws them.

Ids come from ``sequence`` and are never used twice. Geometry and what a file said stand apart from
the thin ``annotation`` table, so that lists and counts never touch them. Foreign keys are checked
when a transaction ends: a category and its objects may go in any order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def owner_column(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    """A reference whose row goes with what it refers to."""
    key = ForeignKey(target, ondelete="CASCADE", deferrable=True, initially="DEFERRED")
    return Column(name, Integer, key, nullable=nullable)


def id_column() -> Column[int]:
    """A number of its own."""
    return Column("id", Integer, primary_key=True, autoincrement=False)


def flag_column(name: str) -> Column[bool]:
    """Yes or no, at first no."""
    return Column(name, Boolean, nullable=False, default=False)


def text_column(name: str, default: str = "") -> Column[str]:
    """Text that is there in every row."""
    return Column(name, Text, nullable=False, default=default)


def box_columns() -> list[Column[Any]]:
    """A box in pixels, or none."""
    return [Column(name, Float) for name in ("x", "y", "width", "height")]


sequence = Table(
    "sequence",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("next", Integer, nullable=False),
)
setting = Table(
    "setting",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
root = Table("root", metadata, id_column(), text_column("path"), text_column("absolute"))
image = Table(
    "image",
    metadata,
    id_column(),
    Column("root_id", Integer, ForeignKey("root.id"), nullable=False),
    text_column("file_name"),
    Column("width", Integer, nullable=False, default=0),
    Column("height", Integer, nullable=False, default=0),
    text_column("state", "new"),
    flag_column("is_complete"),
    flag_column("is_missing"),
    flag_column("is_raw"),
    flag_column("is_from_file"),
    text_column("split", "none"),
    text_column("flag"),
    Column("uncertainty", Float),
    Column("ordinal", Integer, nullable=False, default=0),
    Column("version_id", Integer),
    Column("place", Integer),  # in the queue, from 0; NULL: nobody ordered it
    UniqueConstraint("root_id", "file_name", name="uq_image_root_file"),
)
Index("ix_image_state", image.c.state)
Index("ix_image_ordinal", image.c.ordinal)

category = Table(
    "category",
    metadata,
    id_column(),
    text_column("name"),
    text_column("supercategory"),
    text_column("joints", "[]"),
    text_column("skeleton", "[]"),
    text_column("pairs", "[]"),
    text_column("colour"),
    Column("ordinal", Integer, nullable=False, default=0),
    Column("file_id", Text),
    Column("source", Text),
)

annotation = Table(
    "annotation",
    metadata,
    id_column(),
    owner_column("image_id", "image.id"),
    Column(
        "category_id",
        Integer,
        ForeignKey("category.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    *box_columns(),
    flag_column("is_crowd"),
    flag_column("has_mask"),
    flag_column("has_keypoints"),
    flag_column("is_edited"),
    text_column("made_by"),
    Column("version_id", Integer),
    text_column("corrected_by"),
    Column("file_id", Text),
    Column("ordinal", Integer, nullable=False, default=0),
    Column("attributes", Text),  # a JSON object of names and values; NULL for none
    Column("note", Text),
    Column("group_id", Integer),
)
Index("ix_annotation_image", annotation.c.image_id)
Index("ix_annotation_category", annotation.c.category_id, annotation.c.image_id)
Index(
    "ix_annotation_attributes",
    annotation.c.category_id,
    annotation.c.attributes,
    sqlite_where=annotation.c.attributes.is_not(None),
)

annotation_geometry = Table(
    "annotation_geometry",
    metadata,
    Column(
        "annotation_id",
        Integer,
        ForeignKey("annotation.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("geometry", Text),  # ours, once edited; NULL: read it from the source
    Column("source", Text),  # the whole object as the file had it
)

version = Table(
    "version",
    metadata,
    id_column(),
    text_column("name"),
    text_column("preset"),
    text_column("checkpoint"),
    text_column("metrics", "{}"),
    text_column("receipt", "{}"),
    text_column("created"),
    Column("train_images", Integer, nullable=False, default=0),
    Column("held_out_images", Integer, nullable=False, default=0),
    flag_column("is_active"),
    text_column("note"),
)

prediction = Table(
    "prediction",
    metadata,
    id_column(),
    owner_column("image_id", "image.id"),
    owner_column("category_id", "category.id"),
    Column("version_id", Integer, nullable=False),
    Column("score", Float, nullable=False),
    *box_columns(),
    flag_column("is_current"),
    text_column("geometry", "{}"),
)
Index("ix_prediction_image", prediction.c.image_id, prediction.c.is_current)
Index(
    "ix_prediction_score",
    prediction.c.score,
    prediction.c.image_id,
    prediction.c.is_current,
    # With is_current in front SQLite would take it to find the predictions of an image.
    sqlite_where=text("is_current = 1"),
)
Index("ix_prediction_category", prediction.c.category_id)

decision = Table(
    "decision",
    metadata,
    Column("prediction_id", Integer, primary_key=True, autoincrement=False),
    owner_column("image_id", "image.id"),
    text_column("verdict"),
    Column("annotation_id", Integer),
)
Index("ix_decision_image", decision.c.image_id)

appearance = Table(
    "appearance",
    metadata,
    Column(
        "image_id",
        Integer,
        ForeignKey("image.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("version_id", Integer, nullable=False),
    Column("first_prediction", Integer, nullable=False),
    Column("objects", Integer, nullable=False),  # how many predictions the traits are of
    Column("scene", LargeBinary, nullable=False),  # little-endian float16
    Column("traits", LargeBinary, nullable=False),
    Column("unconfirmed", Text),  # a JSON list of prediction ids; NULL: nobody looked
)
Index("ix_appearance_version", appearance.c.version_id)

reason = Table(
    "reason",
    metadata,
    Column(
        "image_id",
        Integer,
        ForeignKey("image.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    ),
    text_column("text", "[]"),
)

step = Table(
    "step",
    metadata,
    id_column(),
    owner_column("image_id", "image.id", nullable=True),
    text_column("text"),
    Column("gesture", Text),
    text_column("person"),
    text_column("created"),
    owner_column("reverts_id", "step.id", nullable=True),
    Column("about", Text),
)
Index("ix_step_image", step.c.image_id, step.c.id)
Index("ix_step_reverts", step.c.reverts_id)

step_item = Table(
    "step_item",
    metadata,
    owner_column("step_id", "step.id"),
    Column("position", Integer, nullable=False),
    text_column("kind"),
    Column("subject_id", Integer, nullable=False),
    owner_column("image_id", "image.id", nullable=True),
    Column("before", Text),
    Column("after", Text),
    Column("role", Integer, nullable=False, server_default="0"),  # ``steps.Role``
    UniqueConstraint("step_id", "position", name="uq_step_item"),
)
Index("ix_step_item_image", step_item.c.image_id, step_item.c.step_id)
Index("ix_step_item_role", step_item.c.image_id, step_item.c.role, step_item.c.step_id)

source = Table(
    "source",
    metadata,
    id_column(),
    text_column("name"),
    text_column("person"),
    text_column("created"),
    text_column("head", "{}"),  # the file's top level; its lists of rows left empty
)
image_record = Table(
    "image_record",
    metadata,
    id_column(),
    owner_column("image_id", "image.id"),
    owner_column("source_id", "source.id"),
    Column("file_id", Text),
    text_column("text"),
)
Index("ix_image_record_image", image_record.c.image_id)
opaque = Table(
    "opaque",
    metadata,
    id_column(),
    owner_column("source_id", "source.id"),
    Column("place", Integer, nullable=False),
    text_column("section"),
    owner_column("image_id", "image.id", nullable=True),
    Column("file_id", Text),
    text_column("reason"),
    text_column("text"),
)
Index("ix_opaque_image", opaque.c.image_id)
