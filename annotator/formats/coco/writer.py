"""A COCO file written row by row beside the old one, which it then replaces."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from annotator.domain.errors import RefusedError
from annotator.formats.coco.reader import SECTIONS


def write(file: Path, head: Mapping[str, Any], rows: Mapping[str, Iterable[str]]) -> None:
    """Write ``head`` in its order, its sections filled with rows that are JSON text already.

    Args:
        file: what to replace; its folder is made when it is missing.
        head: the top level. A section that it lacks is added at the end, if there are rows for it.
        rows: section to rows.

    Raises:
        RefusedError: it cannot be written; what was there before is still there.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="ascii", newline="\n") as stream:
            _write(stream, head, rows)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise RefusedError(f"{file} could not be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _write(stream: TextIO, head: Mapping[str, Any], rows: Mapping[str, Iterable[str]]) -> None:
    before = "{\n"
    for key in (*head, *(section for section in SECTIONS if section not in head)):
        left = iter(rows.get(key, ()))
        first = next(left, None)
        if first is None and key not in head:
            continue
        stream.write(f"{before}{json.dumps(key)}: ")
        if first is None:
            stream.write(json.dumps(head[key]))
        else:
            stream.write("[\n" + first)
            stream.writelines(",\n" + row for row in left)
            stream.write("\n]")
        before = ",\n"
    stream.write("{}\n" if before == "{\n" else "\n}\n")
