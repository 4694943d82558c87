"""The document's program itself, run in the Python of the real TensorFlow 1.15."""
