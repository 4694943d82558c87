"""The document's program, repaired by numbered substitutions in its own text, and run.

`document.txt` is the program as printed. `REPAIRS` holds what must change in it, under the
numbers of the defect table in README.md. 1 to 7 make it run; 8, 10 and 11 are options. What
attention and its like change in it stands in `additions`.

    python seq2seq_graph/native/program.py                  prints the repaired program
    python seq2seq_graph/native/program.py OUT.npz [flags]  records a new case, see --help
"""

import argparse
import os
import re
from typing import Any, Dict, Iterable, Optional, Sequence, Tuple

import numpy as np

if __package__:
    from seq2seq_graph.native import additions
else:
    import additions  # type: ignore[no-redef]

SIZES = {
    "vocab_size": 40,
    "start_token": 1,
    "max_input_length": 10,
    "max_output_length": 12,
    "encoder_embedding_size": 50,
    "decoder_embedding_size": 50,
    "encoder_hidden_units": 100,
    "decoder_hidden_units": 100,
}

REPAIRS = {
    2: [("<start_token>", "start_token")],
    3: [(", decoder_inputs], 1)", ", decoder_targets], 1)")],
    4: [(", decoder_targets], 1)", ", decoder_targets[:, :-1]], 1)")],
    5: [
        ("encoder_inputs_embedded, dtype=tf.float32", "{}, scope='encoder'"),
        ("initial_state=encoder_states", "{}, scope='decoder'"),
    ],
    6: [("tf.fill([batch_size, 1]", "tf.fill([tf.shape(decoder_targets)[0], 1]")],
    7: [
        (
            "    # 학습 데이터로 모델 훈련\n    \n",
            "    # 학습 데이터로 모델 훈련\n"
            "    for encoder_inputs_value, decoder_targets_value in batches:\n"
            "        loss_value, _ = sess.run([loss, optimizer], {\n"
            "            encoder_inputs: encoder_inputs_value,\n"
            "            decoder_targets: decoder_targets_value})\n"
            "        losses.append(loss_value)\n",
        )
    ],
    8: [
        (
            "encoder_inputs_embedded, dtype=tf.float32",
            "{}, sequence_length=tf.reduce_sum(tf.cast(encoder_inputs > 0, tf.int32), 1)",
        ),
        (
            "loss = tf.reduce_mean(cross_entropy)",
            "weights = tf.cast(decoder_targets > 0, tf.float32)\n"
            "loss = tf.reduce_sum(cross_entropy * weights) / tf.reduce_sum(weights)",
        ),
    ],
    10: [
        ("softmax_cross_entropy_with_logits(", "sparse_{}"),
        ("tf.one_hot(decoder_targets, depth=vocab_size, dtype=tf.float32)", "decoder_targets"),
    ],
    11: [
        (
            "vocab_size, encoder_embedding_size",
            "{}, initializer=tf.glorot_uniform_initializer(seed=0)",
        ),
        (
            "LSTMCell(encoder_hidden_units",
            "{}, initializer=tf.glorot_uniform_initializer(seed=1)",
        ),
        (
            "vocab_size, decoder_embedding_size",
            "{}, initializer=tf.glorot_uniform_initializer(seed=2)",
        ),
        (
            "LSTMCell(decoder_hidden_units",
            "{}, initializer=tf.glorot_uniform_initializer(seed=3)",
        ),
        (
            "linear(decoder_outputs, vocab_size",
            "{}, weights_initializer=tf.glorot_uniform_initializer(seed=4)",
        ),
    ],
}
RUNNING = (2, 3, 4, 5, 6, 7)


def printed() -> str:
    """Returns the program as the document prints it."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "document.txt")
    with open(path, encoding="utf-8") as file:
        return file.read()


def repaired(repairs: Iterable[int] = RUNNING, **values: Any) -> str:
    """Returns the program with the numbered repairs and the `values` of its size assignments.

    `values` may also hold `learning_rate`. In a repair's new text, {} stands for the old.
    """
    source = printed()
    for number in repairs:
        for old, new in REPAIRS[number]:
            assert source.count(old) == 1, (number, old, source.count(old))
            source = source.replace(old, new.replace("{}", old))
    for name, value in values.items():
        if name == "learning_rate":
            source = source.replace("AdamOptimizer()", f"AdamOptimizer({value!r})")
        else:
            source = re.sub(rf"(?m)^{name} = \d+$", f"{name} = {value}", source)
    return source


def build(source: str, names: Dict[str, Any]) -> Tuple[Dict[str, Any], str]:
    """Runs the program up to its loop in a new graph; gives its names and the loop's text."""
    import tensorflow as tf

    head, loop = source.split("for epoch", 1)
    names = dict(names)
    with tf.Graph().as_default():
        exec(compile(head, "document", "exec"), names)
    return names, "for epoch" + loop


