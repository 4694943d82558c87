"""The document's model in PyTorch, with the weights and Adam's memory of TensorFlow 1's.

Shapes: B batch, T_in and T_out time, V vocabulary, E embedding, H hidden units. PyTorch is the
extra `pytorch`; it is imported where it is used.
"""

from typing import TYPE_CHECKING, Any, Mapping, Optional

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.weights import gates
from seq2seq_graph.weights.pytorch_import import require_torch

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from torch.optim import Optimizer

_PARAMETERS = {
    "encoder_embedding": ("weight",),
    "encoder": ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0"),
    "decoder_embedding": ("weight",),
    "decoder": ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0"),
    "projection": ("weight", "bias"),
}
_FIXED = "bias_hh_l0"


def build(config: ModelConfig) -> "Module":
    """Builds the module: module(encoder_inputs, decoder_targets) -> decoder_logits [B, T_out, V].

    Each LSTM's second bias, `bias_hh_l0`, is the forget bias: 1.0 for f, 0 elsewhere, and not
    trained. So the first is TensorFlow's to the bit, and moves at TensorFlow's pace; two biases
    that both learn would move twice as far.

    Dropout stands where the graph has it, with PyTorch's draws, and is at work from the start:
    `module.eval()` switches it off. `rnn`, `towers`, `sparse_labels` and `cut_batches` change no
    number of a batch and have no counterpart.

    Raises:
      InputError: PyTorch is not there, or an option has no place in the module.
    """
    gates.require_documents_layers(config, "PyTorch")
    torch = require_torch()
    nn = torch.nn

    class Twin(nn.Module):  # type: ignore[name-defined]
        def __init__(self):
            super().__init__()
            V, H = config.vocab_size, config.encoder_hidden_units
            self.encoder_embedding = nn.Embedding(V, config.encoder_embedding_size)
            self.encoder = nn.LSTM(config.encoder_embedding_size, H, batch_first=True)
            self.decoder_embedding = nn.Embedding(V, config.decoder_embedding_size)
            self.decoder = nn.LSTM(config.decoder_embedding_size, H, batch_first=True)
            self.projection = nn.Linear(H, V)
            self.dropout = nn.Dropout(config.dropout)
            for cell in (self.encoder, self.decoder):
                cell.bias_hh_l0.requires_grad_(False)
                cell.bias_hh_l0.copy_(torch.from_numpy(_forget_bias(H)))

        def forward(self, encoder_inputs, decoder_targets):
            encoder_states = self.encode(encoder_inputs)  # h and c [1, B, H]
            start = torch.full_like(decoder_targets[:, :1], config.start_token)  # [B, 1]
            decoder_inputs = torch.cat([start, decoder_targets[:, :-1]], 1)  # [B, T_out]
            embedded = self.dropout(self.decoder_embedding(decoder_inputs))  # [B, T_out, E]
            decoder_outputs, _ = self.decoder(embedded, encoder_states)  # [B, T_out, H]
            return self.projection(self.dropout(decoder_outputs))  # [B, T_out, V]

        def encode(self, encoder_inputs):
            lengths = (encoder_inputs != 0).sum(1)[:, None]  # [B, 1]
            position = torch.arange(encoder_inputs.shape[1], device=encoder_inputs.device)  # [T_in]
            if config.reverse_source:
                turned = lengths - 1 - position
                source = torch.where(turned >= 0, turned, position)  # [B, T_in]
                encoder_inputs = encoder_inputs.gather(1, source)
            embedded = self.dropout(self.encoder_embedding(encoder_inputs))  # [B, T_in, E]
            if not config.stop_at_length:
                return self.encoder(embedded)[1]
            # A packed sequence would need the lengths in the memory of the CPU.
            weights = [getattr(self.encoder, name) for name in (*_PARAMETERS["encoder"], _FIXED)]
            h = c = embedded.new_zeros(len(embedded), self.encoder.hidden_size)  # [B, H]
            for t, x in enumerate(embedded.unbind(1)):
                new_h, new_c = torch.lstm_cell(x, (h, c), *weights)
                h, c = (torch.where(t < lengths, new, old) for new, old in ((new_h, h), (new_c, c)))
            return h[None], c[None]  # each [1, B, H]

    with torch.no_grad():
        return Twin()


def loss(decoder_logits: "Tensor", decoder_targets: "Tensor", config: ModelConfig) -> "Tensor":
    """Returns the document's mean loss, or the one over real tokens with `mask_padding`.

    `label_smoothing` is left out.
    """
    torch = require_torch()
    return torch.nn.functional.cross_entropy(
        decoder_logits.flatten(0, 1),
        decoder_targets.flatten().long(),
        ignore_index=0 if config.mask_padding else -100,
    )


