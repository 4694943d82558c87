"""Takes a program's blocks: branches, loops, `try`, `with`, `match`. The rest: `statements`."""

import ast
from typing import Any, Callable, Container, Sequence, Union

from seq2seq_graph.doctor.guards import expects_error, falls_back, guards, tests_version, truth
from seq2seq_graph.doctor.scopes import bound_names
from seq2seq_graph.doctor.statements import Statements
from seq2seq_graph.doctor.values import ANY, Environment


class Blocks(Statements):
    """Follows statements with a body: what each way through may assign is joined at its end."""

    def do_If(self, node: ast.If, env: Environment, local: Container[str]) -> None:
        """Takes an `if` with all of its `elif`, however many, as branches beside each other."""
        before, ends, never = self.guard, [], False
        while True:
            self.read(node.test, env, local)
            self.guard += tests_version(node.test, self.versions)
            known = truth(node.test)
            ends.append(self.branch(node.body, env, local, never or known is False))
            never = never or known is True
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
                break
            node = node.orelse[0]
            self.mark(node)
        ends.append(self.branch(node.orelse, env, local, never))
        tested = self.guard > before
        self.guard = before
        env.guarded = env.guarded or tested and any(e.state != e.ALIVE for e in ends)
        env.join(ends)

    def branch(self, body: Sequence[ast.stmt], env: Environment, local: Container[str],
               never: bool = False) -> Environment:
        end = Environment(env)
        if never:
            end.state = end.DEAD
        self.body(body, end, local)
        return end

    def do_For(self, node: Union[ast.For, ast.AsyncFor], env: Environment,
               local: Container[str]) -> None:
        self.read(node.iter, env, local)
        self.loop(node, env, local, lambda inner: self.assign(node.target, None, inner, local))

    do_AsyncFor = do_For

    def do_While(self, node: ast.While, env: Environment, local: Container[str]) -> None:
        self.read(node.test, env, local)
        before = self.guard
        self.guard += tests_version(node.test, self.versions)
        self.loop(node, env, local, lambda inner: None)
        self.guard = before
        if truth(node.test) is True and not _breaks(node):
            env.state = env.DEAD

    def loop(self, node: Union[ast.For, ast.AsyncFor, ast.While], env: Environment,
             local: Container[str], start: Callable[[Environment], None]) -> None:
        inner = Environment(env)
        for name in bound_names(node.body):
            # Assigned by an earlier round, perhaps; a straight read in the first would fail.
            inner.own[name] = (env.get(name) or frozenset()) | ANY
        if isinstance(node, ast.While) and truth(node.test) is False:
            inner.state = inner.DEAD
        start(inner)
        self.body(node.body, inner, local)
        inner.state = inner.ALIVE  # some round may have gone on
        env.join([Environment(env), inner])
        self.body(node.orelse, env, local)

    def do_Try(self, node: Any, env: Environment, local: Container[str]) -> None:
        before = self.guard
        body = Environment(env)
        self.guard += any(guards(handler) for handler in node.handlers)
        self.body(node.body, body, local)
        self.guard = before
        ended = body.state
        ends = [Environment(body)]
        ends[0].state = ended
        self.body(node.orelse, ends[0], local)
        for handler in node.handlers:
            end = Environment(body)  # its beginning or its end, joined below
            for name in body.own:
                end.own[name] = (env.get(name) or frozenset()) | (body.get(name) or frozenset()) \
                    or None
            if handler.type is not None:
                self.read(handler.type, end, local)
            if handler.name:
                end.set(handler.name, ANY)
            self.guard += falls_back(handler)
            self.body(handler.body, end, local)
            self.guard = before
            ends.append(end)
        for end in ends:  # what the body assigned belongs to each end
            end.own = {**body.own, **end.own}
        env.join(ends)
        self.body_at_last(node.finalbody, env, local)

    do_TryStar = do_Try

    def body_at_last(self, statements: Sequence[ast.stmt], env: Environment,
                     local: Container[str]) -> None:
        """`finally` runs whatever went before."""
        state, env.state = env.state, env.ALIVE
        self.body(statements, env, local)
        env.state = max(state, env.state)

    def do_With(self, node: Union[ast.With, ast.AsyncWith], env: Environment,
                local: Container[str]) -> None:
        before = self.guard
        for item in node.items:
            self.read(item.context_expr, env, local)
            self.guard += expects_error(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, item.context_expr, env, local)
        expected = self.guard > before
        state = env.state
        self.body(node.body, env, local)
        if expected:
            env.state = state
        self.guard = before

    do_AsyncWith = do_With

    def do_Match(self, node: Any, env: Environment, local: Container[str]) -> None:
        self.read(node.subject, env, local)
        ends = [Environment(env)]
        for case in node.cases:
            end = Environment(env)
            for name in bound_names([case.pattern]):
                end.set(name, ANY)
            self.read(case.pattern, end, local)
            if case.guard is not None:
                self.read(case.guard, end, local)
            self.body(case.body, end, local)
            ends.append(end)
        env.join(ends)


def _breaks(loop):
    """Tells whether a loop's own body has a `break`."""
    todo = list(loop.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            todo.extend(node.orelse)
        elif isinstance(node, ast.stmt) or type(node).__name__ in ("ExceptHandler", "match_case"):
            todo.extend(ast.iter_child_nodes(node))
    return False
