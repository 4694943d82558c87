"""Reads an old TensorFlow 1 program, never runs it, and says by line what will stop or mislead it.

`reading` takes the file, `names`, `removed`, `sequence` and `training` look for what is wrong,
`report` writes it down. `symbols.json` holds what the two TensorFlows answered. No TensorFlow.
"""
