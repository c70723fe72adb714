"""Side-by-side measurements and fits; each prints JSON."""
