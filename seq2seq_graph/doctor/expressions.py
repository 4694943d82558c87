"""Follows names through a program's expressions; `flow` takes its statements in order."""

import ast

from seq2seq_graph.doctor.guards import tests_version
from seq2seq_graph.doctor.scopes import COMPREHENSIONS, FUNCTIONS, ast_key
from seq2seq_graph.doctor.values import UNKNOWN, Flow, Value


class Expressions:
    """Reads expressions and assigns their values to names in an environment.

    Args:
      module_names: names that the module binds somewhere.
      known: names that need no binding.
    """

    def __init__(self, module_names, known):
        self.module_names, self.known = module_names, known
        self.values, self.guarded, self.undefined = {}, set(), []
        self.reported, self.later, self.guard = set(), [], 0

    def read(self, node, env, local):
        self.mark(node)
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                self.name(node, env, local)
            elif isinstance(node.ctx, ast.Store):
                env[node.id] = frozenset([UNKNOWN])
        elif isinstance(node, FUNCTIONS):
            for default in node.args.defaults + [d for d in node.args.kw_defaults if d]:
                self.read(default, env, local)
            self.defer(node, env, local)
        elif isinstance(node, COMPREHENSIONS):
            self.comprehension(node, env, local)
        elif isinstance(node, ast.IfExp) and tests_version(node.test):
            self.guard += 1
            self.children(node, env, local)
            self.guard -= 1
        elif type(node).__name__ == "NamedExpr":
            self.read(node.value, env, local)
            self.assign(node.target, node.value, env, local)
        else:
            self.children(node, env, local)
            key = ast_key(node)
            if key and isinstance(node.ctx, ast.Load) and key in env:
                self.values[node] = env[key]

    def children(self, node, env, local):
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr_context):
                self.read(child, env, local)

    def comprehension(self, node, env, local):
        inner = dict(env)
        for generator in node.generators:
            self.read(generator.iter, inner, local)
            self.assign(generator.target, None, inner, local)
            for test in generator.ifs:
                self.read(test, inner, local)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for part in parts:
            self.read(part, inner, local)

    def name(self, node, env, local):
        self.mark(node)
        if node.id in env:
            self.values[node] = env[node.id]
        elif node.id not in self.known and not self.guard:
            if node.id not in self.reported:
                self.undefined.append((node, node.id in local or node.id in self.module_names))
            self.reported.add(node.id)

    def mark(self, node):
        if self.guard:
            self.guarded.add(node)

    def assign(self, target, value, env, local, index=None):
        if isinstance(target, (ast.Tuple, ast.List)):
            for i, part in enumerate(target.elts):
                if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                    self.assign(part, value.elts[i], env, local)
                else:
                    self.assign(part, value, env, local, i)
            return
        key = ast_key(target)
        if key:
            env[key] = self.value_of(value, index)
        if isinstance(target, ast.Starred):
            self.assign(target.value, None, env, local)
        elif not isinstance(target, ast.Name):
            for child in ast.iter_child_nodes(target):
                if isinstance(child, ast.expr):
                    self.read(child, env, local)

    def value_of(self, value, index=None):
        if value is None:
            return frozenset([UNKNOWN])
        if index is None:
            if value in self.values:
                return self.values[value]
            if isinstance(value, ast.Attribute):
                paths = Flow(self.values, frozenset(), {}, []).paths(value)
                if None not in paths:
                    return frozenset(Value(path=p) for p in paths)
        return frozenset([Value(node=value, index=index)])

    def defer(self, node, env, local):
        # What an enclosing function has bound is seen; the module is taken at its end.
        scope = {} if local is self.module_names else env
        if local is not self.module_names:
            scope = {**{n: frozenset([UNKNOWN]) for n in local}, **env}
        self.later.append((node, scope, self.guard))
