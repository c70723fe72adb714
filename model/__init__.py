"""The networks and the scorer: a student artefact is weights, an input contract, a calibration."""
