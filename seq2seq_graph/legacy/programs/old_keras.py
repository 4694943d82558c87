"""Names that Keras gave its variables on TensorFlow 1.15, by which a Saver's checkpoint knows them.

tf_keras, and TensorFlow's own Keras up to 2.15, put a scope of the cell around a recurrent layer's
variables, `lstm/lstm_cell/kernel`; then it was `lstm/kernel`.
"""

import contextlib
import types
from typing import Callable, Dict

_HOMES = ("tf_keras.src", "keras.src", "keras")


class _WithoutScopes(types.ModuleType):
    """Keras' backend as a module sees it that opens a name scope for a cell alone."""

    def __init__(self, backend):
        super().__init__(backend.__name__)
        self._backend = backend

    def __getattr__(self, name):
        return getattr(self._backend, name)

    @staticmethod
    def name_scope(name: str) -> contextlib.nullcontext:
        return contextlib.nullcontext()


def _build_without_scopes(module) -> None:
    if hasattr(module, "backend"):  # Keras 3, in a module of the same name, has none
        module.backend = _WithoutScopes(module.backend)


def _old_snake_case(module) -> None:
    """`ConvLSTM2D` was `conv_lst_m2d`."""
    from seq2seq_graph.legacy.layer_names import snake_case  # not before the old tree stands

    module.to_snake_case = snake_case


# Module -> what is done to it once it is loaded.
LATE: Dict[str, Callable] = {
    f"{home}.{module}": change
    for home in _HOMES
    for module, change in (
        ("layers.rnn.base_rnn", _build_without_scopes),
        ("layers.rnn.stacked_rnn_cells", _build_without_scopes),
        ("utils.generic_utils", _old_snake_case),
    )
}
