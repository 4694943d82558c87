"""The document's model in PyTorch, with the weights and Adam's memory of TensorFlow 1's.

Shapes: B batch, T_in and T_out time, V vocabulary, E embedding, H hidden units. PyTorch is the
extra `pytorch`; it is imported where it is used.
"""

from typing import TYPE_CHECKING, Optional

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.weights import gates, state_dicts
from seq2seq_graph.weights import pytorch_options as options
from seq2seq_graph.weights.pytorch_import import require_torch

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from torch.optim import Optimizer


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
    gates.require_place(config, "PyTorch")
    config.require_vocab_size()
    torch = require_torch()
    nn = torch.nn

    class Twin(nn.Module):  # type: ignore[name-defined]
        def __init__(self):
            super().__init__()
            # encoder_embedding, encoder, decoder_embedding, decoder and projection; with options
            # others, or more: `gates.layers_of` names them.
            options.add_layers(self, config, variables.shapes(config))
            self.dropout = nn.Dropout(config.dropout)
            for cell in (getattr(self, name) for name in gates.cells(config)):
                cell.bias_hh_l0.requires_grad_(False)
                cell.bias_hh_l0.copy_(torch.from_numpy(state_dicts.forget_bias(cell.hidden_size)))

        def forward(self, encoder_inputs, decoder_targets):
            memory, real, encoder_states = self.encode(encoder_inputs)
            start = torch.full_like(decoder_targets[:, :1], config.start_token)  # [B, 1]
            decoder_inputs = torch.cat([start, decoder_targets[:, :-1]], 1)  # [B, T_out]
            embedded = self.dropout(self.decoder_embedding(decoder_inputs))  # [B, T_out, E]
            decoder_outputs = self.decode(embedded, encoder_states, memory, real)
            return self.project(self.dropout(decoder_outputs))  # [B, T_out, V]

        def encode(self, encoder_inputs):
            lengths = (encoder_inputs != 0).sum(1)[:, None]  # [B, 1]
            position = torch.arange(encoder_inputs.shape[1], device=encoder_inputs.device)  # [T_in]
            if config.reverse_source:
                turned = lengths - 1 - position
                source = torch.where(turned >= 0, turned, position)  # [B, T_in]
                encoder_inputs = encoder_inputs.gather(1, source)
            embedded = self.dropout(self.encoder_embedding(encoder_inputs))  # [B, T_in, E]
            real = position < lengths if config.stop_at_length else None  # [B, T_in]
            zeros = embedded.new_zeros(len(embedded), config.encoder_hidden_units)  # [B, H]
            directions = []
            for number, cells in enumerate(gates.encoder_cells(config)):
                # Turned round, padding comes first, and the state is held at zeros there.
                x, mask = (tensor.flip(1) if number and tensor is not None else tensor
                           for tensor in (embedded, real))
                outputs, states = options.run_layers(
                    self, cells, x, mask, [(zeros, zeros)] * len(cells), config.residual)
                directions.append((outputs.flip(1) if number else outputs, states))
            outputs, states = zip(*directions)
            states = [tuple(torch.cat(part, 1) for part in zip(*both)) for both in zip(*states)]
            return torch.cat(outputs, 2), real, self.bridge(states)

        def bridge(self, states):
            states = gates.from_the_top(states, config.decoder_layers)
            for number, (c, h) in enumerate(gates.bridges(config)):
                layers = getattr(self, h), getattr(self, c)
                states[number] = tuple(layer(x) for layer, x in zip(layers, states[number]))
            return states

        def decode(self, embedded, states, memory, real):
            cells = gates.decoder_cells(config)
            attends = config.attention != "none"
            look = options.looker(self, config, memory, real) if attends else None
            if config.input_feeding:
                return options.feed(self, cells, embedded, states, config.residual, look)
            outputs, _ = options.run_layers(self, cells, embedded, None, states, config.residual)
            return look(outputs) if look else outputs  # [B, T_out, H]

        def project(self, decoder_outputs):
            if config.tied_embeddings:
                weight = self.decoder_embedding.weight
                return nn.functional.linear(decoder_outputs, weight, self.projection_bias)
            return self.projection(decoder_outputs)

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
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for name, value in state_dicts.by_parameter(gates.to_layers(arrays)).items():
            parameters[name].copy_(torch.from_numpy(value))
    weights = variables.names(variables.structure_of(arrays))
    if optimizer is None or not variables.has_slots(arrays, weights):
        return
    steps = torch.tensor(float(variables.adam_steps(arrays)))
    moments = [state_dicts.by_parameter(gates.to_layers(arrays, slot)) for slot in variables.SLOTS]
    for name in moments[0]:
        parameter = parameters[name]
        m, v = (torch.from_numpy(moment[name]).clone().to(parameter) for moment in moments)
        optimizer.state[parameter] = {"step": steps.clone(), "exp_avg": m, "exp_avg_sq": v}


def get_weights(module: "Module", optimizer: Optional["Optimizer"] = None) -> Arrays:
    """Reads what `set_weights` sets, under TensorFlow 1's names."""
    arrays = state_dicts.arrays_of(module.state_dict())
    if optimizer is not None and optimizer.state:
        trained = [(name, optimizer.state[parameter])
                   for name, parameter in module.named_parameters() if parameter.requires_grad]
        for slot, moment in zip(variables.SLOTS, ("exp_avg", "exp_avg_sq")):
            values = {name: state_dicts.numpy_of(state[moment]) for name, state in trained}
            arrays.update(gates.from_layers(state_dicts.by_layer(values), slot))
        steps = next(iter(optimizer.state.values()))["step"]
        arrays.update(zip(variables.POWERS, variables.beta_powers(int(steps))))
    return arrays


def gradients(module: "Module") -> Arrays:
    """Reads the gradients of the last backward pass, under TensorFlow 1's names."""
    return gates.from_layers(state_dicts.by_layer({
        name: state_dicts.numpy_of(parameter.grad) for name, parameter in module.named_parameters()
        if parameter.requires_grad}))
