"""The Model menu: pre-labelling and training."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_image, has_training_left, is_open, is_training

# fmt: off
SPECS = (
    Spec("prelabel_here", "Model", "Pre-label this image", ("I",), lambda c: c.learning.prelabel_here(), has_image, "magic-wand"),
    Spec("prelabel_all", "Model", "Pre-label all not reviewed", ("Ctrl+B",), lambda c: c.learning.prelabel_all(), has_image),
    Spec("prelabel_everything", "Model", "Pre-label all, reviewed ones too", (), lambda c: c.learning.prelabel_everything(), has_image),
    Spec("suggest", "Model", "Choose images to begin with", (), lambda c: c.learning.suggest(), is_open),
    Spec("tiles", "Model", "Look closely (tiles)", (), lambda c: c.learning.toggle_tiles(), is_open, checked=lambda c: c.learning.looks_closely),
    Spec("retrain", "Model", "Retrain...", ("Ctrl+L",), lambda c: c.learning.retrain(), is_open, "graduation-cap", starts_section=True),
    Spec("pause_training", "Model", "Pause training", (), lambda c: c.learning.pause_training(), is_training),
    Spec("resume_training", "Model", "Resume training", (), lambda c: c.learning.resume_training(), has_training_left),
    Spec("stop_training", "Model", "Stop training and keep it", (), lambda c: c.learning.stop_training(), is_training),
    Spec("training_page", "Model", "Show the training", (), lambda c: c.versions.show_training(), is_open, starts_section=True),
    Spec("versions_page", "Model", "Show the versions", (), lambda c: c.versions.show_versions(), is_open),
    Spec("clear_here", "Model", "Clear predictions here", (), lambda c: c.workspace.clear_predictions(everywhere=False), has_image, starts_section=True),
    Spec("clear_all", "Model", "Clear predictions everywhere", (), lambda c: c.workspace.clear_predictions(everywhere=True), is_open),
)
# fmt: on
