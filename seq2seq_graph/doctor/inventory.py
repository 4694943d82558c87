"""Asks the TensorFlow at hand which names it has. `scripts/list_removed_symbols.py` runs it.

    python seq2seq_graph/doctor/inventory.py OUT.json [THE_OTHERS.json]

It is run by two Pythons, the older one 3.7, and imports nothing of this package.
"""

import contextlib
import importlib
import inspect
import io
import json
import pkgutil
import re
import sys
import types
from typing import Any, Dict, Iterable

KERAS_3 = "is not available with Keras 3"
# No names for programs: TensorFlow's own files, and what they import.
PRIVATE = {"compat", "python", "core", "compiler", "tools", "include", "lite", "tsl",
           "absolute_import", "division", "print_function"}
# Known as a whole: the same generated functions in both.
CLOSED = {"raw_ops"}
# The files of TensorFlow whose functions make graph ops.
OP_FILES = ("_ops", "_op", "_impl", "rnn", "clip_ops", "layers.core", "layers.pooling",
            "layers.convolutional", "layers.normalization", "tensor_conversion", "_ops_stack")
# The folders of `tensorflow.python` whose modules programs have imported.
_FILES_ASKED = re.compile(
    r"python\.(ops|framework|layers|training|util|client|platform|summary|saved_model|lib|eager"
    r"|pywrap_tensorflow)\b")
_TESTS = re.compile(r"(^|[._])tests?([._]|$)|testing")


def inventory(others: Iterable[str] = ()) -> Dict[str, Any]:
    """Gives what the installed TensorFlow, NumPy and Python have.

    Args:
      others: dotted names of the other TensorFlow, asked for one by one: `dir` does not list all.

    Returns:
      version: str.
      names: dotted name below `tf` -> [kind, parameters or None]. The kind is module, class,
        op (a function that makes graph ops), function, value, or keras3 (asking for it raises).
      compat_v1: the same below `tf.compat.v1`.
      aliases: dotted name below `tf.contrib` -> the same object's name outside of it.
      submodules: the dotted names below `tensorflow` that an `import` finds.
      private: dotted names in the modules of `tensorflow.python`.
      keras2: dotted names below `tf` that the package tf_keras has; empty without it.
    """
    import tensorflow as tf

    found = {"version": tf.__version__, "names": {}, "compat_v1": {}}
    for key, module in (("names", tf), ("compat_v1", tf.compat.v1)):
        _walk(module, "", found[key])
        for name in others:
            if name not in found[key]:
                _ask(module, name, found[key])
    found["aliases"] = _aliases(tf, found["names"])
    found["submodules"] = sorted(name for root in tf.__path__ for name in _files(root, ""))
    found["private"] = sorted(_private(found["submodules"]))
    found["keras2"] = sorted(_keras2())
    return found


def _walk(module, prefix, names):
    for name in _public(module):
        path = prefix + name
        try:
            value = getattr(module, name)
        except Exception as error:
            if KERAS_3 in str(error):
                names[path] = ["keras3", None]
            continue
        if not isinstance(value, types.ModuleType):
            names[path] = [_kind(value), _parameters(value)]
        elif name in CLOSED:
            names[path] = ["value", None]
        elif _is_public(module, value, path):
            names[path] = ["module", None]
            _walk(value, path + ".", names)


def _public(module):
    try:
        return sorted(n for n in dir(module) if not n.startswith("_") and n not in PRIVATE)
    except Exception:  # a lazy module whose file is not there
        return []


def _is_public(parent, module, path):
    """Tells a part of the API from a module that one of TensorFlow's own files has imported."""
    try:
        name = module.__name__
    except Exception:
        return False
    if path.startswith("contrib"):
        return name == "tensorflow." + path
    if "._api." in name or ".api._v" in name or name.startswith(
            ("keras.", "tensorflow_estimator.")):
        return True
    return "._api." in parent.__name__ or path in ("keras", "contrib", "estimator")


def _ask(module, path, names):
    value = module
    for name in path.split("."):
        try:
            value = getattr(value, name)
        except Exception as error:
            if KERAS_3 in str(error):
                names[path] = ["keras3", None]
            return
    is_module = isinstance(value, types.ModuleType) and path not in CLOSED
    names[path] = ["module" if is_module else _kind(value), _parameters(value)]


def _aliases(tf, names):
    objects = {}
    for name in sorted(names, key=lambda n: (n.startswith("contrib."), n.count("."), n)):
        if names[name][0] in ("class", "function", "op"):
            value = tf
            for part in name.split("."):
                value = getattr(value, part)
            objects.setdefault(id(value), []).append(name)
    return {name: same[0] for same in objects.values() for name in same
            if name.startswith("contrib.") and not same[0].startswith("contrib.")}


def _kind(value):
    if inspect.isclass(value):
        return "class"
    if not callable(value):
        return "value"
    with contextlib.suppress(ValueError):  # a mock in `tf.contrib` wraps itself
        value = inspect.unwrap(value)
    module = getattr(value, "__module__", "") or ""
    return "op" if ".ops." in module and module.endswith(OP_FILES) else "function"


def _parameters(value):
    """Names what can be given, None where the signature does not tell."""
    is_class = inspect.isclass(value)
    try:
        signature = inspect.signature(value.__init__ if is_class else value)
    except (TypeError, ValueError):
        return None
    parameters = list(signature.parameters.values())[1 if is_class else 0:]
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        return None
    return [p.name for p in parameters]


def _files(root, prefix):
    for found in pkgutil.iter_modules([root]):
        yield prefix + found.name
        if found.ispkg:
            yield from _files(root + "/" + found.name, prefix + found.name + ".")


def _private(submodules):
    """Yields the names in TensorFlow's own modules, those of other packages left out."""
    for name in submodules:
        if not _FILES_ASKED.match(name) or _TESTS.search(name):
            continue
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                module = importlib.import_module("tensorflow." + name)
        except Exception:
            continue
        for key, value in list(vars(module).items()):
            home = str(getattr(value, "__module__", ""))
            if not isinstance(value, types.ModuleType) and home.startswith("tensorflow") \
                    and (not key.startswith("_") or home == module.__name__):
                yield f"{name}.{key}"


def _keras2():
    """Yields what tf_keras has of `tf.keras`, `tf.layers` and `tf.nn.rnn_cell`."""
    places = (("keras", "tf_keras.api._v1.keras", ""), ("keras", "tf_keras", ""),
              ("layers", "tf_keras.api._v1.keras", "__internal__.legacy.layers"),
              ("nn.rnn_cell", "tf_keras.api._v1.keras", "__internal__.legacy.rnn_cell"))
    for prefix, module, inside in places:
        try:
            value = importlib.import_module(module)
            for name in inside.split("." if inside else None):
                value = getattr(value, name)
        except Exception:
            continue
        yield prefix
        yield from _below(value, prefix + ".", 6)


def _below(module, prefix, depth):
    for name in _public(module):
        value = getattr(module, name, None)
        if not isinstance(value, types.ModuleType):
            yield prefix + name
        elif value.__name__.startswith("tf_keras.api.") and depth:
            yield prefix + name
            yield from _below(value, prefix + name + ".", depth - 1)


def main() -> None:
    others = ()
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            others = json.load(file)["names"]
    arguments, path = sys.argv[:1], sys.argv[1]
    sys.argv = arguments  # `tf.app.flags.FLAGS` parses them when asked
    with open(path, "w", encoding="utf-8") as file:
        json.dump(inventory(others), file)


if __name__ == "__main__":
    main()
