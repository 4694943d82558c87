"""A training step in each of the programs: case, setting -> Engine.

Each imports its libraries inside: it is alone in its process. Each is written as its own users
would write it. `steps` batches come from arrays of that many.
This package's and PyTorch's report the last `loss` too, and all but the document's the first.
"""

import time
from typing import Any, Dict, Iterator, Optional, Tuple

import numpy as np

from seq2seq_graph.benchmarks.cases import Case, random_ids
from seq2seq_graph.benchmarks.worker import Engine, measure
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError


def document(case: Case, setting: str) -> Engine:
    """The document's program, repaired, on TensorFlow 1.15's own `dynamic_rnn` and LSTMCell."""
    del setting
    import tensorflow as tf

    if not tf.__version__.startswith("1."):
        raise InputError(f"the document's program needs TensorFlow 1.15, not {tf.__version__}")
    imported = time.perf_counter()
    from seq2seq_graph.native import program

    config = case.config()
    sizes = {name: getattr(config, name) for name in program.SIZES}
    source = program.repaired(**sizes).replace("tf.InteractiveSession()", "tf.Session()")
    names, text = program.build(source, dict(sizes, num_epochs=1, losses=[]))
    loop = compile(text, "document", "exec")

    def run(steps):
        names["batches"] = list(batches_of(case, steps))
        return measure(lambda: exec(loop, names))

    return Engine(run, f"TensorFlow {tf.__version__}", imported)


def plain(case: Case, setting: str) -> Engine:
    """This package as it is by default."""
    del setting
    return port(case, case.config(), TrainingConfig(batch_size=case.batch_size))


def fast(case: Case, setting: str) -> Engine:
    """This package's fast way; the setting names its options, by default what `auto` says."""
    options = dict(part.split("=") for part in setting.split(",") if part)
    config = case.config(
        rnn=options.get("rnn", "auto"), towers=int(options.get("towers", 2)), sparse_labels=True
    )
    threads = int(options.get("threads", 2))
    training = TrainingConfig(
        batch_size=case.batch_size, threads=threads, dense_embeddings=True
    )
    return port(case, config, training)


def port(
    case: Case, config: ModelConfig, training_config: TrainingConfig,
    weights: Optional[Dict[str, np.ndarray]] = None,
) -> Engine:
    """This package; it begins with `weights`, or with those of a seed."""
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.data.batches import epoch_batches
    from seq2seq_graph.data.datasets import Examples
    from seq2seq_graph.model import build_training_graph
    from seq2seq_graph.training import prefetch
    from seq2seq_graph.training.optimizer import build_optimizer
    from seq2seq_graph.training.steps import Trainer, train_steps
    from seq2seq_graph.training.threads import session_config, threads_of

    imported = time.perf_counter()
    tf.logging.set_verbosity(tf.logging.ERROR)
    with tf.Graph().as_default():
        graph = build_training_graph(config, seed=0)
        optimizer = build_optimizer(
            graph.loss,
            training_config.learning_rate,
            dense_embeddings=training_config.dense_embeddings,
        )
        initialize = tf.global_variables_initializer()
        sess = tf.Session(config=session_config(threads_of(config, training_config)))
        sess.run(initialize)
        if weights:
            for variable in tf.trainable_variables():
                variable.load(weights[variable.op.name], sess)
        sess.graph.finalize()
    seconds = {"waited": 0.0, "all": 0.0}

    def noted(batches):
        """Counts the time until each batch is there: the Session waits for it."""
        start = time.perf_counter()
        for batch in batches:
            seconds["waited"] += time.perf_counter() - start
            yield batch
            start = time.perf_counter()

    def run(steps):
        sources, targets = random_ids(case, steps * case.batch_size)
        examples = Examples(sources, targets, None)

        def train():
            batches = prefetch.ahead(epoch_batches(examples, training_config, epoch=0))
            for loss_value in train_steps(sess, Trainer(graph, optimizer), noted(batches)):
                seconds["loss"] = float(loss_value)
                seconds.setdefault("first_loss", seconds["loss"])

        took = measure(train)
        seconds["all"] += took
        return took

    def more():
        losses = {name: seconds[name] for name in ("loss", "first_loss")}
        return {"waits_for_data": seconds["waited"] / seconds["all"], **losses}

    return Engine(run, f"TensorFlow {tf.__version__}", imported, more)


