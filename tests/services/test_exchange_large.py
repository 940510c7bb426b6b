"""Imports as they go: number by number as written, cancelled, failing half way, in many parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import RefusedError, UnreadableFileError
from annotator.services.exchange import import_coco
from annotator.services.importing import file as importing
from annotator.store.store import Store
from tests.services.coco_files import CAT, Desk, coco, difference, image, thing


def contents(store: Store) -> dict[str, Any]:
    return {
        "images": store.images.all(),
        "roots": store.roots.all(),
        "categories": store.categories.all(),
        "objects": store.annotations.count(),
        "history": store.history.entries(),
        "sources": store.sources.all(),
        "records": store.sources.image_records(),
        "aside": store.sources.opaque(),
    }


def many(objects: int = 1200) -> dict[str, Any]:
    images = [image(n, f"{n}.jpg") for n in range(1, 40)]
    rows = [thing(n, 1 + n % 39, area=n / 7) for n in range(1, objects + 1)]
    return coco(images, [*rows, {"id": 9_999, "image_id": 1, "caption": "c"}], [CAT])


def test_a_cancelled_import_leaves_nothing_behind(desk: Desk) -> None:
    desk.picture("1.jpg")
    before = contents(desk.store)

    def cancel(done: int, _total: int) -> None:
        if done >= 1_000:
            raise RefusedError("cancelled")

    with pytest.raises(RefusedError, match="cancelled"):
        desk.take(many(), progress=cancel)
    assert contents(desk.store) == before
    report = desk.take(many())
    assert (report.images, report.annotations, report.missing) == (39, 1200, 38)
    assert difference(many(), desk.give()) == ""


def test_an_import_that_fails_half_way_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(many(3), "first.json")
    before, given = contents(desk.store), desk.give()
    real = importing.ObjectReceiver.write

    def fail(self: Any, arriving: Any) -> None:
        real(self, arriving)
        raise UnreadableFileError("the disk went away")

    monkeypatch.setattr(importing.ObjectReceiver, "write", fail)
    with pytest.raises(UnreadableFileError, match="went away"):
        desk.take(many(), "second.json", images=desk.folder)
    assert contents(desk.store) == before
    assert difference(given, desk.give()) == ""


def test_a_file_of_many_parts_is_what_it_is_in_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_AT_ONCE", 7)
    desk.take(many(100))
    assert difference(many(100), desk.give()) == ""
    more = many(100)
    for row in more["annotations"][:100]:
        row["extra"] = row["id"]
    report = desk.take(more, "again.json")
    assert (report.united, report.opaque) == (100, 0)
    assert difference(more, desk.give()) == ""


def test_numbers_keep_their_digits_and_rows_their_letters(desk: Desk) -> None:
    row = (
        '{"id": 7, "image_id": 5, "category_id": 1, "bbox": [1.50, 2e0, 3.0000000000000000001, 4],'
        ' "area": 0.10000000000000000555, "name": "\\u00fc"}'
    )
    file = desk.file(
        f'{{"images": [{json.dumps(image(5, "a.jpg"))}], "annotations": [{row}], '
        f'"categories": [{json.dumps(CAT)}]}}'
    )
    import_coco(desk.store, file)
    assert desk.only()[0].source == row
    desk.give()
    assert row in (desk.folder / "out.json").read_text()


def test_a_file_spread_over_lines_is_kept_without_them(desk: Desk) -> None:
    data = many(5)
    import_coco(desk.store, desk.file(json.dumps(data, indent=2)))
    assert "\n" not in str(desk.only("2.jpg")[0].source)
    assert difference(data, desk.give()) == ""


def test_new_ids_lie_beyond_the_largest_however_long(desk: Desk) -> None:
    desk.take(coco([image(5, "a.jpg")], [thing(2**70, 5), thing(12, 5)], [CAT]))
    assert desk.store.sources.object_span()[2] == [str(2**70), "12"]


def test_a_file_that_changes_meanwhile_is_told(desk: Desk, tmp_path: Path) -> None:
    file = desk.file(many())

    def spoil(done: int, _total: int) -> None:
        if done == 500:
            file.write_text("{}")

    with pytest.raises(UnreadableFileError):
        import_coco(desk.store, file, progress=spoil)
    assert desk.store.images.count() == 0
