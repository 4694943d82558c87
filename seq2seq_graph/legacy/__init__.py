"""What TensorFlow 2 took away from TensorFlow 1 programs: same names, variables and numbers.

`layers` stands in for `tf.contrib.layers`, `rnn_cell` for `tf.nn.rnn_cell`. A legacy program
changes the prefix of the call and nothing else. Graph mode only, as such programs are.
"""
