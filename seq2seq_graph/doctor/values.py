"""What following a program gives: for each read of a name the values that it may stand for."""

import ast
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Tuple


class Value(NamedTuple):
    """What a name may stand for: a dotted import path, or an expression, or neither: unknown."""

    path: Optional[str] = None
    node: Optional[ast.AST] = None
    index: Optional[int] = None  # of the expression's value, where it was unpacked


UNKNOWN = Value()
Environment = Dict[str, FrozenSet[Value]]


class Flow(NamedTuple):
    """What following a program gave. The keys are nodes of its tree."""

    values: Dict[ast.AST, FrozenSet[Value]]  # reads of names and of self's attributes
    guarded: FrozenSet[ast.AST]  # nodes that a try or a test of the version stands before
    parents: Dict[ast.AST, ast.AST]
    undefined: List[Tuple[ast.Name, bool]]  # a name's first read; whether it is assigned later

    def paths(self, node: ast.AST) -> FrozenSet[Optional[str]]:
        """Gives the dotted import paths that an expression may be; None among them: unknown."""
        if isinstance(node, ast.Attribute) and node not in self.values:
            return frozenset(p and f"{p}.{node.attr}" for p in self.paths(node.value))
        return frozenset(v.path for v in self.values.get(node, {UNKNOWN}))

    def path(self, node: ast.AST) -> Optional[str]:
        """Gives the one path an expression has, else None."""
        paths = self.paths(node)
        return next(iter(paths)) if len(paths) == 1 else None
