"""The terminal display: a frozen snapshot in, rich renderables out."""
