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
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def _owner(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    """A reference whose row goes with what it refers to."""
    key = ForeignKey(target, ondelete="CASCADE", deferrable=True, initially="DEFERRED")
    return Column(name, Integer, key, nullable=nullable)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default)


def _box() -> list[Column[Any]]:
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
root = Table("root", metadata, _id(), _text("path"), _text("absolute"))
image = Table(
    "image",
    metadata,
    _id(),
    Column("root_id", Integer, ForeignKey("root.id"), nullable=False),
    _text("file_name"),
    Column("width", Integer, nullable=False, default=0),
    Column("height", Integer, nullable=False, default=0),
    _text("state", "new"),
    _flag("is_complete"),
    _flag("is_missing"),
    _flag("is_raw"),
    _flag("is_from_file"),
    _text("split", "none"),
    _text("flag"),
    Column("uncertainty", Float),
    Column("ordinal", Integer, nullable=False, default=0),
    Column("version_id", Integer),
    UniqueConstraint("root_id", "file_name", name="uq_image_root_file"),
)
Index("ix_image_state", image.c.state)
Index("ix_image_ordinal", image.c.ordinal)

category = Table(
    "category",
    metadata,
    _id(),
    _text("name"),
    _text("supercategory"),
    _text("joints", "[]"),
    _text("skeleton", "[]"),
    _text("pairs", "[]"),
    _text("colour"),
    Column("ordinal", Integer, nullable=False, default=0),
    Column("file_id", Text),
    Column("source", Text),
)

annotation = Table(
    "annotation",
    metadata,
    _id(),
    _owner("image_id", "image.id"),
    Column(
        "category_id",
        Integer,
        ForeignKey("category.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    *_box(),
    _flag("is_crowd"),
    _flag("has_mask"),
    _flag("has_keypoints"),
    _flag("is_edited"),
    _text("made_by"),
    Column("version_id", Integer),
    _text("corrected_by"),
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
    _id(),
    _text("name"),
    _text("preset"),
    _text("checkpoint"),
    _text("metrics", "{}"),
    _text("receipt", "{}"),
    _text("created"),
    Column("train_images", Integer, nullable=False, default=0),
    Column("held_out_images", Integer, nullable=False, default=0),
    _flag("is_active"),
    _text("note"),
)

prediction = Table(
    "prediction",
    metadata,
    _id(),
    _owner("image_id", "image.id"),
    _owner("category_id", "category.id"),
    Column("version_id", Integer, nullable=False),
    Column("score", Float, nullable=False),
    *_box(),
    _flag("is_current"),
    _text("geometry", "{}"),
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
    _owner("image_id", "image.id"),
    _text("verdict"),
    Column("annotation_id", Integer),
)
Index("ix_decision_image", decision.c.image_id)

step = Table(
    "step",
    metadata,
    _id(),
    _owner("image_id", "image.id", nullable=True),
    _text("text"),
    Column("gesture", Text),
    _text("person"),
    _text("created"),
    _owner("reverts_id", "step.id", nullable=True),
    Column("about", Text),
)
Index("ix_step_image", step.c.image_id, step.c.id)
Index("ix_step_reverts", step.c.reverts_id)

step_item = Table(
    "step_item",
    metadata,
    _owner("step_id", "step.id"),
    Column("position", Integer, nullable=False),
    _text("kind"),
    Column("subject_id", Integer, nullable=False),
    _owner("image_id", "image.id", nullable=True),
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
    _id(),
    _text("name"),
    _text("person"),
    _text("created"),
    _text("head", "{}"),  # the file's top level; its lists of rows left empty
)
image_record = Table(
    "image_record",
    metadata,
    _id(),
    _owner("image_id", "image.id"),
    _owner("source_id", "source.id"),
    Column("file_id", Text),
    _text("text"),
)
Index("ix_image_record_image", image_record.c.image_id)
opaque = Table(
    "opaque",
    metadata,
    _id(),
    _owner("source_id", "source.id"),
    Column("place", Integer, nullable=False),
    _text("section"),
    _owner("image_id", "image.id", nullable=True),
    Column("file_id", Text),
    _text("reason"),
    _text("text"),
)
Index("ix_opaque_image", opaque.c.image_id)
