"""The Review menu: saying that an image is done, and what the model got right."""

from __future__ import annotations

from annotator.ui.menus.spec import (
    Spec,
    current_category,
    has_current_category,
    has_image,
    has_predictions,
    is_open,
)

# fmt: off
SPECS = (
    Spec("review_next", "Review", "Mark reviewed and go on", ("Ctrl+Return", "Ctrl+Enter"), lambda c: c.workspace.mark_reviewed(go_on=True), has_image, "check-circle"),
    Spec("review", "Review", "Mark reviewed: everything here is labelled", (), lambda c: c.workspace.mark_reviewed(), has_image),
    Spec("review_partly", "Review", "Mark reviewed, but not everything is labelled", (), lambda c: c.workspace.mark_reviewed(complete=False), has_image),
    Spec("no_objects", "Review", "No objects here", ("Ctrl+Shift+N",), lambda c: c.workspace.mark_no_objects(), has_image),
    Spec("unreview", "Review", "Mark not reviewed", (), lambda c: c.workspace.mark_unreviewed(), has_image),
    Spec("accept_here", "Review", "Accept all shown predictions", ("Ctrl+Shift+Return",), lambda c: c.workspace.accept_above(), has_predictions, "checks", starts_section=True),
    Spec("reject_here", "Review", "Reject all shown predictions", (), lambda c: c.workspace.reject([p.id for p in c.workspace.predictions]), has_predictions),
    Spec("accept_everywhere", "Review", "Accept all above the line, on all images", (), lambda c: c.workspace.accept_above(everywhere=True), is_open),
    Spec("accept_category", "Review", "Accept all of the current category above the line, on all images", (), lambda c: c.workspace.accept_above(everywhere=True, category_id=current_category(c)), has_current_category),
    Spec("check_labels", "Review", "Check labels for errors", ("Ctrl+Shift+L",), lambda c: c.reviewing.check_labels(), is_open, starts_section=True),
    Spec("check_unseen", "Review", "Check only images the model never saw", (), lambda c: c.reviewing.check_unseen(), is_open),
    Spec("show_suspects", "Review", "Show labels that may be wrong", (), lambda c: c.reviewing.suspects_requested.emit(), is_open),
    Spec("times", "Review", "Time spent and saved...", (), lambda c: c.reviewing.show_times(), is_open, starts_section=True),
    Spec("statistics", "Review", "Statistics...", (), lambda c: c.viewing.show_statistics(), is_open),
)
# fmt: on
