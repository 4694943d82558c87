"""Follows names through a program: what each read of a name may stand for. No TensorFlow.

Statements are taken in order; branches are joined; what a loop assigns is unknown inside it; a
function's body sees the module as it is at its end. Every read of a name, or of `self.name`, is
given the `Value`s that it may have; nothing is guessed.
"""

import ast
import builtins
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Tuple

GUARDS = ("AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "Exception",
          "BaseException")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ALWAYS = set(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__", "__path__",
                                "__package__", "__spec__", "__loader__", "__class__",
                                "__annotations__", "__module__", "__qualname__", "WindowsError"}


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


def follow(tree: ast.Module, given: FrozenSet[str]) -> Flow:
    """Follows a whole program."""
    walker = _Walker(tree, given)
    walker.module()
    undefined = [] if _hides_names(tree) else walker.undefined
    return Flow(walker.values, frozenset(walker.guarded), walker.parents, undefined)


def _hides_names(tree):
    """Tells whether names may come from where the text does not show them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (
                "globals", "locals", "vars", "exec", "eval", "execfile"):
            return True
        if isinstance(node, ast.Name) and node.id == "get_ipython":
            return True
    return False


def bound_names(node, inside=True):
    """Names that a scope's statements bind, nested scopes left out."""
    names, todo = set(), list(ast.iter_child_nodes(node)) if inside else [node]
    while todo:
        child = todo.pop()
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(child.name)
            continue
        if isinstance(child, (ast.Lambda, *_COMPREHENSIONS)):
            continue
        if isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
            names.add(child.id)
        elif isinstance(child, (ast.Import, ast.ImportFrom)):
            names.update((a.asname or a.name).split(".")[0] for a in child.names)
        elif type(child).__name__ in ("ExceptHandler", "MatchAs", "MatchStar") and child.name:
            names.add(child.name)
        elif isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store):
            names.add(ast_key(child))
        todo.extend(ast.iter_child_nodes(child))
    return {name for name in names if name}


def ast_key(node):
    """The key under which an environment keeps a name or an attribute of `self`; else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) \
            and node.value.id == "self":
        return "self." + node.attr
    return None


class _Walker:
    def __init__(self, tree, given):
        self.tree, self.values, self.guarded, self.undefined = tree, {}, set(), []
        self.parents = {c: p for p in ast.walk(tree) for c in ast.iter_child_nodes(p)}
        self.module_names = bound_names(tree) | self._declared_global()
        self.known = _ALWAYS | given
        self.reported, self.later, self.guard = set(), [], 0

    def _declared_global(self):
        return {name for n in ast.walk(self.tree) if isinstance(n, ast.Global) for name in n.names}

    def module(self):
        # What functions assign by `global` may be there whenever the module reads it.
        env: Environment = {n: frozenset([UNKNOWN]) for n in self._declared_global()}
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
        inner = {d for s in body for f in ast.walk(s) if isinstance(f, _FUNCTIONS)
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

    def defer(self, node, env, local):
        # What an enclosing function has bound is seen; the module is taken at its end.
        scope = {} if local is self.module_names else env
        if local is not self.module_names:
            scope = {**{n: frozenset([UNKNOWN]) for n in local}, **env}
        self.later.append((node, scope, self.guard))

    def do_ClassDef(self, node, env, local):
        for expression in node.decorator_list + node.bases + [k.value for k in node.keywords]:
            self.read(expression, env, local)
        inner = dict(env)
        self.body(node.body, inner, local)
        env[node.name] = frozenset([Value(node=node)])

    def do_If(self, node, env, local):
        self.read(node.test, env, local)
        guard = _tests_version(node.test)
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
        guard = any(_guards(handler) for handler in node.handlers)
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
            guard = guard or _expects_error(item.context_expr)
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

    # Expressions.

    def read(self, node, env, local):
        self.mark(node)
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                self.name(node, env, local)
            elif isinstance(node.ctx, ast.Store):
                env[node.id] = frozenset([UNKNOWN])
        elif isinstance(node, _FUNCTIONS):
            for default in node.args.defaults + [d for d in node.args.kw_defaults if d]:
                self.read(default, env, local)
            self.defer(node, env, local)
        elif isinstance(node, _COMPREHENSIONS):
            self.comprehension(node, env, local)
        elif isinstance(node, ast.IfExp) and _tests_version(node.test):
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


def _guards(handler):
    if handler.type is None:
        return True
    return any(isinstance(n, ast.Name) and n.id in GUARDS for n in ast.walk(handler.type))


def _expects_error(context):
    """Tells `pytest.raises(...)`, `self.assertRaises(...)` and `contextlib.suppress(...)`."""
    function = getattr(context, "func", None)
    return getattr(function, "attr", getattr(function, "id", "")) in (
        "raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "suppress")


def _tests_version(test):
    for node in ast.walk(test):
        word = getattr(node, "id", None) or getattr(node, "attr", None) or ""
        if word == "hasattr" or "version" in word.lower() or word.lower() in (
                "tf2", "is_tf2", "py2", "py3"):
            return True
    return False
