"""Reads an old TensorFlow 1 program, never runs it, and says by line what will stop or mislead it.

`reading` takes the file, `flow` follows its names, the modules that `report` lists look for what is
wrong, `writing` writes it down, `fixing` changes what is certain. `symbols.json` holds what the two
TensorFlows answered. No TensorFlow.
"""
