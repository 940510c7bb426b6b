"""What every file of the project keeps to, and what import contracts cannot see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(
    path
    for folder in ("annotator", "models", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
MIGRATIONS = ROOT / "annotator/store/migrations"
MOST_LINES = 300


def _in_a_fresh_process(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_window_does_not_load_torch() -> None:
    code = "import sys; import annotator.app; print('torch' in sys.modules)"
    assert _in_a_fresh_process(code) == "False"


def test_importing_the_window_reads_no_sources() -> None:
    """PySide6 would read, and keep, those of every module that comes after it."""
    code = """
import linecache
import annotator.app
print([name for name in linecache.cache if "sqlalchemy/" in name or "annotator/" in name])
"""
    assert _in_a_fresh_process(code) == "[]"


def test_the_learners_protocol_does_not_load_qt_or_torch() -> None:
    code = (
        "import sys; import annotator.learning.protocol, annotator.services.exchange;"
        "print([n for n in ('torch', 'PySide6') if n in sys.modules])"
    )
    assert _in_a_fresh_process(code) == "[]"


def test_models_know_nothing_of_the_program() -> None:
    code = """
import sys, pkgutil, importlib, models
for module in pkgutil.iter_modules(models.__path__):
    importlib.import_module("models." + module.name)
foreign = "annotator", "PySide6", "sqlalchemy"
print([name for name in sys.modules if name.split(".")[0] in foreign])
"""
    assert _in_a_fresh_process(code) == "[]"


def test_calls_into_qt_keep_their_references_to_none() -> None:
    """PySide6 6.12.0 loses one at each call on Python 3.11, until the process aborts."""
    code = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
label.setText("warm")
before = sys.getrefcount(None)
for n in range(2000):
    label.setText(str(n))
print(abs(sys.getrefcount(None) - before) < 500)
"""
    assert _in_a_fresh_process(code) == "True"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py":
        assert text == "", "re-exports slip past the import contracts"
        return
    lines = len(text.splitlines())
    assert lines <= MOST_LINES, f"{lines} lines"
    if MIGRATIONS not in path.parents:
        assert ast.get_docstring(ast.parse(text)), "no docstring"


def test_no_opencv() -> None:
    """Its own Qt plugins clash with ours."""
    assert "opencv" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8").lower()


def test_requirements_hold_no_addresses() -> None:
    for name in ("constraints.txt", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text, name
