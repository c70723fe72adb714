"""Why a serial port cannot be opened, and what to do about it."""

import errno
from collections.abc import Callable

from sibeat.ecg.errors import PortNotFound, SourceError
from sibeat.monitor.sources.serial_devices import serial_devices


def port_failures() -> tuple[type[Exception], ...]:
    """What pyserial raises of a port that fails; SerialException is an OSError."""
    try:
        import termios
    except ImportError:  # Windows
        return (OSError,)
    return (OSError, termios.error)


def present_ports() -> list[str]:
    """Serial ports that there are, each with what the system says of it."""
    return [
        f"{device.port} ({device.description})" if device.description else device.port
        for device in serial_devices()
    ]


def explain(
    port: str, error: Exception, ports: Callable[[], list[str]] = present_ports
) -> SourceError:
    """Turn what pyserial raised into an error that says what to do.

    Parameters
    ----------
    port : str
        The device or URL that was to be opened.
    error : Exception
        An OSError (pyserial's SerialException is one) or ValueError.
    ports : callable
        Lists the ports that there are.
    """
    number, text = getattr(error, "errno", None), str(error)
    if number in (errno.EACCES, errno.EPERM) or "PermissionError" in text:
        return SourceError(
            f"no permission to open {port}: on Linux your user must be in the group that owns it, "
            "mostly dialout: run `sudo usermod -aG dialout $USER` and log in again; elsewhere "
            "close the program that has it open"
        )
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO) or "FileNotFoundError" in text:
        return PortNotFound(f"there is no serial port {port}: {_choice(ports())}")
    if number in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in text:
        return SourceError(
            f"another program has {port} open: close it (a serial monitor, or another sibeat)"
        )
    if isinstance(error, ValueError) or "configure port" in text or number == errno.EISDIR:
        return SourceError(
            f"{port} is no serial port ({text}): give a device like /dev/ttyUSB0 or COM3, or a URL "
            "like socket://HOST:PORT; a file is read with --replay"
        )
    return SourceError(f"cannot open {port}: {text}; check that the device is on and reachable")


def _choice(ports: list[str]) -> str:
    if not ports:
        return "there is none at all, is the board plugged in with a cable that carries data?"
    return f"there are {', '.join(ports)}; choose with --serial"
