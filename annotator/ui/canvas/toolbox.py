"""The tools of the canvas by name."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.ui.canvas.board import Board
from annotator.ui.canvas.nib import Nib
from annotator.ui.canvas.tools.base import Tool
from annotator.ui.canvas.tools.box import BoxTool
from annotator.ui.canvas.tools.brush import BrushTool
from annotator.ui.canvas.tools.frame import NAME, FrameTool
from annotator.ui.canvas.tools.keypoints import KeypointsTool
from annotator.ui.canvas.tools.polygon import PolygonTool
from annotator.ui.canvas.tools.refine import RefineTool
from annotator.ui.canvas.tools.select import SelectTool
from annotator.ui.canvas.tools.slice import SliceTool


def make_tools(board: Board) -> Mapping[str, Tool]:
    """One of each, all on the same board."""
    nib = Nib()
    return {
        "select": SelectTool(board),
        "box": BoxTool(board),
        "polygon": PolygonTool(board),
        "keypoints": KeypointsTool(board),
        NAME: FrameTool(board),
        "brush": BrushTool(board, nib, erases=False),
        "eraser": BrushTool(board, nib, erases=True),
        "slice": SliceTool(board),
        "refine": RefineTool(board),
    }
