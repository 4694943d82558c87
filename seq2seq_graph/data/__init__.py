"""Text to tokens, pairs, ids and batches. NumPy only."""
