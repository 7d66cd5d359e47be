"""Schoon keeps known images of child abuse off a country's servers; it works with hashes, counts and text alone."""
