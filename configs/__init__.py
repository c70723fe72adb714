"""TOML presets, shipped with the package."""
