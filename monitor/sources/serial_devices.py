"""The serial devices of this computer, and the same device again under another name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SerialDevice:
    """A serial device as the system describes it."""

    port: str
    description: str = ""
    usb: str = ""
    """``VID:PID`` in hexadecimal; empty: not on USB"""
    serial_number: str = ""


def serial_devices() -> list[SerialDevice]:
    """List the devices, by port."""
    from serial.tools.list_ports import comports

    return [
        SerialDevice(
            found.device,
            "" if found.description in (None, "n/a") else str(found.description),
            "" if found.vid is None else f"{found.vid:04X}:{found.pid:04X}",
            found.serial_number or "",
        )
        for found in sorted(comports())
    ]


def identify(port: str) -> SerialDevice | None:
    """Give the device of that name; None: the system does not list it (a URL, a link)."""
    return next((device for device in serial_devices() if device.port == port), None)


def same_device(lost: SerialDevice, present: list[SerialDevice]) -> SerialDevice | None:
    """Find the device that was lost, also under another name.

    Its port's own name goes first; else the one device of the same USB ids and serial number. Of
    several alike without a serial number none is taken: it could be another board.
    """
    for device in present:
        if device.port == lost.port:
            return device
    alike = [
        device
        for device in present
        if lost.usb and (device.usb, device.serial_number) == (lost.usb, lost.serial_number)
    ]
    return alike[0] if len(alike) == 1 else None
