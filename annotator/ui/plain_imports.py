"""Imports as Python makes them, also after PySide6 came in; the first thing the window imports.

PySide6 puts an ``__import__`` of its own in place of Python's, which reads the source of every
module that is imported from then on, to see whether it asks for ``snake_case`` names of Qt, and
keeps all those lines. This program asks for none: without it the process is 25 MB smaller and the
window is there 80 ms sooner.
"""

from __future__ import annotations

import builtins

_plain = builtins.__import__

import PySide6.QtCore  # noqa: E402, F401

builtins.__import__ = _plain
