"""A lost device is known again by its USB ids, and never taken for another one."""

import pytest
from serial.tools.list_ports_common import ListPortInfo

from sibeat.monitor.sources.serial_devices import (
    SerialDevice,
    identify,
    same_device,
    serial_devices,
)
from sibeat.monitor.sources.serial_failure import present_ports

LOST = SerialDevice("/dev/ttyUSB0", "board", "0403:6015", "A1")
OTHER = SerialDevice("/dev/ttyUSB1", "board", "0403:6015", "B2")


def test_its_own_name_goes_first() -> None:
    assert same_device(LOST, [OTHER, LOST]) is LOST


def test_another_name_of_the_same_ids_and_number_is_it() -> None:
    moved = SerialDevice("/dev/ttyUSB7", "board", "0403:6015", "A1")
    assert same_device(LOST, [OTHER, moved]) is moved


def test_another_board_is_not_taken() -> None:
    assert same_device(LOST, [OTHER]) is None
    assert same_device(LOST, []) is None
    nameless = SerialDevice("/dev/ttyS0")
    assert same_device(nameless, [SerialDevice("/dev/ttyS1")]) is None


def test_of_several_alike_none_is_taken() -> None:
    cheap = SerialDevice("/dev/ttyUSB0", "CH340", "1A86:7523")
    twins = [SerialDevice(f"/dev/ttyUSB{i}", "CH340", "1A86:7523") for i in (1, 2)]
    assert same_device(cheap, twins) is None
    assert same_device(cheap, twins[:1]) is twins[0]


def test_what_the_system_lists_is_told_by_port_and_without_empty_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usb, built_in, nameless = map(ListPortInfo, ("/dev/ttyUSB7", "/dev/ttyS7", "/dev/ttyACM7"))
    usb.description, usb.vid, usb.pid, usb.serial_number = "board", 0x403, 0x6015, "A1"
    nameless.description = None
    assert built_in.description == "n/a"
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [usb, built_in, nameless])

    assert serial_devices() == [
        SerialDevice("/dev/ttyACM7"),
        SerialDevice("/dev/ttyS7"),
        SerialDevice("/dev/ttyUSB7", "board", "0403:6015", "A1"),
    ]
    assert present_ports() == ["/dev/ttyACM7", "/dev/ttyS7", "/dev/ttyUSB7 (board)"]
    assert identify("/dev/ttyS7") == SerialDevice("/dev/ttyS7")
    assert identify("/dev/there-is-no-such-port") is None
