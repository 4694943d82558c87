"""Weights in and out: checkpoint, `.npz`, Keras 3, PyTorch."""
