"""What following a program gives: for each read of a name the values that it may stand for."""

import ast
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

MANY = 16  # values of one name; with more it is unknown


class Value(NamedTuple):
    """What a name may stand for: a dotted import path, or an expression, or neither: unknown."""

    path: Optional[str] = None
    node: Optional[ast.AST] = None
    part: Optional[int] = None  # of the expression's value, where it was unpacked


UNKNOWN = Value()
ANY = frozenset([UNKNOWN])


def limit(values: FrozenSet[Value]) -> FrozenSet[Value]:
    """Gives the values, or that they are unknown where they are too many to be followed."""
    return values if len(values) <= MANY else ANY


class Environment:
    """Names and their values where a program has come to; a branch has one inside another's.

    `get` gives None for a name without a value. Through a function's border a name that its
    function binds later has an unknown one.
    """

    __slots__ = ("own", "outer", "kind", "state", "guarded")
    ALIVE, LEFT, DEAD = range(3)  # LEFT: by `break` or `continue`, what it assigned is seen after

    def __init__(self, outer: Optional["Environment"] = None, kind: str = "branch",
                 own: Optional[Dict[str, Optional[FrozenSet[Value]]]] = None) -> None:
        self.own: Dict[str, Optional[FrozenSet[Value]]] = {} if own is None else own
        self.outer, self.kind = outer, kind  # kind: branch, function, class, comprehension
        self.state, self.guarded = self.ALIVE, False

    def get(self, name: str) -> Optional[FrozenSet[Value]]:
        env: Optional[Environment] = self
        crossed = False
        while env is not None:
            if name in env.own:
                value = env.own[name]
                return ANY if value is None and crossed else value
            crossed = crossed or env.kind == "function"
            env = env.outer
        return None

    def set(self, name: str, values: FrozenSet[Value]) -> None:
        self.own[name] = limit(values)

    def join(self, ends: List["Environment"]) -> None:
        """Takes over what several branches, each made inside this one, may have assigned."""
        alive = [end for end in ends if end.state != self.DEAD]
        if not alive:
            self.state = self.DEAD
            return
        self.state = max(self.state, min(end.state for end in alive))
        for name in {name for end in alive for name in end.own}:
            found = [values for values in (end.get(name) for end in alive) if values is not None]
            self.own[name] = limit(frozenset().union(*found)) if found else None

    def for_functions(self) -> "Environment":
        """Gives what the functions defined here see: a class's names are not among it."""
        env = self
        while env.kind == "class" and env.outer is not None:
            env = env.outer
        return env


def paths(values: Dict[ast.AST, FrozenSet[Value]], node: ast.AST) -> FrozenSet[Optional[str]]:
    """Gives the dotted import paths that an expression may be; None among them: unknown."""
    names = []
    while isinstance(node, ast.Attribute) and node not in values:
        names.append(node.attr)
        node = node.value
    end = "".join("." + name for name in reversed(names))
    return frozenset(v.path and v.path + end for v in values.get(node, ANY))


class Flow(NamedTuple):
    """What following a program gave. The keys are nodes of its tree."""

    values: Dict[ast.AST, FrozenSet[Value]]  # reads of names and of self's attributes
    guarded: FrozenSet[ast.AST]  # nodes behind a try or a test of the version, or never reached
    parents: Dict[ast.AST, ast.AST]
    undefined: List[Tuple[ast.Name, bool]]  # a name's first read; whether it is assigned later
    tree: ast.Module
    nodes: List[ast.AST]  # of the whole tree
    memo: Dict[object, Any]  # what `graph` has found out already, and how far it went

    def paths(self, node: ast.AST) -> FrozenSet[Optional[str]]:
        """Gives the dotted import paths that an expression may be; None among them: unknown."""
        return paths(self.values, node)

    def path(self, node: ast.AST) -> Optional[str]:
        """Gives the one path an expression has, else None."""
        paths = self.paths(node)
        return next(iter(paths)) if len(paths) == 1 else None