def play(case: Dict[str, np.ndarray],
         checkpoint: Optional[Tuple[int, str]] = None) -> Dict[str, np.ndarray]:
    """Plays a case's batches from its initial weights.

    The program's InteractiveSession becomes a Session: the former leaves TensorFlow's graph
    optimizer out, which changes the last bit of the embeddings' Adam steps.

    Args:
      case: the inputs of a recorded run; what is computed replaces what it holds, and initial
        weights that it lacks are drawn.
      checkpoint: (step, prefix) saves the weights and Adam's slots before that step.
    """
    import tensorflow as tf

    sizes: Dict[str, Any] = {name: int(case[name]) for name in SIZES}
    source = repaired(learning_rate=float(case["learning_rate"]), **sizes)
    source = additions.changed(source, **additions.options_of(case))
    source = source.replace("tf.InteractiveSession()", "tf.Session()")
    batches = list(zip(case["encoder_inputs"], case["decoder_targets"]))
    names, loop = build(source, dict(sizes, num_epochs=1, losses=[]))
    result = dict(case)
    with names["sess"] as sess, sess.graph.as_default():
        variables = {v.op.name: v for v in tf.trainable_variables()}
        shapes = {"initial/" + name: v.shape.as_list() for name, v in variables.items()}
        result.update(additions.drawn(case, shapes))
        for name, variable in variables.items():
            variable.load(result["initial/" + name], sess)
        result.update(first_batch(names, batches[0], variables))
        step, prefix = checkpoint or (len(batches), None)
        _train(names, loop, batches[:step])
        if prefix:
            tf.train.Saver().save(sess, prefix, global_step=step)
        _train(names, loop, batches[step:])
        result["loss"] = np.array(names["losses"], np.float32)
        result.update(("final/" + k, v) for k, v in sess.run(variables).items())
    return result


def first_batch(names: Dict[str, Any], batch: Tuple[np.ndarray, np.ndarray],
                variables: Dict[str, Any]) -> Dict[str, np.ndarray]:
    """Returns logits, prediction, gradients, and alignments if there are, on one batch."""
    import tensorflow as tf

    gradients = tf.gradients(names["loss"], list(variables.values()))
    fetches = {"gradient/" + k: tf.convert_to_tensor(g) for k, g in zip(variables, gradients)}
    fetches.update(logits=names["decoder_logits"], prediction=names["decoder_prediction"])
    if "alignments" in names:
        fetches["alignments"] = names["alignments"]
    feed = dict(zip((names["encoder_inputs"], names["decoder_targets"]), batch))
    return names["sess"].run(fetches, feed)


def _train(names, loop, batches):
    names["batches"] = batches
    exec(compile(loop, "document", "exec"), names)


def new_case(steps: int, batch_size: int, seed: int, learning_rate: float = 0.001,
             **sizes: Any) -> Dict[str, np.ndarray]:
    """Makes a case's inputs: random ids with padding behind them, random weights and biases.

    Args:
      sizes: of SIZES and `additions.OPTIONS`; with one of these `play` draws the weights.
    """
    options = {name: sizes.pop(name) for name in additions.OPTIONS if name in sizes}
    options = {name: v for name, v in options.items() if v != additions.OPTIONS[name]}
    sizes = dict(SIZES, **sizes)
    random = np.random.RandomState(seed)
    case: Dict[str, Any] = {name: np.int64(value) for name, value in sizes.items()}
    case["learning_rate"] = np.float32(learning_rate)
    for key, length in (("encoder_inputs", "max_input_length"),
                        ("decoder_targets", "max_output_length")):
        shape = [steps, batch_size, sizes[length]]
        ids = random.randint(min(4, sizes["vocab_size"] - 1), sizes["vocab_size"], shape)
        lengths = random.randint(1, sizes[length] + 1, shape[:2] + [1])
        case[key] = np.where(np.arange(sizes[length]) < lengths, ids, 0).astype(np.int32)
    if options:
        return dict(case, **{name: np.array(value) for name, value in options.items()})
    vocab, units = sizes["vocab_size"], sizes["encoder_hidden_units"]
    shapes = [("fully_connected/weights", [units, vocab]), ("fully_connected/biases", [vocab])]
    for side, embedding in (("encoder", "EmbedSequence"), ("decoder", "EmbedSequence_1")):
        width = sizes[side + "_embedding_size"]
        shapes += [
            (embedding + "/embeddings", [vocab, width]),
            (side + "/lstm_cell/kernel", [width + units, 4 * units]),
            (side + "/lstm_cell/bias", [4 * units]),
        ]
    for name, shape in shapes:
        case["initial/" + name] = random.uniform(-0.2, 0.2, shape).astype(np.float32)
    return case


def main(argv: Optional[Sequence[str]] = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", nargs="?", metavar="OUT.npz")
    parser.add_argument("--like", metavar="CASE.npz", help="play this case's batches and weights")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--checkpoint", nargs=2, metavar=("STEP", "PREFIX"))
    for name, value in SIZES.items():
        parser.add_argument("--" + name.replace("_", "-"), type=int, default=value)
    additions.add_flags(parser)
    args = vars(parser.parse_args(argv))
    additions.check(parser, args)
    out, like, checkpoint = args.pop("out"), args.pop("like"), args.pop("checkpoint")
    if out is None:
        print(repaired())
        return
    case = dict(np.load(like, allow_pickle=False)) if like else new_case(**args)
    played: Dict[str, Any] = play(case, checkpoint and (int(checkpoint[0]), checkpoint[1]))
    np.savez(out, **played)


if __name__ == "__main__":
    main()
