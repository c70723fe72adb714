"""Frames with constant bytes at constant places: OpenView, Cyton, OpenEEG P2, Chords."""

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.errors import ConfigError
from sibeat.monitor.protocols.board import ByteRange, Channel, FrameLayout
from sibeat.monitor.protocols.number_format import (
    Codes,
    Frames,
    n_bits,
    read_numbers,
    write_numbers,
)


class FixedFrame:
    """A frame as a board description lays it out; see :class:`~.frame.FrameFormat`.

    Parameters
    ----------
    layout : constant bytes, counter and clock
    channels : what is measured, and where it lies

    Raises
    ------
    ConfigError
        Something lies outside the frame, or the frame has no constant byte.
    """

    vouched = False

    def __init__(self, layout: FrameLayout, channels: tuple[Channel, ...]) -> None:
        self.n_bytes, self.n_samples = layout.n_bytes, layout.n_samples
        self.n_confirm = layout.n_confirm
        self.period = None if layout.counter_at is None else 256
        self._layout, self._channels = layout, channels
        self._ranges = _checked_bytes(layout, channels)
        free = sum(np.log2(span.high - span.low + 1) for span in self._ranges)
        counted = 8.0 if self.period else 0.0
        self.evidence_bits = 8.0 * len(self._ranges) - float(free) + counted
        self._require_inside()

    def check(self, frames: Frames) -> NDArray[np.bool_]:
        """Tell which rows have the constant bytes, and numbers that the converter can give."""
        good = np.ones(len(frames), np.bool_)
        for span in self._ranges:
            column = frames[:, span.at]
            if span.low == span.high:
                good &= column == span.low
            else:
                good &= (column >= span.low) & (column <= span.high)
        return good

    def counters(self, frames: Frames) -> Codes:
        """Counter of each frame."""
        if self._layout.counter_at is None:
            return np.zeros(len(frames), np.int64)
        return frames[:, self._layout.counter_at].astype(np.int64)

    def codes(self, frames: Frames, channel: int) -> Codes:
        """One channel's numbers, frame after frame."""
        wanted = self._channels[channel]
        places = range(wanted.at, self._stop(wanted), n_bits(wanted.format) // 8)
        columns = [read_numbers(frames, at, wanted.format) for at in places]
        return columns[0] if len(columns) == 1 else np.stack(columns, axis=1).reshape(-1)

    def board_ms(self, frames: Frames) -> Codes | None:
        """Board time where the layout has one."""
        clock = self._layout.clock
        if clock is None:
            return None
        times = read_numbers(frames, clock.at, clock.format)
        kind = frames[:, clock.when.at]
        return np.where((kind >= clock.when.low) & (kind <= clock.when.high), times, -1)

    def build(self, codes: Codes, counters: Codes) -> bytes:
        """Make frames; bytes that may vary get their lowest value, clock bytes stay 0."""
        frames = np.zeros((len(counters), self.n_bytes), np.uint8)
        for index, channel in enumerate(self._channels):
            width = n_bits(channel.format) // 8
            for k in range(self.n_samples):
                column = self._clipped(codes[k :: self.n_samples, index])
                write_numbers(frames, channel.at + k * width, channel.format, column)
        for span in (*self._layout.constant_bytes(), *self._layout.ranges):
            frames[:, span.at] = span.low
        if self._layout.counter_at is not None:
            frames[:, self._layout.counter_at] = counters & 0xFF
        return frames.tobytes()

    def _clipped(self, codes: Codes) -> Codes:
        bits = self._layout.adc_bits
        return codes if bits is None else np.clip(codes, 0, (1 << bits) - 1)

    def _stop(self, channel: Channel) -> int:
        """Place after a channel's last byte."""
        return channel.at + self.n_samples * n_bits(channel.format) // 8

    def _require_inside(self) -> None:
        ends = [self._stop(channel) for channel in self._channels]
        ends += [span.at + 1 for span in self._ranges]
        ends.append((self._layout.counter_at or 0) + 1)
        clock = self._layout.clock
        if clock is not None:
            ends += [clock.at + n_bits(clock.format) // 8, clock.when.at + 1]
        if max(ends) > self.n_bytes:
            raise ConfigError(
                f"a frame of {self.n_bytes} bytes holds nothing at {max(ends) - 1}; expected "
                "places from 0, correct n_bytes or the places"
            )
        if not self._layout.constant_bytes():
            raise ConfigError("a frame without a constant byte cannot be found; give fixed = [...]")


def _checked_bytes(layout: FrameLayout, channels: tuple[Channel, ...]) -> list[ByteRange]:
    """Bytes that tell a frame, the rarest first: constants, ranges, numbers' upper bytes."""
    spans = [*layout.constant_bytes(), *layout.ranges]
    if layout.adc_bits is not None:
        top = (1 << max(0, layout.adc_bits - 8)) - 1
        places = (c.at + (n_bits(c.format) // 8 - 1) * c.format.endswith("le") for c in channels)
        spans += [ByteRange(at, 0, top) for at in places]
    return spans
