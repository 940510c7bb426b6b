"""Crash reports are written on this machine, bounded, and never one more failure."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from annotator.services import reports

ROOT = Path(__file__).resolve().parents[2]


def test_a_report_says_what_happened_and_on_what(tmp_path: Path) -> None:
    made = reports.write(tmp_path / "logs", "ValueError: odd", "Traceback\n  line 1\n")
    assert made is not None
    text = reports.read(made)
    assert text.splitlines()[0] == "ValueError: odd"
    assert "Python 3" in text
    assert text.rstrip().endswith("line 1")


def test_reports_are_bounded_and_newest_first(tmp_path: Path) -> None:
    for number in range(reports.MOST + 5):
        reports.write(tmp_path, f"Error {number}", "")
    found = reports.every(tmp_path)
    assert len(found) == reports.MOST
    assert reports.read(found[0]).startswith(f"Error {reports.MOST + 4}\n")


def test_what_cannot_be_written_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in the way")
    assert reports.write(tmp_path / "logs", "Error", "") is None
    with reports.faults_written_down(tmp_path / "logs"):
        pass
    assert "cannot be read" in reports.read(tmp_path / "none.txt")


def test_a_fault_becomes_a_report_of_the_next_start(tmp_path: Path) -> None:
    code = """
import ctypes, resource, sys
from pathlib import Path
from annotator.services import reports
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
def deep_inside():
    ctypes.string_at(0)
with reports.faults_written_down(Path(sys.argv[1])):
    deep_inside()
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, env=environment)
    assert done.returncode != 0
    (made,) = reports.collect_faults(tmp_path)
    assert "deep_inside" in reports.read(made)
    assert reports.collect_faults(tmp_path) == []
    assert reports.every(tmp_path) == [made]


def test_a_program_that_still_runs_keeps_its_file(tmp_path: Path) -> None:
    running = tmp_path / f"fault-{os.getppid()}.txt"
    ended = tmp_path / "fault-999999999.txt"
    for file in (running, ended):
        file.touch()
    assert reports.collect_faults(tmp_path) == []
    assert (running.exists(), ended.exists()) == (True, False)


def test_an_ordinary_end_leaves_nothing(tmp_path: Path) -> None:
    with reports.faults_written_down(tmp_path):
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_in_the_program_speaks_to_a_network() -> None:
    """But torchvision, when somebody asks for its weights, and the display that is looked for."""
    speaks = {"urllib", "http", "requests", "httpx", "smtplib", "ftplib", "socket", "ssl"}
    found = set()
    for file in sorted((ROOT / "annotator").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in speaks or "QtNetwork" in name for name in names):
                found.add(file.name)
    assert found == {"doctor.py"}
