"""Follows names through a program's expressions; `flow` takes its statements in order."""

import ast
import collections
from typing import Any, Container, Deque, Dict, FrozenSet, List, Optional, Set, Tuple

from seq2seq_graph.doctor.guards import Versions, tests_version, truth
from seq2seq_graph.doctor.scopes import COMPREHENSIONS, FUNCTIONS, Comprehension, Function, ast_key
from seq2seq_graph.doctor.values import ANY, Environment, Value, limit, paths


class Expressions:
    """Reads expressions and assigns their values to names in an environment.

    Args:
      module_names: names that the module binds somewhere.
      known: names that need no binding.
      versions: names that keep the answer to a test of a version.
    """

    def __init__(self, module_names: Container[str], known: Container[str],
                 versions: Versions) -> None:
        self.module_names, self.known, self.versions = module_names, known, versions
        self.values: Dict[ast.AST, FrozenSet[Value]] = {}
        self.guarded: Set[ast.AST] = set()
        self.undefined: List[Tuple[ast.Name, bool]] = []
        self.reported: Set[str] = set()
        self.later: Deque[Tuple[Function, Environment, int, Optional[ast.ClassDef]]] = \
            collections.deque()
        self.guard = 0
        self.owner: Optional[ast.ClassDef] = None  # the class whose body or method is read

    def read(self, node: ast.AST, env: Environment, local: Container[str]) -> None:
        """Reads an expression, however deep: a sum of a thousand terms is a thousand deep."""
        part: Any  # Python 3.7's trees have no NamedExpr
        todo = [(node, env, self.guard)]
        while todo:
            part, env, guard = todo.pop()
            if guard:
                self.guarded.add(part)
            if isinstance(part, ast.Name):
                self.name(part, env, local, guard)
            elif isinstance(part, FUNCTIONS):
                self.defer(part, env, local, guard)
                todo += [(d, env, guard) for d in defaults(part)]
            elif isinstance(part, COMPREHENSIONS):
                todo += [(n, e, guard) for n, e in reversed(self.comprehension(part, env, local))]
            elif type(part).__name__ == "NamedExpr":
                self.assign(part.target, part.value, self.outside(env), local)
                todo.append((part.value, env, guard))
            else:
                key = ast_key(part)
                kept = env.get(key) if key and isinstance(part.ctx, ast.Load) else None
                if kept is not None:
                    self.values[part] = kept
                todo += self.children(part, env, guard)

    def children(self, node: ast.AST, env: Environment,
                 guard: int) -> List[Tuple[ast.AST, Environment, int]]:
        """Gives an expression's parts, the last first; a test of a version guards them, and so
        does what is never reached, as `f()` in `False and f()`."""
        parts = [c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.expr_context)]
        guards = [guard] * len(parts)
        if isinstance(node, ast.IfExp) and tests_version(node.test, self.versions):
            guards = [guard + 1] * len(parts)
        elif isinstance(node, ast.IfExp) and truth(node.test) is not None:
            never = node.orelse if truth(node.test) else node.body
            guards = [guard + (part is never) for part in parts]
        elif isinstance(node, ast.BoolOp):
            ends = isinstance(node.op, ast.Or)  # what `or` needs to go no further; `and` the other
            for i, part in enumerate(parts[:-1]):
                if guards[i] == guard and (
                        tests_version(part, self.versions) or truth(part) is ends):
                    guards[i + 1:] = [guard + 1] * (len(parts) - i - 1)
        return [(part, env, g) for part, g in zip(reversed(parts), reversed(guards))]

    def comprehension(self, node: Comprehension, env: Environment,
                      local: Container[str]) -> List[Tuple[ast.AST, Environment]]:
        """Gives a comprehension's parts in their order, each with the environment it stands in."""
        inner = Environment(env, "comprehension")
        for generator in node.generators:
            self.assign(generator.target, None, inner, local)
        parts: List[Tuple[ast.AST, Environment]] = [(node.generators[0].iter, env)]
        for i, generator in enumerate(node.generators):
            parts += [(generator.iter, inner)] if i else []
            parts += [(test, inner) for test in generator.ifs]
        ends = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return parts + [(end, inner) for end in ends]

    @staticmethod
    def outside(env: Environment) -> Environment:
        """Gives where `:=` binds: outside of every comprehension."""
        while env.kind == "comprehension" and env.outer is not None:
            env = env.outer
        return env

    def name(self, node: ast.Name, env: Environment, local: Container[str], guard: int) -> None:
        if isinstance(node.ctx, ast.Store):
            env.set(node.id, ANY)
            return
        values = env.get(node.id)
        if isinstance(node.ctx, ast.Del):
            env.own[node.id] = None
        elif values is None and local is not self.module_names and node.id not in local \
                and node.id in self.module_names:
            values = ANY  # bound by the module on a way that was not followed
        if values is not None:
            self.values[node] = values
        elif node.id not in self.known and not guard and isinstance(node.ctx, ast.Load):
            if node.id not in self.reported:
                self.undefined.append((node, node.id in local or node.id in self.module_names))
            self.reported.add(node.id)

    def mark(self, node: ast.AST) -> None:
        if self.guard:
            self.guarded.add(node)

    def assign(self, target: ast.AST, value: Optional[ast.AST], env: Environment,
               local: Container[str], index: Optional[int] = None) -> None:
        todo = [(target, value, index)]
        while todo:
            target, value, index = todo.pop()
            if isinstance(target, (ast.Tuple, ast.List)):
                values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
                same = len(values) == len(target.elts) \
                    and not any(isinstance(e, ast.Starred) for e in values + target.elts)
                todo += [(part, values[i], None) if same else (part, value, i)
                         for i, part in enumerate(target.elts)]
                continue
            key = ast_key(target)
            if key:
                env.set(key, self.value_of(value, index))
            if isinstance(target, ast.Starred):
                todo.append((target.value, None, None))
            elif not isinstance(target, ast.Name):
                for child in ast.iter_child_nodes(target):
                    if not isinstance(child, ast.expr_context):
                        self.read(child, env, local)

    def value_of(self, value: Optional[ast.AST], index: Optional[int] = None) -> FrozenSet[Value]:
        if value is None:
            return ANY
        if index is None:
            if value in self.values:
                return self.values[value]
            if isinstance(value, ast.Attribute):
                found = paths(self.values, value)
                if all(path is not None and len(path) < 1000 for path in found):
                    return limit(frozenset(Value(path=path) for path in found))
        return frozenset([Value(node=value, part=index)])

    def defer(self, node: Function, env: Environment, local: Container[str], guard: int) -> None:
        # What an enclosing function has bound is seen; the module is taken at its end.
        self.later.append((node, env.for_functions(), guard, self.owner))


def defaults(function: Function) -> List[ast.expr]:
    """Gives the default values of a function's parameters."""
    return function.args.defaults + [d for d in function.args.kw_defaults if d]
