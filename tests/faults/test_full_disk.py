"""A disk that takes no more: told, nothing torn, and the work goes on once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FILL = """
    import resource, signal, sys
    from pathlib import Path
    from annotator.domain.edits import Edit, Step
    from annotator.domain.errors import RefusedError
    from annotator.domain.model import Annotation, Box, Category
    from annotator.services.backup import back_up
    from annotator.store.copies import damage_of
    from annotator.store.images import FoundImage
    from annotator.store.store import FILE_NAME, Store

    folder, is_limited = Path(sys.argv[1]), sys.argv[2] == "limited"
    store = Store.create(folder / "project")
    (image,) = store.images.add(store.roots.add(folder), [FoundImage("a.jpg", 40, 30)])
    category = Category(store.take_ids("category")[0], "cat")
    store.history.apply(Step("Add category", (Edit(None, category),)), person="Ada")

    def draw():
        key = store.take_ids("annotation")[0]
        made = Annotation(key, image, category.id, Box(1, 2, 3, 4), note="long words " * 500)
        store.history.apply(Step("Draw box", (Edit(None, made),), image), person="Ada")
        return key

    drawn = [draw()]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if is_limited:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
    refused = []
    while not refused:
        try:
            drawn.append(draw())
        except RefusedError as error:
            refused.append(str(error))
    assert "could not be written" in refused[0], refused
    kept = {a.id for a in store.annotations.of_image(image)}
    assert kept >= set(drawn), "an edit that was done is lost"
    try:
        assert back_up(store.folder) is not None and is_limited, "there was no room"
    except RefusedError:
        assert not list((store.folder / "backups").glob("*"))
    if is_limited:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    else:
        (folder / "ballast").unlink()
    drawn.append(draw())
    assert {a.id for a in store.annotations.of_image(image)} >= set(drawn)
    store.close()
    assert damage_of(store.folder / FILE_NAME, is_thorough=True) == ""
    print(len(drawn), "drawn")
"""
MOUNT = "mount -t tmpfs -o size=2m annotator {0} && head -c 1200000 /dev/zero > {0}/ballast && "


def run(*command: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=200
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "annotator", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limit")
def test_a_file_that_may_not_grow_refuses_edits_and_keeps_all_done(tmp_path: Path) -> None:
    out = run(sys.executable, "-c", textwrap.dedent(FILL), str(tmp_path), "limited")
    assert "drawn" in out


def test_a_full_disk_refuses_edits_and_keeps_all_done(tmp_path: Path) -> None:
    if not can_mount(tmp_path):
        pytest.skip("no disk of two megabytes can be made here")
    script = tmp_path.parent / f"{tmp_path.name}.py"
    script.write_text(textwrap.dedent(FILL))
    command = MOUNT.format(tmp_path) + f"{sys.executable} {script} {tmp_path} full"
    assert "drawn" in run("unshare", "-m", "sh", "-c", command)
