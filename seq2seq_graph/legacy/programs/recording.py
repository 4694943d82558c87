"""Notes what a program's sessions compute while it runs."""

import atexit
import platform
import sys
import weakref
from typing import Any, Dict, List, MutableSet

import numpy as np
import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy.programs import internals, recorded
from seq2seq_graph.legacy.programs.notices import say_once

SAME = 1e-5  # relative to a variable's largest entry: initial values that count as equal
MOST_RUNS = 5000


class Recorder:
    """Stands between a program and its sessions; `write` makes the file.

    With a `reference`, a record of the same program, variables that came out otherwise after
    their initializers ran are set to the reference's values, by name, and said.
    """

    def __init__(self, path: str, about: Any, reference: Any = None) -> None:
        self.path, self.about, self.runs = path, about, 0
        self.entries: List[recorded.Entry] = []
        self.initial: Dict[str, Any] = {}
        self.reference = reference
        self.sessions: MutableSet[v1.Session] = weakref.WeakSet()
        self.done: MutableSet[v1.Session] = weakref.WeakSet()

    def install(self) -> None:
        """Puts the recorder between; the file is written when the process ends."""
        base = next(c for c in v1.Session.__mro__ if c.__name__ == "BaseSession")
        run, close, recorder = base.run, base.close, self

        def noted_run(session, fetches, feed_dict=None, options=None, run_metadata=None):
            result = run(session, fetches, feed_dict, options, run_metadata)
            recorder._note(session, run, fetches, feed_dict, result)
            return result

        def noted_close(session):
            recorder._note_end(session, run)
            return close(session)

        base.run, base.close = noted_run, noted_close
        base.make_callable = self._noted_make(base.make_callable, run)
        self._run = run
        atexit.register(self.write)

    def _noted_make(self, make, run):
        def noted_make(session, fetches, feed_list=None, accept_options=False):
            call = make(session, fetches, feed_list, accept_options)

            def noted_call(*args, **kwargs):
                runs = self.runs
                result = call(*args, **kwargs)
                # Some go by way of `run`. What computes no value is mostly a queue's, which its
                # thread calls as often as it gets to it.
                if self.runs == runs and result is not None:
                    self._note(session, run, fetches, dict(zip(feed_list or (), args)), result)
                return result

            return noted_call

        return noted_make

    def _note(self, session, run, fetches, feed_dict, result):
        self.sessions.add(session)
        if self.runs < MOST_RUNS:
            for tensor, value in (feed_dict or {}).items():
                self._add("feed", _name(tensor), value)
            for name, value in _pairs(fetches, result):
                self._add("fetch", name, value)
        if any(internals.is_initializer(fetch) for fetch in _leaves(fetches)):
            self._note_initial(session, run)
        self.runs += 1

    def _add(self, kind, name, value, run=None):
        try:
            made = recorded.entry(self.runs if run is None else run, kind, name, value)
        except (ValueError, TypeError):
            return
        if made is not None:
            self.entries.append(made)

    def _note_initial(self, session, run):
        values = _variables(session, run)
        for name, drawn in values.items():
            if name not in self.initial:
                value = drawn
                if self.reference is not None and name in self.reference:
                    value = self._carried_over(session, run, name, drawn)
                self.initial[name] = value
                self._add("initial", name, value)

    def _carried_over(self, session, run, name, value):
        other = self.reference[name].reshape(np.shape(value)).astype(np.asarray(value).dtype)
        largest = max(np.max(np.abs(other), initial=0), 1e-30)
        if np.max(np.abs(other - value), initial=0) <= SAME * largest:
            return value
        variable = next(v for v in _global_variables(session) if v.op.name == name)
        run(session, variable.initializer, {variable.initializer.inputs[1]: other})
        say_once(f"the initial value of {name} was carried over from the other run",
                 "it is drawn otherwise here")
        return other

    def _note_end(self, session, run):
        if session in self.sessions and session not in self.done:
            self.done.add(session)
            for name, value in _variables(session, run).items():
                self._add("final", name, value, recorded.END)

    def write(self) -> None:
        """Reads the variables of sessions that are open yet, and writes the file."""
        for session in list(self.sessions):
            try:
                self._note_end(session, self._run)
            except (RuntimeError, v1.OpError):
                continue  # closed by other means
        about = dict(self.about, runs=self.runs, tensorflow=internals.tensorflow_version(),
                     numpy=np.__version__, python=platform.python_version(),
                     program=sys.argv[0], args=sys.argv[1:])
        recorded.write(self.path, recorded.Recorded(about, self.entries))


def _global_variables(session):
    with session.graph.as_default():
        return [v for v in v1.global_variables() if hasattr(v, "op")]


def _variables(session, run):
    """Gives the values of the variables that have one, by name; adds no op."""
    values = {}
    for variable in _global_variables(session):
        try:
            values[variable.op.name] = run(session, variable)
        except v1.errors.FailedPreconditionError:
            continue  # not initialized
    return values


def _leaves(fetches):
    if isinstance(fetches, dict):
        fetches = list(fetches.values())
    if isinstance(fetches, (list, tuple)):
        return [leaf for fetch in fetches for leaf in _leaves(fetch)]
    return [fetches]


def _pairs(fetches, result):
    """Gives (name, value) of each fetch that has a value."""
    if result is None:
        return
    if isinstance(fetches, dict):
        for key in fetches:
            yield from _pairs(fetches[key], result[key])
    elif isinstance(fetches, (list, tuple)):
        for fetch, value in zip(fetches, result):
            yield from _pairs(fetch, value)
    else:
        yield _name(fetches), result


def _name(tensor) -> str:
    if isinstance(tensor, (str, bytes)):
        return str(tensor)
    return str(getattr(tensor, "name", None) or type(tensor).__name__)
