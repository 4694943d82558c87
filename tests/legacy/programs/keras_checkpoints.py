"""A program of recurrent Keras layers that saves itself in three ways, or restores them; for `run`.

    python scripts/legacy.py run tests/legacy/programs/keras_checkpoints.py save FOLDER OUT.npz
    python scripts/legacy.py run tests/legacy/programs/keras_checkpoints.py restore FOLDER OUT.npz

A Saver's checkpoint with Adam's slots, `save_weights` as HDF5 and as TensorFlow's format. OUT.npz
has what the model predicts after each, the losses of two more steps, and the variables' names.
"""

import os
import sys

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

BATCH, TIME, VOCABULARY, UNITS = 3, 4, 5, 2
command, folder, out = sys.argv[1:]
paths = {name: os.path.join(folder, name) for name in ("saver", "weights.h5", "weights-tf")}

model = tf.keras.Sequential([
    layers.Embedding(VOCABULARY, UNITS, input_length=TIME),
    layers.LSTM(UNITS, return_sequences=True),
    layers.Bidirectional(layers.GRU(UNITS, return_sequences=True)),
    layers.SimpleRNN(UNITS, return_sequences=True),
    layers.RNN([layers.LSTMCell(UNITS), layers.GRUCell(UNITS)]),
    layers.Dense(1),
])
model.compile("adam", "mse")
ids = np.random.RandomState(1).randint(0, VOCABULARY, [BATCH, TIME])
labels = np.arange(BATCH, dtype=np.float32).reshape([BATCH, 1])
model._make_train_function()  # so that the slots are there
session = tf.keras.backend.get_session()
saver = tf.train.Saver()
found = {"names": sorted(v.op.name for v in tf.global_variables())}

if command == "save":
    for _ in range(3):
        model.train_on_batch(ids, labels)
    saver.save(session, paths["saver"], write_meta_graph=False)
    model.save_weights(paths["weights.h5"])
    model.save_weights(paths["weights-tf"], save_format="tf")
for name, path in sorted(paths.items()):
    if command == "restore":
        for variable in model.trainable_weights:
            session.run(variable.initializer)
        saver.restore(session, path) if name == "saver" else model.load_weights(path)
    found["predicted/" + name] = model.predict(ids)
if command == "restore":
    saver.restore(session, paths["saver"])
found["losses"] = [model.train_on_batch(ids, labels) for _ in range(2)]
np.savez_compressed(out, **found)
