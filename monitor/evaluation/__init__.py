"""The pipeline judged end to end: alerts, beats and scores against a reference."""
