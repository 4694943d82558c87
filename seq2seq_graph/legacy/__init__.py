"""What TensorFlow 2 took away from TensorFlow 1 programs: same names, variables and numbers.

The files mirror TensorFlow 1's tree: `rnn_cell` is `tf.nn.rnn_cell`, `layers` is `tf.layers`,
`contrib.layers` is `tf.contrib.layers`. A legacy program changes the prefix of the call and nothing
else. Graph mode only, as such programs are.
"""
