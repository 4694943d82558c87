"""What attention and its like are in PyTorch: LSTMs on top of each other, and the look back.

Shapes: B batch, T time, D input, H hidden units, M the memory's width, H or 2 H. An LSTM's state is
PyTorch's, h before c, each [B, H]. PyTorch is imported where it is used.
"""

from typing import TYPE_CHECKING, Any, Callable, List, Optional, Sequence, Tuple

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.weights import gates, state_dicts
from seq2seq_graph.weights.pytorch_import import require_torch

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import LSTM, Module

_LSTM = (*state_dicts.LSTM, state_dicts.FIXED)


def masks(module: Any, like: "Tensor", count: int) -> List[Any]:
    """Draws what is dropped of each layer's inputs, [B, H], once a sequence; the lowest has none.

    Args:
      module: its `dropout` draws.
      like: float [B, H].
      count: of the layers.
    """
    torch = require_torch()
    return [1.0, *(module.dropout(torch.ones_like(like)) for _ in range(count - 1))]


def run_layers(
    module: Any, cells: Sequence[str], inputs: "Tensor", real: Optional["Tensor"], states: Any,
    residual: bool,
) -> Tuple["Tensor", List[Any]]:
    """Runs LSTMs of the module, each over all steps, the lowest first.

    Args:
      cells: their names.
      inputs: [B, T, D].
      real: bool [B, T]; where it is False outputs are zeros and states are held. None: all T run.
      states: what each begins with.

    Returns:
      outputs, [B, T, H], and each layer's last state.
    """
    last = []
    dropped = masks(module, states[0][0], len(cells))
    for number, (cell, state, mask) in enumerate(zip(cells, states, dropped)):
        read = inputs * mask[:, None] if number else inputs
        outputs, new = _run(getattr(module, cell), read, real, state)
        inputs = inputs + outputs if number and residual else outputs
        last.append(new)
    return inputs, last


def _run(lstm: "LSTM", inputs, real, state):
    torch = require_torch()
    if real is None:
        outputs, last = lstm(inputs, tuple(part[None] for part in state))
        return outputs, tuple(part[0] for part in last)
    # A packed sequence would need the lengths in the memory of the CPU.
    weights = [getattr(lstm, name) for name in _LSTM]
    outputs = []
    for x, is_real in zip(inputs.unbind(1), real[:, :, None].unbind(1)):
        new = torch.lstm_cell(x, state, *weights)
        state = tuple(torch.where(is_real, one, old) for one, old in zip(new, state))
        outputs.append(torch.where(is_real, state[0], torch.zeros_like(state[0])))
    return torch.stack(outputs, 1), state


def looker(
    module: Any, config: ModelConfig, memory: "Tensor", real: Optional["Tensor"]
) -> Callable[["Tensor"], "Tensor"]:
    """Gives the function of queries, [B, T, H], to what goes on to the projection, [B, T, H].

    Args:
      memory: [B, T_in, M].
      real: bool [B, T_in]; nothing is looked at where it is False, but a row's first step always.
    """
    torch = require_torch()
    keys = module.memory_layer(memory)  # [B, T_in, H]
    if config.attention == "bahdanau":
        v = module.attention_v
        v = module.attention_g * v * v.square().sum().rsqrt()
    if real is not None:
        first = torch.arange(real.shape[1], device=real.device) == 0
        hidden = ~(real | first)[:, None]  # [B, 1, T_in]

    def look(queries):
        if config.attention == "luong":
            scores = module.attention_g * torch.matmul(queries, keys.transpose(1, 2))
        else:
            both = module.query_layer(queries)[:, :, None] + keys[:, None]  # [B, T, T_in, H]
            scores = torch.matmul(both.tanh(), v)
        if real is not None:
            scores = scores.masked_fill(hidden, -float("inf"))
        context = torch.matmul(scores.softmax(2), memory)  # [B, T, M]
        return module.attention_layer(torch.cat([queries, context], 2)).tanh()

    return look


def feed(
    module: Any, cells: Sequence[str], inputs: "Tensor", states: Any, residual: bool,
    look: Callable[["Tensor"], "Tensor"],
) -> "Tensor":
    """Runs the decoder's LSTMs step by step, each step reading what the one before looked at.

    Args:
      cells, inputs, states, residual: as for `run_layers`.
      look: from `looker`.

    Returns:
      [B, T, H].
    """
    torch = require_torch()
    states, attended, outputs = list(states), torch.zeros_like(states[0][0]), []
    dropped = masks(module, attended, len(cells))
    weights = [[getattr(getattr(module, cell), name) for name in _LSTM] for cell in cells]
    for x in inputs.unbind(1):
        below = torch.cat([x, attended], 1)
        for number, mask in enumerate(dropped):
            read = below * mask if number else below
            states[number] = torch.lstm_cell(read, states[number], *weights[number])
            h = states[number][0]
            below = below + h if number and residual else h
        attended = look(below[:, None])[:, 0]
        outputs.append(attended)
    return torch.stack(outputs, 1)


def add_layers(module: "Module", config: ModelConfig, shapes: Any) -> None:
    """Gives the module each of `gates.layers_of`, by the shapes of TensorFlow 1's variables."""
    torch = require_torch()
    nn = torch.nn
    cells = gates.cells(config)
    for layer, names in gates.layers_of(config).items():
        rows, *columns = shapes[names[0]] or [1]
        if layer in cells:
            units = columns[0] // 4
            module.add_module(layer, nn.LSTM(rows - units, units, batch_first=True))
        elif layer in gates.PLAIN:
            start = torch.zeros if layer == "projection_bias" else torch.ones
            module.register_parameter(layer, nn.Parameter(start(shapes[names[0]])))
        elif layer.endswith("embedding"):
            module.add_module(layer, nn.Embedding(rows, *columns))
        else:
            module.add_module(layer, nn.Linear(rows, *columns, bias=len(names) > 1))
