"""Runs, records, checks and compares old TensorFlow 1 programs, not a line of them changed."""
