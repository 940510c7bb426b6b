"""What one action of the menus is: its words, its keys, what it does and when it makes sense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from annotator.ui.canvas.view import Canvas
from annotator.ui.commands.assisting import AssistCommands
from annotator.ui.commands.backups import BackupCommands
from annotator.ui.commands.joining import JoiningCommands
from annotator.ui.commands.joints import JointCommands
from annotator.ui.commands.labelling import LabellingCommands
from annotator.ui.commands.learning import LearningCommands
from annotator.ui.commands.masks import MaskCommands
from annotator.ui.commands.objects import ObjectCommands
from annotator.ui.commands.outlines import OutlineCommands
from annotator.ui.commands.project import ProjectCommands
from annotator.ui.commands.reviewing import ReviewCommands
from annotator.ui.commands.versions import VersionCommands
from annotator.ui.commands.viewing import ViewingCommands
from annotator.ui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Commands:
    """Everything an action may call."""

    workspace: Workspace
    canvas: Canvas
    project: ProjectCommands
    labelling: LabellingCommands
    learning: LearningCommands
    viewing: ViewingCommands
    joints: JointCommands
    masks: MaskCommands
    joining: JoiningCommands
    objects: ObjectCommands
    outlines: OutlineCommands
    versions: VersionCommands
    assisting: AssistCommands
    reviewing: ReviewCommands
    backups: BackupCommands
    window: Mapping[str, Callable[[], object]] = field(default_factory=dict)


Handler = Callable[[Commands], object]
Condition = Callable[[Commands], bool]


def always(_: Commands) -> bool:
    """Always."""
    return True


def is_open(c: Commands) -> bool:
    """A project is open."""
    return c.workspace.store is not None


def has_image(c: Commands) -> bool:
    """An image is in view."""
    return c.workspace.image is not None


def has_selection(c: Commands) -> bool:
    """Objects are selected."""
    return bool(c.workspace.selected)


def has_any_selection(c: Commands) -> bool:
    """Objects or a prediction are selected."""
    return bool(c.workspace.selected) or c.workspace.selected_prediction is not None


def has_current_category(c: Commands) -> bool:
    """A category is the current one."""
    return c.workspace.current_category is not None


def current_category(c: Commands) -> int | None:
    """The id of the current category."""
    current = c.workspace.current_category
    return None if current is None else current.id


def is_training(c: Commands) -> bool:
    """A training is under way."""
    return c.learning.is_training


def has_training_left(c: Commands) -> bool:
    """A training was paused or interrupted."""
    return c.learning.is_left


def has_predictions(c: Commands) -> bool:
    """Predictions are shown."""
    return bool(c.workspace.predictions)


@dataclass(frozen=True, slots=True)
class Spec:
    """One action.

    Attributes:
        id: name of the QAction, for tests and settings.
        menu: "File", "Edit", ...; an id ending in "|" starts a new section before it.
        text: with an ellipsis when it asks before it acts.
        keys: in Qt's portable text; the first is shown.
        handler: what it does.
        enabled: when it makes sense.
        icon: name in the icon family.
        tool: for a tool's action, the tool it takes up.
        checked: for a switch, whether it is on.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    handler: Handler = always
    enabled: Condition = always
    icon: str = ""
    tool: str = ""
    starts_section: bool = False
    checked: Condition | None = None
