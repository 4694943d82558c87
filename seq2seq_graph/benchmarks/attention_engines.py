"""A training step of an old attention program, on 1.15's own symbols and on the rebuilt ones.

Each is alone in its process, and imports its TensorFlow inside.
"""

import time

from seq2seq_graph.benchmarks.cases import Case, random_ids
from seq2seq_graph.benchmarks.worker import Engine, measure
from seq2seq_graph.errors import InputError


def native(case: Case, setting: str) -> Engine:
    """The program on TensorFlow 1.15's own `tf.contrib`."""
    del setting
    import tensorflow as tf

    if not tf.__version__.startswith("1."):
        raise InputError(f"tf.contrib needs TensorFlow 1.15, not {tf.__version__}")
    return _engine(tf, case, tf.__version__)


def legacy(case: Case, setting: str) -> Engine:
    """The program as `scripts/legacy.py run` runs it."""
    del setting
    import tensorflow

    from seq2seq_graph.legacy.programs import world

    version = tensorflow.__version__
    world.enter()
    import tensorflow as tf

    return _engine(tf, case, version)


def _engine(tf, case, version):
    imported = time.perf_counter()
    from seq2seq_graph.benchmarks import attention_program

    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.set_random_seed(0)
    step = attention_program.build(tf, case, case.name.split("-")[1])
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    sess.graph.finalize()
    last = {}

    def run(steps):
        sources, targets = random_ids(case, steps * case.batch_size)

        def train():
            for start in range(0, len(sources), case.batch_size):
                rows = slice(start, start + case.batch_size)
                feed = {step.encoder_inputs: sources[rows], step.decoder_targets: targets[rows]}
                loss_value, _ = sess.run([step.loss, step.train], feed)
                last["loss"] = float(loss_value)

        return measure(train)

    return Engine(run, f"TensorFlow {version}", imported, lambda: last)


ENGINES = {"native": native, "legacy": legacy}
