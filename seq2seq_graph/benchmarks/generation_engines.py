"""Greedy decoding of many sources in each of the programs: case, setting -> Engine.

A step of an Engine here is the whole of the sources, from arrays to arrays of ids. The weights are
random and END is never likely, so that every program writes all T_out tokens; each
reports how many `tokens` it wrote.
"""

import time

import numpy as np

from seq2seq_graph.benchmarks.cases import Case, random_ids
from seq2seq_graph.benchmarks.worker import Engine, measure

_START = 1


def fast(case: Case, setting: str) -> Engine:
    """This package's greedy decoding, in the graph; the setting is sources a batch, and how."""
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.inference import generation
    from seq2seq_graph.inference.search import build_decoding
    from seq2seq_graph.variables import BIASES
    from seq2seq_graph.vocabulary import END, PAD

    imported = time.perf_counter()
    tf.logging.set_verbosity(tf.logging.ERROR)
    with tf.Graph().as_default():
        decoding = build_decoding(case.config(), compiled=setting.endswith("XLA"))
        biases = next(v for v in tf.global_variables() if v.op.name == BIASES)
        never_ends = biases.assign(tf.one_hot(END, case.vocab_size, -100.0, 0.0))
        initialize = tf.global_variables_initializer()
        sess = tf.Session(config=generation.session_config(case.config()))
        sess.graph.finalize()
    sess.run(initialize)
    sess.run(never_ends)
    sources, _ = random_ids(case, case.batch_size)
    size = int(setting.split(",")[0])
    batches = [sources[i : i + size] for i in range(0, len(sources), size)]
    written = {}

    def run(times):
        def decode_all():
            for _ in range(times):
                ids, _ = generation.decode_batches(sess, decoding, batches)
                written["tokens"] = int((ids != PAD).sum())

        return measure(decode_all)

    return Engine(run, f"TensorFlow {tf.__version__}", imported, lambda: written)


def keras(case: Case, setting: str) -> Engine:
    """An encoder and a decoder model, as in Keras' own example, the loop over tokens in Python."""
    import keras as keras_api

    imported = time.perf_counter()
    layers, H = keras_api.layers, case.hidden_units
    encoder_inputs = keras_api.Input([case.input_length], dtype="int32")
    embedded = layers.Embedding(case.vocab_size, case.embedding_size)(encoder_inputs)
    _, *states = layers.LSTM(H, return_state=True)(embedded)
    encoder = keras_api.Model(encoder_inputs, states)
    token = keras_api.Input([1], dtype="int32")
    states = [keras_api.Input([H]), keras_api.Input([H])]
    embedded = layers.Embedding(case.vocab_size, case.embedding_size)(token)
    outputs, *new_states = layers.LSTM(H, return_state=True)(embedded, initial_state=states)
    logits = layers.Dense(case.vocab_size)(outputs)
    decoder = keras_api.Model([token, *states], [logits, *new_states])
    for model in (encoder, decoder):
        model.compile(jit_compile=setting.endswith("jit on"))

    def decode(ids):
        states = encoder.predict_on_batch(ids)
        token, chosen = np.full([len(ids), 1], _START, np.int32), []
        for _ in range(case.output_length):
            logits, *states = decoder.predict_on_batch([token, *states])
            token = logits.argmax(-1)[:, None].astype(np.int32)
            chosen.append(token)
        return np.concatenate(chosen, 1)

    run, more = _whole(case, setting, decode)
    return Engine(run, f"Keras {keras_api.__version__}", imported, more)


def pytorch(case: Case, setting: str) -> Engine:
    """`nn.LSTM` under `inference_mode`, the loop over tokens in Python."""
    import torch
    from torch import nn

    imported = time.perf_counter()
    torch.set_num_threads(int(setting.split(", ")[1].split()[0]))
    V, E, H = case.vocab_size, case.embedding_size, case.hidden_units
    encoder_embedding, decoder_embedding = nn.Embedding(V, E), nn.Embedding(V, E)
    encoder, decoder = nn.LSTM(E, H, batch_first=True), nn.LSTM(E, H, batch_first=True)
    projection = nn.Linear(H, V)

    def decode(ids):
        with torch.inference_mode():
            _, states = encoder(encoder_embedding(torch.from_numpy(ids).long()))
            token, chosen = torch.full([len(ids), 1], _START), []
            for _ in range(case.output_length):
                outputs, states = decoder(decoder_embedding(token), states)
                token = projection(outputs).argmax(-1)
                chosen.append(token)
            return torch.cat(chosen, 1).numpy()

    run, more = _whole(case, setting, decode)
    return Engine(run, f"PyTorch {torch.__version__}", imported, more)


def _whole(case, setting, decode):
    """Returns an Engine's `run`, all sources, so many a batch, and its `more`."""
    sources, _ = random_ids(case, case.batch_size)
    size, written = int(setting.split(",")[0]), {}

    def run(times):
        def decode_all():
            for _ in range(times):
                parts = [decode(sources[i : i + size]) for i in range(0, len(sources), size)]
                written["tokens"] = np.concatenate(parts).size

        return measure(decode_all)

    return run, lambda: written


ENGINES = {"fast": fast, "keras": keras, "pytorch": pytorch}
