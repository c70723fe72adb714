"""Boards that people own: what their bytes mean, both ways, without a port.

A board is a description in ``configs/boards`` (:mod:`~sibeat.monitor.protocols.board`). It names a
frame format, which checks, reads and builds frames; ``FrameLock`` finds frames in bytes,
``FrameDecoder`` makes samples of them, ``FrameEncoder`` is the board of the simulator. The text
protocol is :mod:`sibeat.monitor.sources.text_protocol`.
"""
