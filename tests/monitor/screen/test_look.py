"""What a console can show is asked of the console."""

from io import BytesIO, StringIO, TextIOWrapper

import pytest
from rich.console import Console
from rich.style import Style

from sibeat.monitor.screen.look import TONES, Look


def test_no_color_and_encoding_are_asked_for(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Look.of(Console(file=StringIO(), force_terminal=True)).colour
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert Look.of(Console(file=StringIO(), force_terminal=True)).colour


@pytest.mark.parametrize(("encoding", "unicode"), [("utf-8", True), ("latin-1", False)])
def test_what_the_encoding_cannot_say_is_not_said(monkeypatch, encoding, unicode):
    monkeypatch.setenv("TERM", "xterm")
    file = TextIOWrapper(BytesIO(), encoding=encoding)
    assert Look.of(Console(file=file, force_terminal=True)).unicode is unicode


@pytest.mark.parametrize(("term", "unicode"), [("linux", False), ("xterm-256color", True)])
def test_a_console_whose_fonts_have_no_braille_gets_ascii(monkeypatch, term, unicode):
    monkeypatch.setenv("TERM", term)
    file = TextIOWrapper(BytesIO(), encoding="utf-8")
    look = Look.of(Console(file=file, force_terminal=True))
    assert (look.colour, look.unicode) == (True, unicode)


@pytest.mark.parametrize("tone", TONES)
def test_tones_are_styles_and_plain_ones_have_no_colour(tone):
    Style.parse(TONES[tone][0])
    plain = Style.parse(TONES[tone][1])
    assert plain.color is None
    assert plain.bgcolor is None


def test_cleaning_keeps_the_length():
    text = "a·b–c\x1b…é心"
    assert len(Look(True, False).clean(text)) == len(text)
    assert Look().clean(text) == "a·b–c?…é心"