def keras(case: Case, setting: str) -> Engine:
    """Embedding, LSTM and Dense of Keras 3, trained by `fit` on arrays."""
    import keras as keras_api
    import tensorflow as tf

    imported = time.perf_counter()
    layers = keras_api.layers
    encoder_inputs = keras_api.Input([case.input_length], dtype="int32")
    decoder_inputs = keras_api.Input([case.output_length], dtype="int32")
    embedded = layers.Embedding(case.vocab_size, case.embedding_size)(encoder_inputs)
    _, *states = layers.LSTM(case.hidden_units, return_state=True)(embedded)
    embedded = layers.Embedding(case.vocab_size, case.embedding_size)(decoder_inputs)
    outputs = layers.LSTM(case.hidden_units, return_sequences=True)(embedded, initial_state=states)
    logits = layers.Dense(case.vocab_size)(outputs)
    model = keras_api.Model([encoder_inputs, decoder_inputs], logits)
    model.compile(
        keras_api.optimizers.Adam(),
        keras_api.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=setting == "jit on",
    )
    versions = f"Keras {keras_api.__version__}, TensorFlow {tf.__version__}"
    return fitted(case, model, versions, imported)


def fitted(case: Case, model: Any, versions: str, imported: float) -> Engine:
    """A compiled Keras model, trained by `fit` on arrays."""
    import keras as keras_api

    class Clock(keras_api.callbacks.Callback):
        """Leaves out what `fit` does before its first step and after its last."""

        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds = time.perf_counter() - self.start

    clock = Clock()
    first: Dict[str, float] = {}

    def run(steps):
        sources, targets = random_ids(case, steps * case.batch_size)
        before = shifted(targets)
        fit = model.fit([sources, before], targets, case.batch_size, verbose=0, callbacks=[clock])
        first.setdefault("first_loss", fit.history["loss"][0])
        return clock.seconds

    return Engine(run, versions, imported, lambda: first)


def pytorch(case: Case, setting: str) -> Engine:
    """`nn.Embedding`, `nn.LSTM` and `nn.Linear`, trained by Adam on slices of tensors."""
    import torch
    from torch import nn

    torch.set_num_threads(int(setting.split()[0]))
    imported = time.perf_counter()

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            V, E, H = case.vocab_size, case.embedding_size, case.hidden_units
            self.encoder_embedding = nn.Embedding(V, E)
            self.decoder_embedding = nn.Embedding(V, E)
            self.encoder = nn.LSTM(E, H, batch_first=True)
            self.decoder = nn.LSTM(E, H, batch_first=True)
            self.projection = nn.Linear(H, V)

        def forward(self, sources, targets):
            _, states = self.encoder(self.encoder_embedding(sources))
            outputs, _ = self.decoder(self.decoder_embedding(targets), states)
            return self.projection(outputs)

    model = Model()
    optimizer = torch.optim.Adam(model.parameters())
    return stepped(case, model, optimizer, f"PyTorch {torch.__version__}", imported)


def stepped(case: Case, model: Any, optimizer: Any, versions: str, imported: float) -> Engine:
    """A PyTorch model of sources and shifted targets, trained on slices of tensors."""
    import torch

    loss_of, last = torch.nn.CrossEntropyLoss(), {}

    def run(steps):
        sources, targets = random_ids(case, steps * case.batch_size)
        arrays = [torch.from_numpy(ids).long() for ids in (sources, shifted(targets), targets)]

        def train():
            for rows in torch.randperm(len(sources)).split(case.batch_size):
                sources_now, before, targets_now = (ids[rows] for ids in arrays)
                optimizer.zero_grad()
                logits = model(sources_now, before)
                loss = loss_of(logits.flatten(0, 1), targets_now.flatten())
                loss.backward()
                optimizer.step()
                last["loss"] = loss.item()
                last.setdefault("first_loss", last["loss"])

        return measure(train)

    return Engine(run, versions, imported, lambda: last)


def batches_of(case: Case, steps: int) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Gives so many batches, encoder_inputs and decoder_targets."""
    sources, targets = random_ids(case, steps * case.batch_size)
    for start in range(0, len(sources), case.batch_size):
        rows = slice(start, start + case.batch_size)
        yield sources[rows], targets[rows]


def shifted(targets: np.ndarray) -> np.ndarray:
    """Gives the decoder's inputs, int32 [B, T_out], the start token first."""
    before = targets.copy()
    before[:, 1:] = targets[:, :-1]
    before[:, 0] = 1
    return before


ENGINES = {
    "document": document, "plain": plain, "fast": fast, "keras": keras, "pytorch": pytorch,
}
