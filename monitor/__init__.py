"""Sources -> pipeline -> alarms -> sinks (screen, alert log, annotations)."""
