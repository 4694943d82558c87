"""The ways to play a recorded run again, one a function; each can run in a process of its own.

    python -m seq2seq_graph.verification.engines NAME CASE.npz ANSWER.npz

writes what NAME computes under the case's keys (see `replay`), `seconds`, float64 [steps], the time
at which each step ended, and `versions`, text; on its standard output, `DONE of STEPS` after each
step. To add an engine, write a function case, tell -> answer and put it into ENGINES, and into
`comparison.players`. NumPy only at the top: each engine imports what it needs.
"""

import sys
import time
from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np

from seq2seq_graph import errors, numpy_reference, variables
from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.native.additions import OPTIONS
from seq2seq_graph.native.process import NOT_HERE
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.verification import attention_reference, recorded_run
from seq2seq_graph.weights import gates, keras_twin, pytorch_import, pytorch_twin

Tell = Callable[[int], None]  # is called with the number of steps that are done


def _silently(done):
    del done


class Clock:
    """Notes the time after each step, and tells."""

    def __init__(self, tell: Tell) -> None:
        self.times: List[float] = []
        self.tell = tell
        self.start = time.perf_counter()

    def __call__(self) -> None:
        self.times.append(time.perf_counter() - self.start)
        self.tell(len(self.times))


def play_numpy(case: Arrays, tell: Tell = _silently) -> Arrays:
    """Plays in float64: the reference."""
    weights = {name: value.astype(np.float64) for name, value in _part(case, "initial/").items()}
    moments = [{name: np.zeros_like(w) for name, w in weights.items()} for _ in range(2)]
    config, rate = recorded_run.config_of(case), float(case["learning_rate"])
    reference: Any = numpy_reference
    how: Any = config.start_token
    if any(option in case for option in OPTIONS):
        attention_reference.require_one_layer(config)
        reference, how = attention_reference, config

    def first_batch(sources, targets):
        passed = reference.forward(weights, sources, targets, how)
        return passed.logits, reference.backward(weights, passed)

    def step(number, sources, targets):
        passed = reference.forward(weights, sources, targets, how)
        gradients = reference.backward(weights, passed)
        numpy_reference.adam(weights, gradients, *moments, step=number + 1, learning_rate=rate)
        return passed.loss

    return dict(
        _play(case, first_batch, step, lambda: weights, tell),
        versions=f"NumPy {np.__version__}",
    )


def play_port(case: Arrays, tell: Tell = _silently, **options: Any) -> Arrays:
    """Plays on this package's graph, in the TensorFlow of this process."""
    import tensorflow.compat.v1 as tf

    from seq2seq_graph.verification import replay

    clock = Clock(tell)
    result = replay.replay(case, on_step=clock, **options)
    versions = np.array(f"TensorFlow {tf.__version__}")
    return dict(result, seconds=np.array(clock.times), versions=versions)


def play_fast(case: Arrays, tell: Tell = _silently) -> Arrays:
    """Plays on this package's graph with its LSTMs each in one op."""
    return play_port(case, tell, rnn="fused")


def play_keras(case: Arrays, tell: Tell = _silently) -> Arrays:
    """Plays on the model in today's Keras, trained by `train_on_batch`."""
    keras = keras_twin.require_keras()
    import tensorflow as tf

    config = recorded_run.config_of(case)
    model = keras_twin.build(config)
    training = TrainingConfig(learning_rate=float(case["learning_rate"]))
    keras_twin.compile_as(model, config, training)
    keras_twin.set_weights(model, _part(case, "initial/"))

    def first_batch(sources, targets):
        with tf.GradientTape() as tape:
            logits = model([sources, targets])
            loss = model.loss(targets, logits)
        gradients = tape.gradient(loss, [weight.value for weight in model.trainable_variables])
        by_path = {
            weight.path: tf.convert_to_tensor(gradient).numpy()
            for weight, gradient in zip(model.trainable_variables, gradients)
        }
        layers = {
            layer: [by_path[weight.path] for weight in model.get_layer(layer).trainable_variables]
            for layer in gates.layers_of(config)
        }
        return logits.numpy(), keras_twin.arrays_of(layers)

    def step(number, sources, targets):
        del number
        return float(model.train_on_batch([sources, targets], targets))

    result = _play(case, first_batch, step, lambda: keras_twin.get_weights(model), tell)
    return dict(result, versions=f"Keras {keras.__version__}, TensorFlow {tf.__version__}")


def play_pytorch(case: Arrays, tell: Tell = _silently) -> Arrays:
    """Plays on the module in PyTorch."""
    torch = pytorch_import.require_torch()
    config = recorded_run.config_of(case)
    module = pytorch_twin.build(config)
    optimizer = pytorch_twin.adam(module, float(case["learning_rate"]))
    pytorch_twin.set_weights(module, _part(case, "initial/"))

    def backward(sources, targets):
        sources, targets = torch.from_numpy(sources), torch.from_numpy(targets)
        optimizer.zero_grad()
        logits = module(sources, targets)
        loss = pytorch_twin.loss(logits, targets, config)
        loss.backward()
        return logits, loss

    def first_batch(sources, targets):
        logits, _ = backward(sources, targets)
        return logits.detach().numpy(), pytorch_twin.gradients(module)

    def step(number, sources, targets):
        del number
        _, loss = backward(sources, targets)
        optimizer.step()
        return loss.item()

    result = _play(case, first_batch, step, lambda: pytorch_twin.get_weights(module), tell)
    return dict(result, versions=f"PyTorch {torch.__version__}")


ENGINES: Dict[str, Callable[..., Arrays]] = {
    "numpy": play_numpy,
    "port": play_port,
    "fast": play_fast,
    "keras": play_keras,
    "pytorch": play_pytorch,
}


def _play(case, first_batch, step, weights, tell):
    batches = list(zip(case["encoder_inputs"], case["decoder_targets"]))
    logits, gradients = first_batch(*batches[0])
    clock, losses = Clock(tell), []
    for number, batch in enumerate(batches):
        losses.append(step(number, *batch))
        clock()
    result = {"logits": logits, "loss": np.array(losses), "seconds": np.array(clock.times)}
    result.update(("gradient/" + name, value) for name, value in gradients.items())
    final, names = weights(), variables.names(recorded_run.config_of(case))
    result.update(("final/" + name, final[name]) for name in names)
    return result


def _part(case, prefix):
    return {key[len(prefix):]: value for key, value in case.items() if key.startswith(prefix)}


def main(argv: Optional[Sequence[str]] = None) -> int:
    name, case, answer = sys.argv[1:] if argv is None else argv
    try:
        recorded = recorded_run.load_case(case)
        steps = len(recorded["loss"])
        result = ENGINES[name](recorded, lambda done: print(f"{done} of {steps}", flush=True))
    except errors.InputError as error:
        print(error, file=sys.stderr)
        return NOT_HERE
    arrays: Dict[str, Any] = result
    np.savez(answer, **arrays)
    return 0


if __name__ == "__main__":
    sys.exit(main())
