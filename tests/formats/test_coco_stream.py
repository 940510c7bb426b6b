"""JSON read a piece at a time says what JSON read whole says, to the letter."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.errors import UnreadableFileError
from annotator.formats.coco import reader
from annotator.formats.coco.stream import Window

NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([1e300, -0.0, 2**70, 1e-7]))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=30)),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


def taken(text: str, piece: int, encoding: str = "utf-8") -> list[tuple[Any, str]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.json"
        file.write_bytes(text.encode(encoding, "surrogatepass"))
        with Window(file, piece=piece) as window:
            found = list(window.values())
            window.end()
    return found


def complaint(read: Callable[[], object]) -> tuple[int, ...]:
    """Line and column of what is wrong; nothing when nothing is."""
    try:
        read()
    except json.JSONDecodeError as error:
        return error.lineno, error.colno
    return ()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(VALUES, max_size=6),
    st.integers(1, 40),
    st.sampled_from([None, 2]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_pieces_of_any_size_say_the_same(
    values: list[Any], piece: int, indent: int | None, is_ascii: bool, encoding: str
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=is_ascii)
    found = taken(text, piece, encoding)
    assert repr([value for value, _ in found]) == repr(json.loads(text))
    assert repr([json.loads(told) for _, told in found]) == repr(json.loads(text))
    assert all(told in text for _, told in found)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.data(), st.integers(1, 40))
def test_what_is_broken_is_told_where_it_is(value: Any, data: st.DataObject, piece: int) -> None:
    text = json.dumps([value, [1, "two", None]], indent=1)
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from(["", "}", "x", '"', "\x01"]))
    broken = text[:place] + wrong + text[place + 1 :]
    whole = complaint(lambda: json.loads(broken))
    in_pieces = complaint(lambda: taken(broken, piece))
    assert in_pieces == whole or (in_pieces and not broken.startswith("["))


def test_only_a_piece_is_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "long.json"
    file.write_text(json.dumps([{"id": n, "text": "x" * 50} for n in range(5_000)]))
    with Window(file, piece=4_096) as window:
        longest = max(len(window.text) for _ in window.values())
    assert longest < 10_000


def test_a_look_tells_what_is_in_a_file_and_its_rows_come_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    rows = '{"id": 2.50,\t"image_id":1e0}', '"ü"'
    file.write_text(
        f'{{"x": [1], "annotations": [{", ".join(rows)}], "images": [{{"id": 9, "file_name": "a"}},'
        ' {"id": 7}], "categories": [3]}',
        encoding="utf-8",
    )
    outline = reader.look(file)
    assert outline.head == {"x": [1], "annotations": [], "images": [], "categories": []}
    assert (outline.names, outline.categories) == (["a"], [3])
    sections = outline.sections
    assert [(s.count, s.largest) for s in sections.values()] == [(2, 9), (2, 0), (1, 0)]
    assert [text for _, text in outline.rows("annotations")] == list(rows)
    assert [row for row, _ in outline.rows("images")] == [{"id": 9, "file_name": "a"}, {"id": 7}]


@pytest.mark.parametrize(
    "text", ['{"images": []', '{"images": [],}', '{"images": [] "a": 1}', "{1}"]
)
def test_a_top_level_that_is_broken_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "in.json"
    file.write_text(text)
    with pytest.raises(UnreadableFileError, match="is no JSON"):
        reader.look(file)


def test_of_a_section_that_stands_twice_the_last_counts(tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text('{"images": [1, 2], "images": [3]}')
    assert reader.read(file).images == json.loads(file.read_text())["images"] == [3]
