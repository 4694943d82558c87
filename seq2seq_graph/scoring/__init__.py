"""Numbers about predictions, and what one reaches without a network. NumPy only."""
