"""What arrived, kept as it arrived, to be replayed and exported."""
