"""Where samples come from: recordings, serial ports, standard input, the demo."""
