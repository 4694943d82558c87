"""Who imports whom, computed from the sources: the map of `seq2seq_graph/README.md`, held."""

import ast
import os
import re

import pytest
from conftest import ROOT

PACKAGE = "seq2seq_graph"


def read_map():
    """Gives room -> the rooms that stand behind it in the map; each may also import its own."""
    with open(os.path.join(ROOT, PACKAGE, "README.md"), encoding="utf-8") as file:
        rows = re.findall(r"(?m)^([a-z_, ]+) -> ([a-z_, ]+)$", file.read())
    below = {room: names.split(", ") for rooms, names in rows for room in rooms.split(", ")}
    return {"errors": [], **below}


MAY_IMPORT = read_map()
NUMPY_ONLY = {"data", "scoring", "config", "fields", "errors", "plain_files", "vocabulary",
              "variables", "numpy_reference", "doctor"}


def sources():
    for folder, _, names in os.walk(os.path.join(ROOT, PACKAGE)):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                module = os.path.relpath(path, ROOT)[:-3].replace(os.sep, ".")
                with open(path, encoding="utf-8") as file:
                    yield module, ast.parse(file.read())


TREES = dict(sources())


def imported(module, everywhere=True):
    """Modules of this package, and top names of others, that a module imports."""
    tree = TREES[module]
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if not name.startswith(PACKAGE):
                yield name.split(".")[0]
            elif name in TREES:
                yield name
            elif name.rpartition(".")[0] in TREES:
                yield name.rpartition(".")[0]


def room(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else PACKAGE


def reachable(name):
    found = {name}
    for other in MAY_IMPORT[name]:
        found |= reachable(other)
    return found


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_lies_below_it(name):
    modules = [module for module in TREES if room(module) == name]
    assert modules
    back = {
        (module, other) for module in modules for other in imported(module)
        if other in TREES and room(other) not in reachable(name)
    }
    assert not back


def test_every_room_has_its_place_in_the_order():
    assert {room(module) for module in TREES} - {"__init__"} == set(MAY_IMPORT)


def test_no_module_imports_itself_by_a_circle():
    """Only imports at a module's top: one inside a function runs when both modules are there."""
    done = set()

    def visit(module, path):
        assert module not in path, " -> ".join([*path, module])
        if module not in done:
            for other in imported(module, everywhere=False):
                if other in TREES:
                    visit(other, [*path, module])
            done.add(module)

    for module in TREES:
        visit(module, [])


def bound_at_top(tree):
    """Gives the names that a module has once it is imported."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_what_a_module_imports_from_another_is_there():
    """Where an import inside a function is meant too, which no other test may reach."""
    names = {module: set(bound_at_top(tree)) for module, tree in TREES.items()}
    lost = set()
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in names:
                lost |= {(module, node.module, alias.name) for alias in node.names
                         if alias.name not in names[node.module]}
    assert not lost


def numpy_alone(module):
    docstring = ast.get_docstring(TREES[module]) or ""
    promised = any(words in " ".join(docstring.split())
                   for words in ("NumPy only", "No TensorFlow", "NumPy alone"))
    return promised or room(module) in NUMPY_ONLY


@pytest.mark.parametrize("module", sorted(filter(numpy_alone, TREES)))
def test_what_needs_numpy_only_imports_no_tensorflow(module):
    seen, waiting = set(), [(module,)]
    while waiting:
        path = waiting.pop()
        for other in imported(path[-1], everywhere=False):
            assert other not in ("tensorflow", "torch", "keras"), (*path, other)
            if other in TREES and other not in seen:
                seen.add(other)
                waiting.append((*path, other))


POSIX_ONLY = {"fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}


def test_what_only_posix_has_is_imported_where_it_is_used():
    """At a module's top it would keep the module, and all that import it, off Windows."""
    found = {(module, name) for module in TREES for name in imported(module, everywhere=False)
             if name in POSIX_ONLY}
    for script in os.listdir(os.path.join(ROOT, "scripts")):
        if script.endswith(".py"):
            with open(os.path.join(ROOT, "scripts", script), encoding="utf-8") as file:
                tops = [node for node in ast.parse(file.read()).body
                        if isinstance(node, ast.Import)]
            found |= {(script, alias.name) for node in tops for alias in node.names
                      if alias.name in POSIX_ONLY}
    assert not found


def public_functions(tree):
    """Yields functions, and methods, calls and constructors of classes, without an underscore."""
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        for member in members:
            names = {getattr(node, "name", "_"), getattr(member, "name", "_")}
            names -= {"__init__", "__call__"}
            if isinstance(member, ast.FunctionDef) and not any(n.startswith("_") for n in names):
                static = any(getattr(d, "id", "") == "staticmethod" for d in member.decorator_list)
                yield member, member is not node and not static


def test_public_signatures_are_annotated():
    """The package says `py.typed`: arguments and results of all that is public have their types."""
    bare = set()
    for module, tree in TREES.items():
        for function, has_self in public_functions(tree):
            args = function.args
            every = [*args.args[has_self:], *args.kwonlyargs,
                     *filter(None, [args.vararg, args.kwarg])]
            if function.returns is None or any(arg.annotation is None for arg in every):
                bare.add(f"{module}.{function.name}")
    assert not bare


def test_a_room_says_in_its_first_sentence_what_belongs_there():
    for module, tree in TREES.items():
        docstring = ast.get_docstring(tree)
        assert docstring, module
        if module.endswith("__init__") and module != PACKAGE + ".__init__":
            others = [node for node in tree.body if not isinstance(node, ast.Expr)]
            assert not others, f"{module} holds more than its docstring"


def test_the_package_reaches_into_neither_tests_nor_scripts():
    names = {other for module in TREES for other in imported(module)}
    assert not names & {"tests", "scripts", "conftest", "models"}


LINES = 250


def test_a_file_is_short_enough_to_be_read():
    long = set()
    for module in TREES:
        with open(os.path.join(ROOT, *module.split(".")) + ".py", encoding="utf-8") as file:
            if len(file.readlines()) > LINES:
                long.add(module)
    assert not long


def test_the_top_of_the_package_fits_on_a_screen():
    entries = os.listdir(os.path.join(ROOT, PACKAGE))
    assert len([e for e in entries if e.endswith(".py")]) <= 9
    folders = [e for e in entries if os.path.isdir(os.path.join(ROOT, PACKAGE, e))
               and e != "__pycache__"]
    assert len(folders) <= 15
