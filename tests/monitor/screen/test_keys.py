"""Keys: decoded without a terminal, and read through a real one."""

import os
import pty
import sys
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.screen import keys
from sibeat.monitor.screen.keys import KEYS, PASTE_PAUSES, READ_BYTES, Key, KeyDecoder, open_keys


def decode(sent: bytes, n_read: int = READ_BYTES) -> list[Key]:
    """Keys in what the terminal sent, read in pieces."""
    decoder = KeyDecoder()
    pieces = [sent[at : at + n_read] for at in range(0, len(sent), n_read)]
    return [key for piece in pieces for key in decoder.feed(piece)]


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
    "sent",
    [
        *(b"\x1b[A", b"\x1bOa", b"\x1b[1;5Q", b"\x1bq", b"\x1b", b"xyz\r\n", b""),
        *(b"\x1b[[A", b"\x1b[[E", b"\x1b\x1b[A", b"\x1b\x1bOA"),  # F1, F5, Alt-Up
    ],
)
def test_arrows_and_other_keys_mean_nothing(sent):
    assert decode(sent) == []


@pytest.mark.parametrize("n_read", [1, 2, 7, 64])
def test_a_mouse_wheel_acknowledges_nothing_wherever_its_arrows_are_split(n_read):
    assert decode(b"\x1b[A" * 50 + b"\x1bOA\x1b[1;5A e", n_read) == ["freeze", "mark"]


def test_the_escape_key_takes_no_later_key_along():
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b") == []
    decoder.pause()
    assert decoder.feed(b"q") == ["quit"]


@pytest.mark.parametrize("n_read", [1, 5, 64])
def test_what_is_pasted_is_no_key(n_read):
    pasted = b"\x1b[200~a quiet place, q\x1b[A\x1b[201~"
    assert decode(b"e" + pasted + b"+" + pasted + b" ", n_read) == ["mark", "gain_up", "freeze"]


@pytest.mark.parametrize("n_read", [1, 5, 64])
@pytest.mark.parametrize("last", [b"\x1b", b"\x1bO", b"\x1b["])
def test_a_paste_ends_whatever_its_last_letters_are(last, n_read):
    assert decode(b"\x1b[200~x" + last + b"\x1b[201~q", n_read) == ["quit"]


def test_a_paste_whose_end_comes_late_or_never_is_over():
    late, lost = KeyDecoder(), KeyDecoder()
    assert late.feed(b"\x1b[200~a\x1b[20") == []
    late.pause()
    assert late.feed(b"1~a") == ["acknowledge"]
    lost.feed(b"\x1b[200~a")
    for _ in range(PASTE_PAUSES - 1):
        lost.pause()
    assert lost.feed(b"a") == []
    for _ in range(PASTE_PAUSES):
        lost.pause()
    assert lost.feed(b"q") == ["quit"]


@given(
    st.lists(st.sampled_from([b"\x1b", b"[", b"O", b"A", b"q", b"200~", b"\xff"])),
    st.integers(1, 9),
)
def test_keys_do_not_depend_on_how_reads_split_them(parts, n_read):
    sent = b"".join(parts)
    assert decode(sent, n_read) == decode(sent, READ_BYTES * 100)


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


def edited(terminal):
    """Put a terminal in the mode of a shell that edits a line; gives that."""
    mode = termios.tcgetattr(terminal)
    mode[3] &= ~(termios.ICANON | termios.ECHO)
    mode[0] &= ~termios.ICRNL
    termios.tcsetattr(terminal, termios.TCSANOW, mode)
    return termios.tcgetattr(terminal)


def test_a_job_in_the_background_leaves_the_terminal_alone_until_it_is_brought_back(
    terminal, monkeypatch
):
    ours, theirs = terminal
    before, raw = termios.tcgetattr(theirs), edited(theirs)
    termios.tcsetattr(theirs, termios.TCSANOW, before)
    shell = os.getpgrp() + 1
    monkeypatch.setattr(os, "tcgetpgrp", lambda descriptor: shell)
    with open_keys(theirs) as reader:
        os.write(ours, b"e")
        assert reader.read(0.0) == []
        assert termios.tcgetattr(theirs) == before
        shell = os.getpgrp()
        assert reader.read(5.0) == ["mark"]
        termios.tcsetattr(theirs, termios.TCSANOW, before)  # the shell, after a stop
        reader.read(0.0)
        os.write(ours, b" ")
        assert reader.read(5.0) == ["freeze"]
        shell = os.getpgrp() + 1
        termios.tcsetattr(theirs, termios.TCSANOW, raw)  # the shell, while it edits a line
    assert termios.tcgetattr(theirs) == raw


def test_a_job_that_began_in_the_background_restores_what_the_shell_left_to_it(
    terminal, monkeypatch
):
    theirs = terminal[1]
    before, raw = termios.tcgetattr(theirs), edited(theirs)
    shell = os.getpgrp() + 1
    monkeypatch.setattr(os, "tcgetpgrp", lambda descriptor: shell)
    with open_keys(theirs) as reader:
        reader.read(0.0)
        termios.tcsetattr(theirs, termios.TCSANOW, before)  # the shell, as it runs `fg`
        shell = os.getpgrp()
        reader.read(0.0)
        assert termios.tcgetattr(theirs) not in (before, raw)
    assert termios.tcgetattr(theirs) == before
