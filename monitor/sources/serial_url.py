"""Whether ``--serial`` can be meant at all, seen before anything is opened.

What is spelt wrong stays wrong: a service must not try it again and again, as it does a board that
is away. pyserial is imported for URLs alone, and reads their options.
"""

import re
from urllib.parse import urlsplit

from sibeat.ecg.errors import UsageError

NETWORK = ("socket", "rfc2217")
"""schemes of a board at a network address"""
TOUCHING = ("hwgrep", "spy", "cp2110")
"""schemes whose URL pyserial cannot read without looking for ports, a file or another library"""
_BARE_ADDRESS = re.compile(r"(\w+:/?)?([^/:\s]+|\[[^\]]+\]):\d+/?")
"""an address without ``//``; devices with a colon in their name begin with ``/``"""


def require_port(port: str) -> None:
    """Refuse what names neither a device nor a URL of a port.

    Parameters
    ----------
    port : as ``--serial`` has it

    Raises
    ------
    UsageError
        It is empty, no URL that pyserial knows, or an address without host or port number.
    """
    scheme, colon, _ = port.partition("://")
    if not port.strip() or _BARE_ADDRESS.fullmatch(port):
        raise _unmeant(port)
    if colon and not _is_url(scheme.lower(), port):
        raise _unmeant(port)


def _is_url(scheme: str, url: str) -> bool:
    import serial

    if scheme in NETWORK and not _is_address(url):
        return False
    if scheme in TOUCHING:
        return scheme != "hwgrep" or _is_pattern(url.partition("://")[2].partition("&")[0])
    try:
        device = serial.serial_for_url(url, do_not_open=True)
        if hasattr(device, "from_url"):
            device.from_url(url)
    except (OSError, ValueError, LookupError):  # pyserial's own message of an option is a KeyError
        return False
    return True


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname and parts.port)
    except ValueError:  # the port is no number, or beyond 65535
        return False


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _unmeant(port: str) -> UsageError:
    return UsageError(
        f"--serial {port!r} is no address of a board; expected a device like /dev/ttyUSB0 or COM3, "
        "socket://HOST:PORT or rfc2217://HOST:PORT with a port from 1 to 65535, as in "
        "socket://192.168.0.7:2000, or another URL that pyserial knows: correct it"
    )
