"""How many numbers describe a beat's shape, to methods with networks and to those without torch."""

N_COMPONENTS = 20
"""whitened principal components; chosen on validation beats: of a density, 12 and 32 separate
worse"""
