"""Recorded runs, every engine that can play them, and the differences."""
