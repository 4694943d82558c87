"""Each row of the defect table, shown on the real TensorFlow 1.15: the defect, then its repair.

A row's function leaves its repair out, keeps all the others, and gives two findings: what
happens without (`defect`) and with it (`repair`).
"""

import numpy as np

from seq2seq_graph.native import program

BATCH = 32
PARAMETERS = dict(vocab_size=40, start_token=1, num_epochs=1, batch_size=BATCH)
FEEDS = ("encoder_inputs", "decoder_targets")


def batch(size=BATCH, seed=0):
    """Makes ids [size, 10] and [size, 12] with padding behind them."""
    case = program.new_case(1, size, seed)
    return tuple(case[name][0] for name in FEEDS)


def run(source, batches=None, **parameters):
    """Runs a whole program on some batches; gives its names, its session still open."""
    names = dict(PARAMETERS, losses=[], batches=[batch()] if batches is None else batches)
    names.update(parameters)
    names, loop = program.build(source, names)
    with names["sess"].graph.as_default():
        exec(compile(loop, "document", "exec"), names)
    return names


def feed(names, some_batch):
    return {names[name]: value for name, value in zip(FEEDS, some_batch)}


def fetch(names, tensor, some_batch):
    return names["sess"].run(names[tensor], feed(names, some_batch))


def message(function, *args, **kwargs):
    """Calls and gives `TypeOfError: first line of its message`, or "none"."""
    try:
        function(*args, **kwargs)
    except Exception as error:
        return "{}: {}".format(type(error).__name__, str(error).split("\n")[0])
    return "none"


def without(number):
    """The program with every repair that makes it run, but for one."""
    return program.repaired([n for n in program.RUNNING if n != number])


def losses(source, **kwargs):
    return run(source, **kwargs)["losses"]


def row_1():
    names = {"start_token": 1, "losses": [], "batches": []}
    found = []
    for name in ("vocab_size", "batch_size", "num_epochs"):
        source = without(6) if name == "batch_size" else program.repaired()
        others = {k: v for k, v in PARAMETERS.items() if k != name}

        def attempt(source=source, others=others):
            built, loop = program.build(source, dict(names, **others))
            exec(compile(loop, "document", "exec"), built)

        found.append(message(attempt))
    return {"defect": "\n".join(found), "repair": message(losses, program.repaired())}


def row_2():
    return {
        "defect": message(compile, without(2), "document", "exec"),
        "repair": message(compile, program.repaired(), "document", "exec"),
    }


def row_3():
    # Repair 4 is written upon repair 3.
    return {
        "defect": message(run, program.repaired([2, 5, 6, 7])),
        "repair": message(run, program.repaired([2, 3, 4, 5, 6, 7])),
    }


def row_4():
    return {"defect": message(run, without(4)), "repair": message(run, program.repaired())}


def row_5():
    return {"defect": message(run, without(5)), "repair": message(run, program.repaired())}


def row_6():
    two_sizes = [batch(32), batch(20)]
    return {
        "defect": message(run, without(6), two_sizes),
        "repair": message(run, program.repaired(), two_sizes),
    }


def row_7():
    def moved(source):
        names, loop = program.build(source, dict(PARAMETERS, losses=[], batches=[batch()]))
        before = names["sess"].run("fully_connected/weights:0")
        with names["sess"].graph.as_default():
            exec(compile(loop, "document", "exec"), names)
        return float(np.abs(names["sess"].run("fully_connected/weights:0") - before).max())

    empty = without(7)
    return {
        "defect": message(compile, empty, "document", "exec"),
        "defect_with_pass": moved(empty + "    pass\n"),
        "repair": moved(program.repaired()),
    }


def row_8():
    """The same sources and targets, with more padding behind them."""
    short = batch()
    longer = tuple(np.pad(ids, [[0, 0], [0, 8]], "constant") for ids in short)
    found = {}
    for key, repairs in (("defect", program.RUNNING), ("repair", program.RUNNING + (8,))):
        states, losses_of = [], []
        for some_batch in (short, longer):
            lengths = [ids.shape[1] for ids in some_batch]
            sizes = dict(max_input_length=lengths[0], max_output_length=lengths[1])
            source = program.repaired(repairs + (11,), **sizes)
            states.append(fetch(run(source, []), "encoder_states", some_batch).h)
            losses_of.append(losses(source, batches=[some_batch] * 20))
        found[key] = {
            "state": float(np.abs(states[0] - states[1]).max()),
            "losses_after_20_steps": [float(values[-1]) for values in losses_of],
        }
    return found


def row_9():
    """The prediction for the same sources, beside true and beside wrong previous tokens."""
    names = run(program.repaired(program.RUNNING + (11,)), [batch()] * 50)
    sources, targets = batch()
    wrong = np.random.RandomState(1).randint(4, 40, targets.shape).astype(np.int32)

    def greedy(decoder_targets):
        # The token at t is predicted from those before t, so one more is right after each run.
        decoder_targets = decoder_targets.copy()
        for t in range(decoder_targets.shape[1]):
            prediction = fetch(names, "decoder_prediction", (sources, decoder_targets))
            decoder_targets[:, t] = prediction[:, t]
        return decoder_targets

    forced = [fetch(names, "decoder_prediction", (sources, ids)) for ids in (targets, wrong)]
    free = [greedy(ids) for ids in (targets, wrong)]
    return {
        "defect": int((forced[0] != forced[1]).sum()),
        "repair": int((free[0] != free[1]).sum()),
    }


def row_10():
    found = {}
    for key, repairs in (("defect", program.RUNNING), ("repair", program.RUNNING + (10,))):
        names = run(program.repaired(repairs + (11,)), [batch()] * 5)
        one_hot = [op for op in names["sess"].graph.get_operations() if op.type == "OneHot"]
        found[key] = {
            "floats": sum(
                int(np.prod(value.shape)) for value in names["sess"].run(
                    [op.outputs[0] for op in one_hot], feed(names, batch()))
            ),
            "losses": [float(value) for value in names["losses"]],
        }
    return found


def row_11():
    found = {}
    for key, repairs in (("defect", program.RUNNING), ("repair", program.RUNNING + (11,))):
        first, second = (losses(program.repaired(repairs)) for _ in range(2))
        found[key] = float(abs(first[0] - second[0]))
    return found


def run_all():
    """Gives row number -> findings."""
    import tensorflow as tf

    found = {}
    for number in range(1, 12):
        found[str(number)] = globals()["row_{}".format(number)]()
        session = tf.get_default_session()
        while session is not None:  # the programs' InteractiveSessions stay open otherwise
            session.close()
            session = tf.get_default_session()
    return found
