"""A training step with attention in each of the programs: case, setting -> Engine.

The model is one: a bidirectional encoder, its last states over a bridge, a decoder with Luong's
attention, scaled, and input feeding. Each begins with the same weights and reports the `first_loss`
of the same batch, by which a test sees that they compute the same. Each is alone in its process.
"""

import time
from typing import Any, Dict, List

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.benchmarks import training_engines
from seq2seq_graph.benchmarks.cases import FEEDING_OPTIONS, Case
from seq2seq_graph.benchmarks.worker import Engine, measure
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError


def drawn_weights(config: ModelConfig, largest: float = 0.1) -> Dict[str, np.ndarray]:
    """Draws the weights that every engine begins with, float32, by their names."""
    random = np.random.RandomState(1)
    return {name: random.uniform(-largest, largest, shape).astype(np.float32)
            for name, shape in variables.shapes(config).items()}


def native(case: Case, setting: str) -> Engine:
    """The document's program with 1.15's own AttentionWrapper."""
    del setting
    tf = native_tensorflow()
    imported = time.perf_counter()
    from seq2seq_graph.native import additions, program

    config = case.config(**FEEDING_OPTIONS)
    sizes = {name: getattr(config, name) for name in program.SIZES}
    source = additions.changed(program.repaired(**sizes), **FEEDING_OPTIONS)
    source = source.replace("tf.InteractiveSession()", "tf.Session()")
    losses: List[float] = []
    names, text = program.build(source, dict(sizes, num_epochs=1, losses=losses))
    loop = compile(text, "document", "exec")
    weights = drawn_weights(config)
    with names["sess"].graph.as_default():
        for variable in tf.trainable_variables():
            variable.load(weights[variable.op.name], names["sess"])

    def run(steps):
        names["batches"] = list(training_engines.batches_of(case, steps))
        return measure(lambda: exec(loop, names))

    return Engine(run, f"TensorFlow {tf.__version__}", imported,
                  lambda: {"first_loss": float(losses[0])})


def native_tensorflow() -> Any:
    """Imports TensorFlow 1.15.

    Raises:
      InputError: another one is here.
    """
    import tensorflow as tf

    if not tf.__version__.startswith("1."):
        raise InputError(f"tf.contrib needs TensorFlow 1.15, not {tf.__version__}")
    return tf


def dynamic(case: Case, setting: str) -> Engine:
    """This package, its recurrence the document's."""
    del setting
    config = case.config(sparse_labels=True, **FEEDING_OPTIONS)
    training = TrainingConfig(batch_size=case.batch_size, dense_embeddings=True)
    return training_engines.port(case, config, training, drawn_weights(config))


def fast(case: Case, setting: str) -> Engine:
    """This package's fast way; the setting is the number of towers."""
    config = case.config(
        rnn="auto", towers=int(setting.split()[0]), sparse_labels=True, **FEEDING_OPTIONS)
    training = TrainingConfig(
        batch_size=case.batch_size, threads=config.towers, dense_embeddings=True)
    return training_engines.port(case, config, training, drawn_weights(config))


def keras(case: Case, setting: str) -> Engine:
    """Keras 3: the decoder's cell one of its own, in `layers.RNN`, trained by `fit`."""
    import keras as keras_api
    import tensorflow as tf

    imported = time.perf_counter()
    from seq2seq_graph.benchmarks import feeding_keras

    weights = drawn_weights(case.config(**FEEDING_OPTIONS))
    model = feeding_keras.build(case, weights, unroll=setting.startswith("unrolled"))
    model.compile(
        keras_api.optimizers.Adam(),
        keras_api.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=setting.endswith("jit on"))
    return training_engines.fitted(
        case, model, f"Keras {keras_api.__version__}, TensorFlow {tf.__version__}", imported)


def pytorch(case: Case, setting: str) -> Engine:
    """PyTorch; the setting is its threads, and whether `torch.compile` makes the step."""
    import torch

    torch.set_num_threads(int(setting.split()[0]))
    imported = time.perf_counter()
    from seq2seq_graph.benchmarks import feeding_pytorch

    model = feeding_pytorch.build(case, drawn_weights(case.config(**FEEDING_OPTIONS)))
    optimizer = torch.optim.Adam(model.parameters())
    forward = torch.compile(model) if setting.endswith("compiled") else model
    return training_engines.stepped(
        case, forward, optimizer, f"PyTorch {torch.__version__}", imported)


ENGINES: Dict[str, Any] = {
    "native": native, "dynamic": dynamic, "fast": fast, "keras": keras, "pytorch": pytorch,
}
