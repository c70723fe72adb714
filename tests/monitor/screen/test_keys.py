"""Keys: decoded without a terminal, and read through a real one."""

import os
import pty
import sys
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.screen import keys
from sibeat.monitor.screen.keys import KEYS, decode, open_keys


def test_every_key_has_its_meaning():
    assert decode(b"q a+=-_e") == [
        "quit",
        "freeze",
        "acknowledge",
        "gain_up",
        "gain_up",
        "gain_down",
        "gain_down",
        "mark",
    ]
    assert decode(b"QAE") == ["quit", "acknowledge", "mark"]


@pytest.mark.parametrize(
    "sent", [b"\x1b[A", b"\x1bOa", b"\x1b[1;5Q", b"\x1bq", b"\x1b", b"xyz\r\n", b""]
)
def test_arrows_and_other_keys_mean_nothing(sent):
    assert decode(sent) == []


@given(st.binary(max_size=64))
def test_no_bytes_are_an_error(sent):
    assert set(decode(sent)) <= set(KEYS.values())


@pytest.fixture
def terminal():
    ours, theirs = pty.openpty()
    yield ours, theirs
    for descriptor in (ours, theirs):
        os.close(descriptor)


def test_single_keys_come_through_a_real_terminal_and_it_is_restored(terminal):
    ours, theirs = terminal
    before = termios.tcgetattr(theirs)
    with open_keys(theirs) as reader:
        during = termios.tcgetattr(theirs)
        assert not during[3] & (termios.ICANON | termios.ECHO)
        assert during[3] & termios.ISIG, "Ctrl-C still works"
        assert not during[0] & termios.IXON
        os.write(ours, b"q")
        assert reader.read(5.0) == ["quit"]
        os.write(ours, b"\x1b[B +")
        assert reader.read(5.0) == ["freeze", "gain_up"]
        assert reader.read(0.0) == []
    assert termios.tcgetattr(theirs) == before


def test_the_terminal_is_restored_after_an_exception(terminal):
    before = termios.tcgetattr(terminal[1])
    with pytest.raises(KeyboardInterrupt), open_keys(terminal[1]):
        raise KeyboardInterrupt
    assert termios.tcgetattr(terminal[1]) == before


def test_a_terminal_that_goes_away_ends_the_reading():
    ours, theirs = pty.openpty()
    with open_keys(theirs) as reader:
        os.close(ours)
        assert reader.read(5.0) is None
    os.close(theirs)


def test_a_pipe_has_no_keys():
    read, write = os.pipe()
    with open_keys(read) as reader:
        assert reader is None
    os.close(read)
    os.close(write)


def test_a_piped_standard_input_leaves_the_keys_to_the_terminal(terminal, monkeypatch):
    ours, theirs = terminal
    name = os.ttyname(theirs)
    real_open = os.open
    read, write = os.pipe()
    monkeypatch.setattr(sys, "stdin", os.fdopen(read))
    monkeypatch.setattr(os, "open", lambda path, flags: real_open(name, flags))
    with open_keys() as reader:
        os.write(ours, b"e")
        assert reader.read(5.0) == ["mark"]
    sys.stdin.close()
    os.close(write)


def test_no_terminal_at_all_has_no_keys(monkeypatch):
    def refuse(path, flags):
        raise OSError("no such device")

    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(os, "open", refuse)
    with open_keys() as reader:
        assert reader is None


def test_without_termios_there_are_no_keys(terminal, monkeypatch):
    monkeypatch.setattr(keys, "termios", None)
    with open_keys(terminal[1]) as reader:
        assert reader is None


def test_a_job_in_the_background_leaves_the_terminal_alone(terminal, monkeypatch):
    monkeypatch.setattr(os, "tcgetpgrp", lambda descriptor: os.getpgrp() + 1)
    with open_keys(terminal[1]) as reader:
        assert reader is None
