"""`tf.contrib.seq2seq` of TensorFlow 1.15: decoders, helpers, attention, beam search, the loss."""
