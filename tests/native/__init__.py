"""The document's program on the real TensorFlow 1.15, with nothing of `seq2seq_graph`.

Everything here runs on TensorFlow 1.15.5 alone, but `exercises`, which takes the symbols under
test as an argument and runs on every version.
"""
