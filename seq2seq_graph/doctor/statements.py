"""Takes a program's statements in order, those with a body apart (`blocks`).

`flow` starts it, `expressions` reads what is in them.
"""

import ast
from typing import Any, Container, Dict, Sequence, Union

from seq2seq_graph.doctor.expressions import Expressions, defaults
from seq2seq_graph.doctor.guards import (
    leaves,
    truth,
)
from seq2seq_graph.doctor.scopes import ast_key
from seq2seq_graph.doctor.values import ANY, Environment, Value, paths


class Statements(Expressions):
    """Follows statements. `env` is changed in place; `local` are the names that a scope binds."""

    parents: Dict[ast.AST, ast.AST]  # of the program's whole tree

    def body(self, statements: Sequence[ast.stmt], env: Environment, local: Container[str]) -> None:
        before = self.guard
        for statement in statements:
            self.guard = before + (env.state != env.ALIVE) + env.guarded
            self.statement(statement, env, local)
        self.guard = before

    def statement(self, node: ast.AST, env: Environment, local: Container[str]) -> None:
        handler = getattr(self, "do_" + type(node).__name__, None)
        if handler:
            handler(node, env, local)
        elif isinstance(node, ast.expr):
            self.read(node, env, local)
        else:
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.expr_context):
                    self.statement(child, env, local)

    def do_Expr(self, node: ast.Expr, env: Environment, local: Container[str]) -> None:
        self.read(node.value, env, local)
        if isinstance(node.value, ast.Call) and leaves(
                node.value, paths(self.values, node.value.func)):
            env.state = env.DEAD

    def _leave(self, node, env, local):
        for child in ast.iter_child_nodes(node):
            self.read(child, env, local)
        env.state = max(env.state, env.LEFT if isinstance(node, (ast.Break, ast.Continue))
                        else env.DEAD)

    do_Return = do_Raise = do_Break = do_Continue = _leave

    def do_Assert(self, node: ast.Assert, env: Environment, local: Container[str]) -> None:
        for child in ast.iter_child_nodes(node):
            self.read(child, env, local)
        if truth(node.test) is False:
            env.state = env.DEAD

    def do_Assign(self, node: ast.Assign, env: Environment, local: Container[str]) -> None:
        self.read(node.value, env, local)
        for target in node.targets:
            self.assign(target, node.value, env, local)

    def do_AnnAssign(self, node: ast.AnnAssign, env: Environment, local: Container[str]) -> None:
        if node.value:
            self.read(node.value, env, local)
            self.assign(node.target, node.value, env, local)

    def do_AugAssign(self, node: ast.AugAssign, env: Environment, local: Container[str]) -> None:
        self.read(node.value, env, local)
        key = ast_key(node.target)
        if isinstance(node.target, ast.Name):
            read = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
            self.parents[read] = node
            self.name(read, env, local, self.guard)
        else:
            self.read(node.target, env, local)
        if key:
            env.set(key, ANY)

    def do_Import(self, node: ast.Import, env: Environment, local: Container[str]) -> None:
        self.mark(node)
        for a in node.names:
            path = a.name if a.asname else a.name.split(".")[0]
            env.set(a.asname or path, frozenset([Value(path=path)]))

    def do_ImportFrom(self, node: ast.ImportFrom, env: Environment, local: Container[str]) -> None:
        self.mark(node)
        for a in node.names:
            path = None if node.level else f"{node.module}.{a.name}"
            env.set(a.asname or a.name, frozenset([Value(path=path)]))

    def do_FunctionDef(self, node: Union[ast.FunctionDef, ast.AsyncFunctionDef], env: Environment,
                       local: Container[str]) -> None:
        for expression in node.decorator_list + defaults(node):
            self.read(expression, env, local)
        env.set(node.name, frozenset([Value(node=node)]))
        self._parameters_of_types(node, env)
        self.mark(node)
        self.defer(node, env, local, self.guard)

    do_AsyncFunctionDef = do_FunctionDef

    @staticmethod
    def _parameters_of_types(node, env):
        """`def f[T](x)`, of Python 3.12: as if bound around it."""
        for parameter in getattr(node, "type_params", ()):
            env.set(parameter.name, ANY)

    def do_TypeAlias(self, node: Any, env: Environment, local: Container[str]) -> None:
        env.set(node.name.id, ANY)  # what it stands for is read when it is first wanted

    def do_ClassDef(self, node: ast.ClassDef, env: Environment, local: Container[str]) -> None:
        self._parameters_of_types(node, env)
        for expression in node.decorator_list + node.bases + [k.value for k in node.keywords]:
            self.read(expression, env, local)
        inner, owner = Environment(env, "class"), self.owner
        self.owner = node
        self.body(node.body, inner, local)
        self.owner = owner
        self.mark(node)
        env.set(node.name, frozenset([Value(node=node)]))
