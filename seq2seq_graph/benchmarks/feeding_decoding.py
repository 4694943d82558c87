"""Decoding with attention, greedy or by a beam, in each of the programs: case, setting -> Engine.

The model is that of `feeding_engines`. Nothing that ends or pads is ever likely, so that all write
T_out tokens. A step of an Engine is the whole of the sources, so many a batch as the setting says
first. Each reports the `ids` of its first sources, by which a test sees that they write the same.

Shapes: B batch, K hypotheses of each source, T time, V vocabulary.
"""

import time
from typing import Any, Dict

import numpy as np

from seq2seq_graph.benchmarks.cases import FEEDING_OPTIONS, Case, random_ids
from seq2seq_graph.benchmarks.feeding_engines import drawn_weights, native_tensorflow
from seq2seq_graph.benchmarks.worker import Engine, measure
from seq2seq_graph.variables import BIASES
from seq2seq_graph.vocabulary import END, PAD, START, UNKNOWN

_SHOWN = 4  # sources


def _weights(case):
    """Draws weights with which what is written depends on the source, at each size."""
    weights = drawn_weights(case.config(**FEEDING_OPTIONS), 3.0 / case.hidden_units ** 0.5)
    weights[BIASES][:] = 0.0
    weights[BIASES][[PAD, START, END, UNKNOWN]] = -100.0
    return weights


def native(case: Case, setting: str) -> Engine:
    """1.15's own AttentionWrapper and BasicDecoder, or BeamSearchDecoder."""
    tf = native_tensorflow()
    imported = time.perf_counter()
    from seq2seq_graph.benchmarks import feeding_program

    tf.logging.set_verbosity(tf.logging.ERROR)
    encoder_inputs, ids = feeding_program.build(tf, case)
    sess, weights = tf.Session(), _weights(case)
    for variable in tf.trainable_variables():
        name = feeding_program.RENAMED.get(variable.op.name, variable.op.name)
        variable.load(weights[name], sess)
    sess.graph.finalize()

    def decode(batch):
        return sess.run(ids, {encoder_inputs: batch})

    return _whole(case, setting, decode, f"TensorFlow {tf.__version__}", imported)


def fast(case: Case, setting: str) -> Engine:
    """This package's decoding, batches on all cores, compiled by XLA."""
    return port(case, setting, compiled=True)


def port(case: Case, setting: str, compiled: bool = False) -> Engine:
    """This package's decoding, batches on all cores."""
    import tensorflow.compat.v1 as tf

    imported = time.perf_counter()
    from seq2seq_graph.inference import generation
    from seq2seq_graph.inference.search import build_decoding

    tf.logging.set_verbosity(tf.logging.ERROR)
    weights, config = _weights(case), case.config(**FEEDING_OPTIONS)
    with tf.Graph().as_default():
        decoding = build_decoding(config, width=case.width, compiled=compiled)
        sess = tf.Session(config=generation.session_config(config, compiled))
        for variable in tf.global_variables():
            variable.load(weights[variable.op.name], sess)
        sess.graph.finalize()

    def decode(batches):
        return generation.decode_batches(sess, decoding, batches)[0][:, 0]

    return _whole(case, setting, decode, f"TensorFlow {tf.__version__}", imported, together=True)


def keras(case: Case, setting: str) -> Engine:
    """Keras 3: the whole loop is one `tf.function` of `keras.ops`, as keras-hub generates."""
    import keras as keras_api
    import tensorflow as tf

    imported = time.perf_counter()
    from seq2seq_graph.benchmarks import feeding_keras, feeding_search

    model = feeding_keras.build(case, _weights(case))
    search = feeding_search.keras_beam if case.width > 1 else feeding_search.keras_greedy
    function = tf.function(
        lambda batch: search(model, batch, case), jit_compile=setting.endswith("jit on"))
    versions = f"Keras {keras_api.__version__}, TensorFlow {tf.__version__}"
    return _whole(case, setting, lambda batch: function(batch).numpy(), versions, imported)


def pytorch(case: Case, setting: str) -> Engine:
    """PyTorch under `inference_mode`, the loop in Python; `torch.compile` may make the step."""
    import torch

    imported = time.perf_counter()
    from seq2seq_graph.benchmarks import feeding_pytorch, feeding_search

    torch.set_num_threads(int(setting.split(", ")[1].split()[0]))
    model = feeding_pytorch.build(case, _weights(case))
    step = torch.compile(model.step) if setting.endswith("compiled") else model.step
    search = feeding_search.pytorch_beam if case.width > 1 else feeding_search.pytorch_greedy

    def decode(batch):
        with torch.inference_mode():
            return search(model, step, torch.from_numpy(batch).long(), case).numpy()

    return _whole(case, setting, decode, f"PyTorch {torch.__version__}", imported)


def _whole(case, setting, decode, versions, imported, together=False):
    """Makes an Engine that decodes all sources, a batch at a time or all batches `together`."""
    sources, _ = random_ids(case, case.batch_size)
    size = int(setting.split(",")[0])
    batches = [sources[i : i + size] for i in range(0, len(sources), size)]
    written: Dict[str, Any] = {}

    def decode_all(times):
        for _ in range(times):
            ids = decode(batches) if together else np.concatenate(list(map(decode, batches)))
            written["tokens"], written["ids"] = ids.size, ids[:_SHOWN].tolist()

    return Engine(
        lambda times: measure(lambda: decode_all(times)), versions, imported, lambda: written)


ENGINES: Dict[str, Any] = {
    "native": native, "port": port, "fast": fast, "keras": keras, "pytorch": pytorch,
}
