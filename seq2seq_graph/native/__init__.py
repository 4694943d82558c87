"""The document's program itself, for the real TensorFlow 1.15; nothing of this package."""
