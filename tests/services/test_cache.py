"""A folder of files that can be made again stays within bounds."""

from __future__ import annotations

import os
from pathlib import Path

from annotator.services.cache import trim, use


def fill(folder: Path, count: int, size: int = 100) -> list[Path]:
    files = [folder / f"{n}.jpg" for n in range(count)]
    for n, file in enumerate(files):
        file.write_bytes(b"x" * size)
        os.utime(file, (1_000 + n, 1_000 + n))
    return files


def test_within_bounds_nothing_goes(tmp_path: Path) -> None:
    files = fill(tmp_path, 5)
    assert trim(tmp_path, most_bytes=500) == 0
    assert all(file.exists() for file in files)


def test_what_was_not_used_longest_goes_until_there_is_room(tmp_path: Path) -> None:
    files = fill(tmp_path, 10)
    use(files[0])
    (tmp_path / "folder").mkdir()
    assert trim(tmp_path, most_bytes=800) == 4
    assert [file.exists() for file in files] == [True, *[False] * 4, *[True] * 5]


def test_no_folder_is_no_problem(tmp_path: Path) -> None:
    assert trim(tmp_path / "nowhere", most_bytes=1) == 0
    use(tmp_path / "nothing")
    assert not list(tmp_path.iterdir())
