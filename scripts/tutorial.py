"""The document's program, top to bottom: read it beside the document's code.

    python scripts/tutorial.py
    python scripts/tutorial.py --explain     every tensor's shape and the first batch, no training

Every line that differs from the printed code carries the number of its defect in README.md's
table, as in `# 5`. Defects 8, 9 and 10 stay as printed: padding counts in the loss, the prediction
sees the true previous token, and labels are one-hot. A 0 marks what belongs to neither: the way
to the package, a quiet start (`--verbose` brings TensorFlow's log back), and `--explain`.
"""

import sys  # 0

sys.path.insert(1, sys.path[0] + '/..')  # 0
from seq2seq_graph.console import script  # 0

script.begin(explain='every shape and the first batch, no training')  # 0
import numpy as np  # 7

from seq2seq_graph.data.corpora import cmudict  # 1
from seq2seq_graph.legacy import tensorflow as tf  # 12
from seq2seq_graph.pictures import explain  # 0

explain.when_asked()  # 0
tf.disable_eager_execution()  # 12

# 입력 시퀀스의 최대 길이와 출력 시퀀스의 최대 길이
max_input_length = 10
max_output_length = 12

data = cmudict.load(max_input_length, max_output_length)  # 1: letters of a word -> its phonemes
vocab_size = data.vocab_size  # 1
batch_size = 128  # 1
num_epochs = 2  # 1
start_token = 1  # 2

# 입력 시퀀스와 출력 시퀀스의 정수 인덱스를 위한 placeholder
encoder_inputs = tf.placeholder(shape=(None, max_input_length), dtype=tf.int32, name='encoder_inputs')
decoder_targets = tf.placeholder(shape=(None, max_output_length), dtype=tf.int32, name='decoder_targets')

# 인코더 LSTM 셀 정의
encoder_embedding_size = 50
encoder_hidden_units = 100
encoder_inputs_embedded = tf.contrib.layers.embed_sequence(encoder_inputs, vocab_size, encoder_embedding_size, initializer=tf.glorot_uniform_initializer(seed=0))  # 11
encoder_lstm = tf.nn.rnn_cell.LSTMCell(encoder_hidden_units, initializer=tf.glorot_uniform_initializer(seed=1))  # 11
_, encoder_states = tf.nn.dynamic_rnn(encoder_lstm, encoder_inputs_embedded, dtype=tf.float32, scope='encoder')  # 5

# 디코더 LSTM 셀 정의
decoder_embedding_size = 50
decoder_hidden_units = 100
decoder_inputs = tf.concat([tf.fill([tf.shape(decoder_targets)[0], 1], start_token), decoder_targets[:, :-1]], 1)  # 2, 3, 4, 6
decoder_inputs_embedded = tf.contrib.layers.embed_sequence(decoder_inputs, vocab_size, decoder_embedding_size, initializer=tf.glorot_uniform_initializer(seed=2))  # 11
decoder_lstm = tf.nn.rnn_cell.LSTMCell(decoder_hidden_units, initializer=tf.glorot_uniform_initializer(seed=3))  # 11
decoder_outputs, _ = tf.nn.dynamic_rnn(decoder_lstm, decoder_inputs_embedded, initial_state=encoder_states, scope='decoder')  # 5

# 출력 시퀀스 예측
decoder_logits = tf.contrib.layers.linear(decoder_outputs, vocab_size, weights_initializer=tf.glorot_uniform_initializer(seed=4))  # 11
decoder_prediction = tf.argmax(decoder_logits, 2)

# 손실 함수 및 최적화
cross_entropy = tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot(decoder_targets, depth=vocab_size, dtype=tf.float32), logits=decoder_logits)
loss = tf.reduce_mean(cross_entropy)
optimizer = tf.train.AdamOptimizer().minimize(loss)

# 모델 학습
sess = tf.InteractiveSession()
sess.run(tf.global_variables_initializer())
for epoch in range(num_epochs):
    # 학습 데이터로 모델 훈련
    order = np.random.RandomState(epoch).permutation(len(data.train.encoder_inputs))  # 7
    for step in range(0, len(order), batch_size):  # 7
        rows = order[step:step + batch_size]  # 7
        feed = {encoder_inputs: data.train.encoder_inputs[rows], decoder_targets: data.train.decoder_targets[rows]}  # 7
        loss_value, _ = sess.run([loss, optimizer], feed)  # 7
        if step // batch_size % 100 == 0:  # 7
            print('epoch {} step {:4} loss {:.4f}'.format(epoch, step // batch_size, loss_value))  # 7

# 7: what it says to words it has not seen, each phoneme predicted from the true ones before it
sample = range(0, 2000, 100)  # 7
feed = {encoder_inputs: data.valid.encoder_inputs[sample], decoder_targets: data.valid.decoder_targets[sample]}  # 7
print('{:12} {:40} {}'.format('input', 'target', 'prediction'))  # 7
for source, target, prediction in zip(*sess.run([encoder_inputs, decoder_targets, decoder_prediction], feed)):  # 7
    print('{:12} {:40} {}'.format(''.join(data.source_vocabulary.decode(source)), ' '.join(data.target_vocabulary.decode(target)), ' '.join(data.target_vocabulary.decode(prediction))))  # 7
sess.close()  # 7
