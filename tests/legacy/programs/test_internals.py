"""The module that touches `tensorflow.python`."""

import importlib

from seq2seq_graph.legacy.programs import internals


def test_private_names_that_this_package_has_are_where_the_table_says():
    for name, where in internals._MOVED.items():
        path, _, attribute = where.partition(":")
        if path.startswith("seq2seq_graph."):
            assert callable(getattr(importlib.import_module(path), attribute)), name
