"""Makes the process a world of 2019: `import tensorflow` gives TensorFlow 1's tree."""

import importlib
import importlib.util
import sys
from typing import Any, Callable, Dict, Optional

import tensorflow

from seq2seq_graph.legacy import tree, tree_table
from seq2seq_graph.legacy.programs import (
    children,
    finder,
    internals,
    numpy_names,
    numpy_scalars,
    old_keras,
    old_shuffle,
    op_counts,
    other_names,
    python_names,
    source,
)
from seq2seq_graph.legacy.programs.notices import quiet_own_deprecations, say_once

OLD_VERSION = "1.15.5"
OLD_KERAS_VERSION = "2.2.4-tf"
# Files that left TensorFlow for the package tensorflow-estimator.
ESTIMATOR_FILES = "tensorflow.python.estimator"


def enter(each: Optional[Callable[[Dict[str, Any]], None]] = None,
          script: Optional[str] = None) -> None:
    """Changes the process for an old program.

    On TensorFlow 1 there is nothing to do, but to call `each` with the namespace of each module
    of the program's own, if it is given.

    Args:
      each: called with the namespace of each module of the program's own before it runs.
      script: `scripts/legacy.py`, by which the processes are run that the program starts with
        Python; None leaves them plain.
    """
    if tensorflow.__version__.startswith("1."):
        if each is not None:
            sys.meta_path.insert(0, finder.OwnModules((), each))
        return
    v1 = tensorflow.compat.v1
    logging = v1.logging.get_verbosity()
    v1.logging.set_verbosity(v1.logging.ERROR)
    v1.disable_v2_behavior()  # graphs, reference variables, Dimension.value, old control flow
    v1.logging.set_verbosity(logging)
    quiet_own_deprecations()
    numpy_names.restore()
    python_names.restore()
    op_counts.install()
    old_shuffle.install()
    internals.give_back_private_names()
    modules = _replace_tensorflow()
    lost_methods = numpy_names.lost_methods()
    source.provide({"method": numpy_names.call_method, "scalar": numpy_scalars.scalar,
                    "format": numpy_scalars.format_old, "put": numpy_scalars.put})
    sys.meta_path.insert(0, finder.OwnModules(lost_methods, each))
    old_keras.stand_in(sys.path[0])
    late = {**other_names.LATE, **old_keras.LATE}
    for name, change in late.items():
        if name in sys.modules:  # TensorFlow brought it in
            change(sys.modules[name])
    sys.meta_path.insert(0, finder.OldNames(_elsewhere(modules), late))
    if script is not None:
        children.follow(script)


def _replace_tensorflow():
    """Puts the rebuilt tree in place of TensorFlow's modules; gives it."""
    real = tensorflow
    # Looked up now: later the rebuilt modules stand by their names.
    privates = {path: internals.module(path[len("python."):])
                for sources in tree_table.ROWS.values() for source in sources
                for path in [source.partition(":")[0].partition(" ")[2].strip()]
                if source.startswith("real python.")}
    providers = {
        "real": lambda path: privates[path] if path else real,
        "estimator": _estimator,
    }
    modules = tree.build("tensorflow", providers)
    root = modules[""]
    for name in ("__file__", "__path__", "__spec__", "__loader__"):
        setattr(root, name, getattr(real, name))
    root.python = internals.module("")
    root.core = importlib.import_module("tensorflow.core")
    modules["keras"].__version__ = OLD_KERAS_VERSION
    # tf_keras and others import TensorFlow 2 by this name.
    modules["compat"].v2 = importlib.import_module("tensorflow.compat.v2")
    modules["compat"].__path__ = real.compat.__path__
    prefix = internals.PUBLIC_V1 + "."
    for name, module in list(sys.modules.items()):
        if name.startswith(prefix) and not name.startswith(prefix + "compat"):
            sys.modules.setdefault("tensorflow." + name[len(prefix):], module)
            sys.modules["tensorflow.compat.v1." + name[len(prefix):]] = module
    for path, module in modules.items():
        if not path.startswith("python"):
            sys.modules[f"tensorflow.{path}".rstrip(".")] = module
            sys.modules[f"tensorflow.compat.v1.{path}".rstrip(".")] = module
        elif internals.module(path[len("python."):].rpartition(".")[0]) and path.count(".") > 1:
            _place_private(path, module)
    vars(root).pop("__version__", None)
    root._find = _with_version(root._find)
    return modules


def _with_version(find):
    def find_(name):
        if name in ("__version__", "VERSION"):
            say_once(f"tf.{name} is given as {OLD_VERSION}; it is {tensorflow.__version__}")
            return OLD_VERSION
        return find(name)

    return find_


def _place_private(path, module):
    """A module below `tensorflow.python`: the rebuilt one first, the real one for the rest."""
    parent, _, leaf = path.rpartition(".")
    sys.modules[f"tensorflow.{path}"] = module
    setattr(internals.module(parent[len("python."):]), leaf, module)


def _estimator(path):
    module = internals.estimator()
    if module is None:
        say_once("tf.estimator needs the package tensorflow-estimator", tree.EXTRA)
        return None
    for name in path.split(".") if path else ():
        module = getattr(module, name)
    return module


def _estimators_file(path):
    """A file of what was `tensorflow.python.estimator`, by its path there."""
    if internals.estimator() is None:
        return None
    try:
        return importlib.import_module(f"tensorflow_estimator.python.estimator.{path}".rstrip("."))
    except ImportError:
        return None


def _elsewhere(modules):
    def keras(rest):
        found = tree.keras()
        if found is None:
            raise ImportError(f"tf.keras needs the package tf_keras: {tree.keras_needed()}")
        try:
            return importlib.import_module(f"{found.__name__}.{rest}".rstrip("."))
        except ImportError:
            return None

    def estimator(rest):
        return _estimator(rest)

    return [("tensorflow.keras", keras), ("tensorflow.estimator", estimator),
            (ESTIMATOR_FILES, _estimators_file)]
