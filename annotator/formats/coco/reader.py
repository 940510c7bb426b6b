"""A COCO file as it stands: its top level and its three lists, nothing changed, nothing lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from annotator.domain.errors import UnreadableFileError

SECTIONS: Final = ("images", "annotations", "categories")


@dataclass(frozen=True, slots=True)
class CocoFile:
    """One file.

    Attributes:
        head: the top level in its order; the lists of rows emptied.
        images, annotations, categories: the rows, which may be anything JSON can say.
    """

    path: Path
    head: dict[str, Any]
    images: list[Any]
    annotations: list[Any]
    categories: list[Any]


def read(file: Path) -> CocoFile:
    """Read a whole file.

    Raises:
        UnreadableFileError: it cannot be opened, is no JSON, or JSON of another kind.
    """
    data = _load(file)
    if isinstance(data, list):
        raise UnreadableFileError(
            f"{file} is a list at its top level, as COCO results are; an annotation file has "
            "“images” and “annotations”."
        )
    if not isinstance(data, dict) or not isinstance(data.get("images"), list):
        raise UnreadableFileError(f"{file} is no COCO file: it has no list “images”.")
    for section in SECTIONS:
        if not isinstance(data.get(section, []), list | None):
            raise UnreadableFileError(f"{file} is no COCO file: “{section}” is no list.")
    head = {key: [] if _is_rows(key, value) else value for key, value in data.items()}
    images, annotations, categories = (data.get(section) or [] for section in SECTIONS)
    return CocoFile(file, head, images, annotations, categories)


def _is_rows(key: str, value: object) -> bool:
    return key in SECTIONS and isinstance(value, list)


def _load(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise UnreadableFileError(f"{file} could not be read: {error.strerror}.") from error
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            f"{file} is no JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{file} is no text in UTF-8: {error.reason}.") from error
    except (ValueError, RecursionError) as error:  # numbers or nesting beyond every reader
        raise UnreadableFileError(f"{file} could not be read: {error}.") from error
