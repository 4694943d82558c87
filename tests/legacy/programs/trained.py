"""Models with their train op, whose ops `op_counts.py` counts: `trained('lstm', 'Adam')`."""

import tensorflow as tf

BATCH, TIME, DEPTH, UNITS, CLASSES = 2, 3, 4, 5, 6
OPTIMIZERS = {
    "Adam": tf.train.AdamOptimizer,
    "SGD": lambda: tf.train.GradientDescentOptimizer(0.1),
    "RMSProp": lambda: tf.train.RMSPropOptimizer(0.1),
    "Adagrad": lambda: tf.train.AdagradOptimizer(0.1),
    "Momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    "Ftrl": lambda: tf.train.FtrlOptimizer(0.1),
}


def trained(model, optimizer):
    """Builds a model, its loss and its train op."""
    OPTIMIZERS[optimizer]().minimize(MODELS[model]())


def clipped(model, optimizer):
    """The same with gradients that are clipped together."""
    loss = MODELS[model]()
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    OPTIMIZERS[optimizer]().apply_gradients(zip(gradients, variables))


def inputs():
    return tf.placeholder(tf.float32, [None, TIME, DEPTH])


def classified(outputs):
    labels = tf.placeholder(tf.int32, [None])
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=labels, logits=tf.layers.dense(outputs, CLASSES)))


def lstm():
    lengths = tf.placeholder(tf.int32, [None])
    outputs, _ = tf.nn.dynamic_rnn(
        tf.nn.rnn_cell.LSTMCell(UNITS), inputs(), lengths, dtype=tf.float32)
    return classified(outputs[:, -1])


def gru():
    cells = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(UNITS) for _ in range(2)])
    _, states = tf.nn.dynamic_rnn(cells, inputs(), dtype=tf.float32)
    return classified(tf.concat(states, 1))


def static():
    steps = tf.unstack(tf.placeholder(tf.float32, [BATCH, TIME, DEPTH]), axis=1)
    outputs, _ = tf.nn.static_rnn(tf.nn.rnn_cell.BasicLSTMCell(UNITS), steps, dtype=tf.float32)
    logits = tf.layers.dense(outputs[-1], CLASSES)
    labels = tf.placeholder(tf.float32, [BATCH, CLASSES])
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def embedded():
    embedding = tf.get_variable("embedding", [CLASSES, DEPTH])
    ids = tf.placeholder(tf.int32, [None, TIME])
    return classified(tf.reduce_mean(tf.nn.embedding_lookup(embedding, ids), 1))


def convolved():
    kernel = tf.Variable(tf.truncated_normal([2, 2, 1, UNITS]))
    pictures = tf.placeholder(tf.float32, [None, 8, 8, 1])
    features = tf.nn.relu(tf.nn.conv2d(pictures, kernel, [1, 1, 1, 1], "SAME"))
    pooled = tf.nn.max_pool(features, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    return classified(tf.reshape(pooled, [-1, 16 * UNITS]))


def dropped():
    keep = tf.placeholder(tf.float32)
    hidden = tf.layers.dense(inputs()[:, 0], UNITS, tf.tanh)
    return classified(tf.nn.dropout(hidden, keep_prob=keep))


def normalized():
    hidden = tf.layers.dense(inputs()[:, 0], UNITS)
    return classified(tf.nn.relu(tf.layers.batch_normalization(hidden, training=True)))


def attended():
    seq2seq = tf.contrib.seq2seq
    lengths, targets = tf.placeholder(tf.int32, [None]), tf.placeholder(tf.int32, [None, TIME])
    memory, state = tf.nn.dynamic_rnn(
        tf.nn.rnn_cell.LSTMCell(UNITS), inputs(), lengths, dtype=tf.float32)
    cell = seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.LSTMCell(UNITS), seq2seq.BahdanauAttention(UNITS, memory, lengths),
        attention_layer_size=UNITS)
    first = cell.zero_state(tf.shape(lengths)[0], tf.float32).clone(cell_state=state)
    decoder = seq2seq.BasicDecoder(
        cell, seq2seq.TrainingHelper(memory, lengths), first, tf.layers.Dense(CLASSES))
    outputs, _, _ = seq2seq.dynamic_decode(decoder)
    return seq2seq.sequence_loss(
        outputs.rnn_output, targets, tf.sequence_mask(lengths, dtype=tf.float32))


MODELS = {function.__name__: function for function in (
    lstm, gru, static, embedded, convolved, dropped, normalized, attended)}
