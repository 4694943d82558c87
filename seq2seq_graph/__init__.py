"""A TensorFlow 1 graph-mode LSTM encoder-decoder, the same on TensorFlow 1.15 and on today's.

Each folder's first docstring says what belongs there. Importing the package changes no global
state and imports no TensorFlow.
"""

__version__ = "0.1.0"
