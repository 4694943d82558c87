"""Python 3.7's names and modules that programs use and today's Python has not."""

import builtins
import collections
import collections.abc
import functools
import importlib
import inspect
import random
import sys
import types

from seq2seq_graph.legacy.programs.lend import Lost, find_lost, lend
from seq2seq_graph.legacy.programs.notices import say_once

_ABSTRACT = [
    "Mapping", "MutableMapping", "Sequence", "MutableSequence", "Set", "MutableSet", "Iterable",
    "Iterator", "Callable", "Hashable", "Sized", "Container", "Generator", "KeysView",
    "ValuesView", "ItemsView", "MappingView", "ByteString",
]


def _argspec():
    kind = collections.namedtuple("ArgSpec", "args varargs keywords defaults")
    return lambda f: kind(*inspect.getfullargspec(f)[:4])


# Module -> name -> what it was.
_NAMES = {
    "time": {"clock": find_lost("time:process_time")},
    "inspect": {"getargspec": Lost(_argspec, "inspect.getfullargspec")},
    "fractions": {"gcd": find_lost("math:gcd")},
    "base64": {"encodestring": find_lost("base64:encodebytes"),
               "decodestring": find_lost("base64:decodebytes")},
    "cgi": {"escape": find_lost("html:escape")},
    "collections": {name: find_lost(f"collections.abc:{name}") for name in _ABSTRACT},
    "platform": {"linux_distribution": Lost(
        lambda: lambda *a, **k: ("", "", ""), "platform.freedesktop_os_release"),
        "dist": Lost(lambda: lambda *a, **k: ("", "", ""), "platform.freedesktop_os_release")},
    "string": {}, "os": {"errno": Lost(lambda: importlib.import_module("errno"), "import errno")},
    "locale": {"format": find_lost("locale:format_string")},
    "logging": {"warn": find_lost("logging:warning")},
    "sys": {"setcheckinterval": Lost(lambda: lambda n: None, "nothing"),
            "getcheckinterval": Lost(lambda: lambda: 100, "nothing")},
}


def restore() -> None:
    """Puts them back, each said when first used."""
    for name, lost in _NAMES.items():
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        missing = {n: what for n, what in lost.items() if not hasattr(module, n)}
        if missing:
            lend(module, missing)
    _restore_methods()
    _restore_arguments()


def _restore_methods():
    import html
    import html.parser
    import threading

    if not hasattr(threading.Thread, "isAlive"):
        threading.Thread.isAlive = threading.Thread.is_alive
    if not hasattr(html.parser.HTMLParser, "unescape"):
        html.parser.HTMLParser.unescape = lambda self, text: html.unescape(text)


def _restore_arguments():
    """Arguments that were taken once: open's mode U, sample of a set, shuffle with a function."""
    open_now, sample_now, shuffle_now = builtins.open, random.sample, random.shuffle

    def open_(file, mode="r", *args, **kwargs):
        if isinstance(mode, str) and "U" in mode:
            say_once("open(mode='U') is gone", "write 'r'")
            mode = mode.replace("U", "") or "r"
            mode = mode if mode[0] in "rwax" else "r" + mode
        return open_now(file, mode, *args, **kwargs)

    def sample(population, k, **kwargs):
        if isinstance(population, collections.abc.Set):
            say_once("random.sample of a set is gone", "write sample(sorted(population), k)")
            population = tuple(population)
        return sample_now(population, k, **kwargs)

    def shuffle(x, random=None):
        if random is None:
            return shuffle_now(x)
        for i in reversed(range(1, len(x))):
            j = int(random() * (i + 1))
            x[i], x[j] = x[j], x[i]

    def whole(function):
        @functools.wraps(function)
        def draw(*args, **kwargs):
            given = [int(a) if isinstance(a, float) and a == int(a) else a for a in args]
            return function(*given, **kwargs)

        return draw

    if sys.version_info >= (3, 12):  # random.randint(0, 5.0)
        random.randint, random.randrange = whole(random.randint), whole(random.randrange)
    open_.__doc__, open_.__name__ = open_now.__doc__, "open"
    if sys.version_info >= (3, 11):
        builtins.open, random.sample, random.shuffle = open_, sample, shuffle


def _imp():
    def load_source(name, path, file=None):
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    import importlib.util
    return {"load_source": load_source, "reload": importlib.reload,
            "new_module": types.ModuleType}


def _cgi():
    import html
    return {"escape": html.escape}


def _version():
    class LooseVersion:
        """A version that compares number by number."""

        def __init__(self, vstring=""):
            import re
            self.vstring = str(vstring)
            parts = re.findall(r"\d+|[a-zA-Z]+", self.vstring)
            self.version = [int(part) if part.isdigit() else part for part in parts]

        def _pair(self, other):
            other = other if isinstance(other, LooseVersion) else LooseVersion(other)
            return [[(isinstance(p, str), p) for p in v.version] for v in (self, other)]

        def __eq__(self, other):
            mine, its = self._pair(other)
            return mine == its

        def __lt__(self, other):
            mine, its = self._pair(other)
            return mine < its

        def __le__(self, other):
            return self < other or self == other

        def __gt__(self, other):
            return not self <= other

        def __ge__(self, other):
            return not self < other

        def __str__(self):
            return self.vstring

        __hash__ = None

    return {"LooseVersion": LooseVersion, "StrictVersion": LooseVersion}


def _strtobool(text):
    value = str(text).lower()
    if value in ("y", "yes", "t", "true", "on", "1"):
        return 1
    if value in ("n", "no", "f", "false", "off", "0"):
        return 0
    raise ValueError(f"invalid truth value {text!r}")


def _shutil(name):
    import shutil
    return getattr(shutil, name)


def _copy_tree(source, target, **kwargs):
    import shutil
    return [shutil.copytree(source, target, dirs_exist_ok=True)]


def _mkpath(name, mode=0o777, **kwargs):
    import os
    os.makedirs(name, mode, exist_ok=True)
    return [name]


# Modules that are gone: name -> a function that gives what is in them, and what to write.
GONE_MODULES = {
    "imp": (_imp, "importlib"),
    "cgi": (_cgi, "html.escape"),
    "distutils": (dict, "shutil, packaging or setuptools"),
    "distutils.version": (_version, "packaging.version.Version"),
    "distutils.util": (lambda: {"strtobool": _strtobool}, "a comparison"),
    "distutils.dir_util": (lambda: {
        "copy_tree": _copy_tree, "mkpath": _mkpath, "remove_tree": _shutil("rmtree")}, "shutil"),
    "distutils.file_util": (lambda: {"copy_file": _shutil("copy")}, "shutil"),
    "distutils.spawn": (lambda: {"find_executable": _shutil("which")}, "shutil.which"),
    "xml.etree.cElementTree": (
        lambda: vars(importlib.import_module("xml.etree.ElementTree")), "xml.etree.ElementTree"),
    "pipes": (lambda: {"quote": importlib.import_module("shlex").quote}, "shlex.quote"),
}
