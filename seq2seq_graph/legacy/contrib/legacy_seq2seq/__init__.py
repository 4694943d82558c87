"""`tf.contrib.legacy_seq2seq` of TensorFlow 1.15: encoders and decoders, unrolled."""
