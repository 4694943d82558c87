"""Follows names through a program: what each read of a name may stand for. No TensorFlow.

Statements are taken in order; branches are joined; what a loop assigns is unknown inside it; a
function's body sees the module as it is at its end. Every read of a name, or of `self.name`, is
given the `Value`s that it may have; nothing is guessed.
"""

import ast
from typing import FrozenSet

from seq2seq_graph.doctor.expressions import Expressions
from seq2seq_graph.doctor.guards import expects_error, guards, tests_version
from seq2seq_graph.doctor.scopes import ALWAYS, FUNCTIONS, ast_key, bound_names, hides_names
from seq2seq_graph.doctor.values import UNKNOWN, Environment, Flow, Value


def follow(tree: ast.Module, given: FrozenSet[str]) -> Flow:
    """Follows a whole program."""
    walker = _Walker(tree, given)
    walker.module()
    undefined = [] if hides_names(tree) else walker.undefined
    return Flow(walker.values, frozenset(walker.guarded), walker.parents, undefined)


class _Walker(Expressions):
    def __init__(self, tree, given):
        self.tree = tree
        self.declared_global = {
            name for n in ast.walk(tree) if isinstance(n, ast.Global) for name in n.names}
        self.parents = {c: p for p in ast.walk(tree) for c in ast.iter_child_nodes(p)}
        super().__init__(bound_names(tree) | self.declared_global, ALWAYS | given)

    def module(self):
        # What functions assign by `global` may be there whenever the module reads it.
        env: Environment = {n: frozenset([UNKNOWN]) for n in self.declared_global}
        self.body(self.tree.body, env, self.module_names)
        outer = {**{n: frozenset([UNKNOWN]) for n in self.module_names}, **env}
        fields: Environment = {}  # self.name -> what earlier methods gave it
        while self.later:
            function, scope, guard = self.later.pop(0)
            self.guard = guard
            self.function(function, {**outer, **scope, **fields}, fields)

    def function(self, node, env, fields):
        arguments = node.args
        named = arguments.args + arguments.kwonlyargs + getattr(arguments, "posonlyargs", [])
        named += [a for a in (arguments.vararg, arguments.kwarg) if a]
        parameters = {a.arg for a in named}
        body = node.body if isinstance(node.body, list) else [node.body]
        inner = {d for s in body for f in ast.walk(s) if isinstance(f, FUNCTIONS)
                 for d in ast.walk(f)}  # a nested function's `nonlocal` is not this one's
        declared = {n for s in ast.walk(node) if isinstance(s, (ast.Global, ast.Nonlocal))
                    and s not in inner for n in s.names}
        local = set().union(*(bound_names(s, False) for s in body)) - declared - parameters
        for name in local:
            if not name.startswith("self."):
                env.pop(name, None)
        env.update((name, frozenset([UNKNOWN])) for name in parameters)
        self.body(body, env, local)
        for key, values in env.items():
            if key.startswith("self."):
                fields[key] = fields.get(key, frozenset()) | values

    # Statements. `env` is changed in place; `local` are the names that the scope binds somewhere.

    def body(self, statements, env, local):
        for statement in statements:
            self.statement(statement, env, local)

    def statement(self, node, env, local):
        handler = getattr(self, "do_" + type(node).__name__, None)
        if handler:
            handler(node, env, local)
        elif isinstance(node, ast.expr):
            self.read(node, env, local)
        else:
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.expr_context):
                    self.statement(child, env, local)

    def do_Assign(self, node, env, local):
        self.read(node.value, env, local)
        for target in node.targets:
            self.assign(target, node.value, env, local)

    def do_AnnAssign(self, node, env, local):
        if node.value:
            self.read(node.value, env, local)
            self.assign(node.target, node.value, env, local)

    def do_AugAssign(self, node, env, local):
        self.read(node.value, env, local)
        key = ast_key(node.target)
        if isinstance(node.target, ast.Name):
            self.name(node.target, env, local)
        else:
            self.read(node.target, env, local)
        if key:
            env[key] = frozenset([UNKNOWN])

    def do_Import(self, node, env, local):
        self.mark(node)
        for a in node.names:
            path = a.name if a.asname else a.name.split(".")[0]
            env[a.asname or path] = frozenset([Value(path=path)])

    def do_ImportFrom(self, node, env, local):
        self.mark(node)
        for a in node.names:
            path = None if node.level else f"{node.module}.{a.name}"
            env[a.asname or a.name] = frozenset([Value(path=path)])

    def do_FunctionDef(self, node, env, local):
        defaults = node.args.defaults + [d for d in node.args.kw_defaults if d]
        for expression in node.decorator_list + defaults:
            self.read(expression, env, local)
        env[node.name] = frozenset([Value(node=node)])
        self.defer(node, env, local)

    do_AsyncFunctionDef = do_FunctionDef

    def do_ClassDef(self, node, env, local):
        for expression in node.decorator_list + node.bases + [k.value for k in node.keywords]:
            self.read(expression, env, local)
        inner = dict(env)
        self.body(node.body, inner, local)
        env[node.name] = frozenset([Value(node=node)])

    def do_If(self, node, env, local):
        self.read(node.test, env, local)
        guard = tests_version(node.test)
        self.branches([node.body, node.orelse], env, local, guard)

    def branches(self, bodies, env, local, guard=False):
        self.guard += guard
        ends = []
        for body in bodies:
            end = dict(env)
            self.body(body, end, local)
            if not (body and isinstance(body[-1], (ast.Raise, ast.Return, ast.Continue))):
                ends.append(end)
        self.guard -= guard
        self.join(env, ends)

    def join(self, env, ends):
        if ends:
            merged = {k: frozenset().union(*(e[k] for e in ends if k in e))
                      for k in set().union(*ends)}
            env.clear()
            env.update(merged)

    def do_For(self, node, env, local):
        self.read(node.iter, env, local)
        self.loop(node, env, local, lambda inner: self.assign(node.target, None, inner, local))

    do_AsyncFor = do_For

    def do_While(self, node, env, local):
        self.read(node.test, env, local)
        self.loop(node, env, local, lambda inner: None)

    def loop(self, node, env, local, start):
        inner = dict(env)
        for name in set().union(*(bound_names(s, False) for s in node.body)):
            # Assigned by an earlier round, perhaps; a straight read in the first would fail.
            inner[name] = env.get(name, frozenset()) | {UNKNOWN}
        start(inner)
        self.body(node.body, inner, local)
        self.join(env, [dict(env), inner])
        self.body(node.orelse, env, local)

    def do_Try(self, node, env, local):
        guard = any(guards(handler) for handler in node.handlers)
        before = dict(env)
        self.guard += guard
        self.body(node.body, env, local)
        self.guard -= guard
        ends = [dict(env)]
        self.body(node.orelse, ends[0], local)
        for handler in node.handlers:
            end = dict(before)
            for name in set().union(*(bound_names(s, False) for s in node.body)):
                end[name] = before.get(name, frozenset()) | env.get(name, frozenset([UNKNOWN]))
            if handler.type:
                self.read(handler.type, end, local)
            if handler.name:
                end[handler.name] = frozenset([UNKNOWN])
            self.guard += guard
            self.body(handler.body, end, local)
            self.guard -= guard
            ends.append(end)
        self.join(env, ends)
        self.body(node.finalbody, env, local)

    do_TryStar = do_Try

    def do_With(self, node, env, local):
        guard = False
        for item in node.items:
            self.read(item.context_expr, env, local)
            guard = guard or expects_error(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, item.context_expr, env, local)
        self.guard += guard
        self.body(node.body, env, local)
        self.guard -= guard

    do_AsyncWith = do_With

    def do_ExceptHandler(self, node, env, local):
        raise AssertionError("taken with its try")

    def do_match_case(self, node, env, local):
        env.update((n, frozenset([UNKNOWN])) for n in bound_names(node.pattern, False))
        self.body(node.body, env, local)
