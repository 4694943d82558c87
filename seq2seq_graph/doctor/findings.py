"""What `doctor` can find. No TensorFlow."""

from typing import NamedTuple


class Rule(NamedTuple):
    """What a code means, and whether it ends the program or only misleads its reader."""

    stops: bool
    title: str


RULES = {
    # Python itself
    "placeholder-text": Rule(True, "a <placeholder> that was to be filled in"),
    "empty-block": Rule(True, "a loop, branch or function with nothing in it"),
    "python2-syntax": Rule(True, "syntax of Python 2"),
    "syntax-error": Rule(True, "no Python at all"),
    "undefined-name": Rule(True, "a name that nothing defines"),
    "read-before-assignment": Rule(True, "a name that is read before it is first assigned"),
    "uncalled-name": Rule(False, "such a name in a function that nothing in the program calls"),
    "python2-name": Rule(True, "a builtin, a module or a method of Python 2"),
    "python2-division": Rule(False, "a division that cut the fraction off in Python 2"),
    "python-name": Rule(True, "a name that Python's own library took away since"),
    "numpy-name": Rule(True, "a name that NumPy took away"),
    # TensorFlow 2
    "removed-symbol": Rule(True, "TensorFlow 2 has it nowhere"),
    "moved-symbol": Rule(True, "TensorFlow 2 has it in tensorflow.compat.v1 alone"),
    "keras-3": Rule(True, "not available with Keras 3, not even in tensorflow.compat.v1"),
    "private-name": Rule(True, "a name that left one of TensorFlow's own files"),
    "keras-cell": Rule(True, "a Keras cell in one of TensorFlow's own RNNs"),
    "removed-argument": Rule(True, "TensorFlow 2's function of that name has no such argument"),
    "other-argument": Rule(False, "a position that means another argument in TensorFlow 2"),
    "eager": Rule(True, "a placeholder while TensorFlow executes eagerly"),
    # the model
    "shared-rnn-scope": Rule(True, "two RNNs that make the same variables"),
    "start-not-dropped": Rule(True, "a start token before targets that keep their last token"),
    "baked-batch-size": Rule(False, "a batch size in the graph that batches must have"),
    "padding-in-state": Rule(False, "an encoder that reads padding"),
    "padding-in-loss": Rule(False, "a loss that counts padding"),
    "lengths-after-padding": Rule(False, "lengths measured after padding"),
    "teacher-forced-prediction": Rule(False, "a prediction made from the true previous token"),
    # the training
    "one-hot-labels": Rule(False, "one-hot labels over a vocabulary"),
    "empty-loop": Rule(False, "a training loop that trains nothing"),
    "growing-graph": Rule(False, "graph ops made in the loop that runs them"),
    "no-seed": Rule(False, "random weights and no seed"),
    # the doctor
    "not-examined": Rule(False, "a part that the doctor could not examine"),
}
# What takes a finding away, `Finding.by`.
BY = {
    "v1": "importing tensorflow.compat.v1, or anything that has all of it",
    "legacy": "this package's `legacy`, imported or by its runner",
    "run": "the runner of `legacy` alone",
    "edit": "a change of the text that is certain, `--fix`",
    "": "the reader of the finding",
}


class Finding(NamedTuple):
    """One thing found in a program."""

    code: str  # of RULES
    line: int  # from 1, in the text that was analysed
    what: str  # a sentence: what stands there, and why it stops or misleads
    fix: str
    by: str = ""  # of BY
    name: str = ""  # the beginning of `what` that is its own; the rest is said of others too

    @property
    def stops(self) -> bool:
        return RULES[self.code].stops
