"""Where events go: the alert log, annotations, the baseline file, and how they reach the disk."""
