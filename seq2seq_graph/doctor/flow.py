"""Follows names through a program: what each read of a name may stand for. No TensorFlow.

Statements are taken in order; branches are joined; what a loop assigns is unknown inside it; a
function's body sees the module as it is at its end. Every read of a name, or of `self.name`, is
given the `Value`s that it may have; nothing is guessed. What is never reached is guarded.
"""

import ast
from typing import FrozenSet

from seq2seq_graph.doctor.blocks import Blocks
from seq2seq_graph.doctor.guards import versions
from seq2seq_graph.doctor.scopes import ALWAYS, bound_names, hides_names, within
from seq2seq_graph.doctor.values import ANY, Environment, Flow


def follow(tree: ast.Module, given: FrozenSet[str]) -> Flow:
    """Follows a whole program."""
    walker = _Walker(tree, given)
    walker.module()
    undefined = [] if hides_names(walker.nodes) else walker.undefined
    return Flow(walker.values, frozenset(walker.guarded), walker.parents, undefined, tree,
                walker.nodes, {})


class _Walker(Blocks):
    def __init__(self, tree, given):
        self.tree = tree
        self.nodes, self.parents = [tree], {}
        for node in self.nodes:  # which grows
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.expr_context):
                    self.nodes.append(child)
                    self.parents[child] = node
        self.declared_global = {
            name for n in self.nodes if isinstance(n, ast.Global) for name in n.names}
        self.fields = {}  # class -> self.name -> what earlier methods gave it
        super().__init__(bound_names(tree.body) | self.declared_global, ALWAYS | given,
                         versions(self.nodes))

    def module(self):
        # What functions assign by `global` may be there whenever the module reads it.
        env = Environment(own=dict.fromkeys(self.declared_global, ANY))
        self.body(self.tree.body, env, self.module_names)
        while self.later:
            function, scope, self.guard, self.owner = self.later.popleft()
            self.function(function, scope)

    def function(self, node, scope):
        arguments = node.args
        named = arguments.args + arguments.kwonlyargs + getattr(arguments, "posonlyargs", [])
        named += [a for a in (arguments.vararg, arguments.kwarg) if a]
        parameters = {a.arg for a in named}
        body = node.body if isinstance(node.body, list) else [node.body]
        declared = {name for n in within(body) if isinstance(n, (ast.Global, ast.Nonlocal))
                    for name in n.names}
        local = bound_names(body) - declared - parameters
        fields = self.fields.setdefault(self.owner, {})
        own = {name: None for name in local if not name.startswith("self.")}
        own.update((name, ANY) for name in parameters)
        env = Environment(Environment(scope, own=fields), "function", own)
        self.body(body, env, local)
        for key, values in env.own.items():
            if key.startswith("self."):
                fields[key] = fields.get(key, frozenset()) | values
