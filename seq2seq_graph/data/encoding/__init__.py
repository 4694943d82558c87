"""A text as ids on disk: read in pieces, cut on every core, written whole, mapped. NumPy only."""
