"""Where samples come from: recordings, serial ports, standard input, the demo.

A source is opened and read in one thread (:mod:`sibeat.monitor.intake`). Live ones are three parts:
a transport gives :class:`~sibeat.monitor.sources.base.ByteArrival` records, a decoder makes samples
of their bytes, a :class:`~sibeat.monitor.sources.live_stream.LiveStream` puts these on the one
clock of the pipeline, the absolute sample index.
"""
