"""The look: contrast of every ink on every ground, the scheme, the icons."""

import pytest
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QToolButton

from annotator.ui import look
from annotator.ui.look import DARK, LIGHT


def luminance(colour: str) -> float:
    linear = (
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in QColor(colour).getRgbF()[:3]
    )
    return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def app(qapp: QApplication):
    yield qapp
    look.apply_look(qapp, "light")


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "base", "button", "selection", "hover"])
def test_text_is_readable_on_every_ground(scheme, ground):
    assert contrast(scheme.text, getattr(scheme, ground)) >= 7


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "base", "surround", "selection", "hover"])
@pytest.mark.parametrize("ink", ["muted", "amber"])
def test_captions_and_marks_are_readable_on_every_ground(scheme, ground, ink):
    assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= 4.0
    if ground != "selection":
        assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_red_and_the_accent_are_readable(scheme):
    assert contrast(scheme.red, scheme.window) >= 4.5
    assert contrast(scheme.red, scheme.base) >= 4.5
    assert contrast(scheme.accent, scheme.window) >= 4.5
    assert contrast(scheme.on_accent, scheme.accent) >= 4.5


@pytest.mark.parametrize(("theme", "scheme"), [("light", LIGHT), ("dark", DARK)])
def test_a_theme_sets_palette_and_font(app, theme, scheme):
    look.apply_look(app, theme)
    assert look.colours() == scheme
    assert app.palette().color(QPalette.ColorRole.Text).name() == scheme.text
    assert app.font().pixelSize() == look.TEXT_PX


def test_the_system_theme_is_light_where_the_system_says_nothing(app):
    look.apply_look(app, "dark")
    look.apply_look(app, "system")
    assert look.colours() == LIGHT


def ink_of(icon: QIcon, mode=QIcon.Mode.Normal) -> QColor:
    image = icon.pixmap(40, 40, mode).toImage()
    pixels = [image.pixelColor(x, y) for x in range(40) for y in range(40)]
    return max(pixels, key=QColor.alpha)


def test_an_icon_follows_the_theme(app):
    icon = look.icon("eye")
    look.apply_look(app, "light")
    assert ink_of(icon).lightness() < 80
    look.apply_look(app, "dark")
    assert ink_of(icon).lightness() > 180
    assert ink_of(icon, QIcon.Mode.Disabled).alpha() < 200


def test_an_unknown_icon_is_an_error(app):
    with pytest.raises(KeyError):
        look.icon("no-such-icon")


def test_category_colours_differ():
    colours = look.category_colours(60)
    assert len(set(colours)) == 60
    assert all(QColor(c).isValid() for c in colours)


def test_a_role_can_change(qtbot):
    button = QToolButton()
    qtbot.addWidget(button)
    look.as_role(button, "flat")
    look.as_role(button, "chip")
    assert button.property("role") == "chip"