def adam(module: "Module", learning_rate: float) -> "Optimizer":
    """Makes TensorFlow 1's Adam of PyTorch's, which divides by sqrt(v / (1 - beta2**t)) + eps.

    TensorFlow's epsilon stands beside sqrt(v), so before each step t PyTorch's is set to
    1e-8 / sqrt(1 - beta2**t); nothing else differs. `clip_norm`, `half_life` and `average` are left
    out.
    """
    torch = require_torch()
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, learning_rate, variables.BETAS, variables.EPSILON)

    def set_epsilon(optimizer, args, kwargs):
        del args, kwargs
        steps = {int(state["step"]) for state in optimizer.state.values() if "step" in state}
        epsilon = variables.EPSILON / (1 - variables.BETAS[1] ** (max(steps, default=0) + 1)) ** 0.5
        for group in optimizer.param_groups:
            group["eps"] = epsilon

    optimizer.register_step_pre_hook(set_epsilon)
    return optimizer


def set_weights(module: "Module", arrays: Arrays, optimizer: Optional["Optimizer"] = None) -> None:
    """Sets every weight and, where they are there, the optimizer's memory."""
    torch = require_torch()
    with torch.no_grad():
        for (layer, place), value in _transposed(gates.to_layers(arrays)).items():
            _parameter(module, layer, place).copy_(torch.from_numpy(value))
    if optimizer is None or not variables.has_slots(arrays):
        return
    steps = torch.tensor(float(variables.adam_steps(arrays)))
    moments = [_transposed(gates.to_layers(arrays, slot)) for slot in variables.SLOTS]
    for key in moments[0]:
        parameter = _parameter(module, *key)
        m, v = (torch.from_numpy(moment[key]).clone().to(parameter) for moment in moments)
        optimizer.state[parameter] = {"step": steps.clone(), "exp_avg": m, "exp_avg_sq": v}


def get_weights(module: "Module", optimizer: Optional["Optimizer"] = None) -> Arrays:
    """Reads what `set_weights` sets, under TensorFlow 1's names."""
    arrays = arrays_of_state_dict(module.state_dict())
    if optimizer is not None and optimizer.state:
        for slot, name in zip(variables.SLOTS, ("exp_avg", "exp_avg_sq")):
            values = {
                layer: [_numpy(optimizer.state[_parameter(module, layer, i)][name])
                        for i in range(len(names))]
                for layer, names in _PARAMETERS.items()
            }
            arrays.update(gates.from_layers(_back(values), slot))
        steps = next(iter(optimizer.state.values()))["step"]
        arrays.update(zip(variables.POWERS, variables.beta_powers(int(steps))))
    return arrays


def gradients(module: "Module") -> Arrays:
    """Reads the gradients of the last backward pass, under TensorFlow 1's names."""
    values = {
        layer: [_numpy(_parameter(module, layer, i).grad) for i in range(len(names))]
        for layer, names in _PARAMETERS.items()
    }
    return gates.from_layers(_back(values))


def arrays_of_state_dict(state_dict: Mapping[str, Any]) -> Arrays:
    """Reads a state_dict of the twin's names, whose second biases may have been trained.

    Raises:
      InputError: a name is missing.
    """
    try:
        values = {
            layer: [_numpy(state_dict[f"{layer}.{name}"]) for name in names]
            for layer, names in _PARAMETERS.items()
        }
        for cell in gates.CELLS:
            second = _numpy(state_dict[f"{cell}.{_FIXED}"])
            # Exact where the second bias is this module's own; else rounded, once.
            values[cell][2] = values[cell][2] + (second - _forget_bias(len(second) // 4))
    except KeyError as error:
        raise InputError(
            f"parameter {error} of seq2seq_graph.weights.pytorch_twin is missing; there are "
            f"{', '.join(map(str, state_dict))}"
        ) from None
    return gates.from_layers(_back(values))


def strangers(state_dict: Mapping[str, Any]) -> list:
    """Names the parameters of a state_dict that are none of the twin's, and second biases that
    were trained: those are added to the first, which rounds."""
    own = {f"{layer}.{name}" for layer, names in _PARAMETERS.items() for name in names}
    own |= {f"{cell}.{_FIXED}" for cell in gates.CELLS}
    trained = []
    for cell in gates.CELLS:
        second = _numpy(state_dict[f"{cell}.{_FIXED}"])
        if not np.array_equal(second, _forget_bias(len(second) // 4)):
            trained.append(f"{cell}.{_FIXED} as a bias of its own: it is added to the first")
    return [str(name) for name in state_dict if name not in own] + trained


def _transposed(layers):
    """Returns (layer, place) -> array: PyTorch multiplies by the transposed kernels."""
    return {
        (layer, i): np.ascontiguousarray(_turned(layer, value))
        for layer, values in layers.items() for i, value in enumerate(values)
    }


def _back(values):
    return {layer: [_turned(layer, value) for value in some] for layer, some in values.items()}


def _turned(layer, value):
    return value if "embedding" in layer else value.T


def _parameter(module, layer, place):
    return getattr(getattr(module, layer), _PARAMETERS[layer][place])


def _forget_bias(units):
    return gates.swap_gates(gates.forget_bias(units))


def _numpy(tensor):
    tensor = tensor.detach().cpu()
    if tensor.is_floating_point() and tensor.element_size() < 4:
        tensor = tensor.float()  # exact; NumPy has not all of the small ones
    return tensor.numpy().copy()
