"""The Typer commands; the only place where things are put together."""
