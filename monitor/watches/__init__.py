"""What is told of beats and signal: alerts, rhythm events, silence, signal quality."""
