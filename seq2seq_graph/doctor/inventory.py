"""Asks the TensorFlow at hand which public names it has. `scripts/list_removed_symbols.py` runs it.

    python seq2seq_graph/doctor/inventory.py OUT.json [THE_OTHERS.json]

It is run by two Pythons, the older one 3.7, and imports nothing of this package.
"""

import contextlib
import inspect
import json
import pkgutil
import sys
import types

KERAS_3 = "is not available with Keras 3"
# No names for programs: TensorFlow's own files, what they import, and the ops' raw generated forms.
PRIVATE = {"compat", "python", "core", "compiler", "tools", "include", "lite", "tsl", "raw_ops",
           "absolute_import", "division", "print_function"}
# The files of TensorFlow whose functions make graph ops.
OP_FILES = ("_ops", "nn_impl", "clip_ops", "rnn")


def inventory(others=()):
    """Gives what the installed TensorFlow has.

    Args:
      others: dotted names of the other TensorFlow, asked for one by one: `dir` does not list all.

    Returns:
      version: str.
      names: dotted name below `tf` -> [kind, parameters or None]. The kind is module, class,
        op (a function that makes graph ops), function, value, or keras3 (asking for it raises).
      compat_v1: the same below `tf.compat.v1`.
      aliases: dotted name below `tf.contrib` -> the same object's name outside of it.
      submodules: the dotted names below `tensorflow` that an `import` finds.
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
    if "._api." in name or name.startswith(("keras.", "tensorflow_estimator.")):
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
    is_module = isinstance(value, types.ModuleType)
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


def main():
    others = ()
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            others = json.load(file)["names"]
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(inventory(others), file)


if __name__ == "__main__":
    main()
