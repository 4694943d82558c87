"""The document's model in today's Keras, with the weights and Adam's memory of TensorFlow 1's.

Shapes: B batch, T_in and T_out time, V vocabulary, E embedding, H hidden units. Keras 3 comes with
TensorFlow 2.16 and later; it is imported where it is used.
"""

import types
from typing import Any

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.weights import gates
from seq2seq_graph.weights import keras_options as options

NAME = "sources_of_{}_targets_of_{}"  # a model's; Keras keeps it when it saves anew
SAFE_TO_READ = (3, 9)  # in older ones a file could run code of its own as it was read


def require_keras(reading: bool = False) -> types.ModuleType:
    """Imports Keras 3.

    Args:
      reading: whether a file of somebody else's is to be read.

    Raises:
      InputError: it is not there, or is older than SAFE_TO_READ where a file is to be read.
    """
    try:
        import keras
    except Exception as error:  # an old Keras fails in ways of its own beside another TensorFlow
        raise InputError(f"Keras 3 is needed: pip install 'tensorflow>=2.16' ({error})") from None
    if not hasattr(keras, "version") or int(keras.version().split(".")[0]) < 3:
        raise InputError("Keras 3 is needed, an older one is here: pip install 'tensorflow>=2.16'")
    if reading and tuple(map(int, keras.version().split(".")[:2])) < SAFE_TO_READ:
        raise InputError(
            f"Keras {keras.version()} may run code that stands in a .keras file; to read one: "
            f"pip install 'keras>={'.'.join(map(str, SAFE_TO_READ))}'")
    return keras


def build(config: ModelConfig) -> Any:
    """Builds the model: [encoder_inputs, decoder_targets] -> decoder_logits [B, T_out, V].

    Line for line the document's graph, with the configuration's corrections of the encoder; read
    it beside `model.build_training_graph`. Its forget biases are Keras': 1.0 is in the bias.

    The embeddings' regularizers weigh nothing, but make their gradients dense. Without one Keras'
    Adam (3.15) squares each part of the gradient of a row that a batch looks up more than once,
    and adds the squares; TensorFlow 1's adds the parts and squares the sum.

    Dropout stands where the graph has it and is at work in `fit` alone; its draws are Keras', not
    the graph's. `rnn`, `towers` and `sparse_labels` change no number and have no counterpart.

    Args:
      config: with `cut_batches` any length is taken; the model's name tells the longest ones.

    Raises:
      InputError: Keras 3 is not there, or an option has no place in the model.
    """
    gates.require_place(config, "Keras")
    keras = require_keras()
    documents = options.documents(config)  # what is not stands in `keras_options`
    layers, ops = keras.layers, keras.ops
    cut, rate = config.cut_batches, config.dropout
    max_input_length = None if cut else config.max_input_length
    max_output_length = None if cut else config.max_output_length
    encoder_inputs = keras.Input([max_input_length], dtype="int32", name="encoder_inputs")
    decoder_targets = keras.Input([max_output_length], dtype="int32", name="decoder_targets")

    sources = _reversed(ops, encoder_inputs) if config.reverse_source else encoder_inputs
    encoder_inputs_embedded = layers.Embedding(
        config.vocab_size, config.encoder_embedding_size, mask_zero=config.stop_at_length,
        embeddings_regularizer=keras.regularizers.L2(0.0), name="encoder_embedding",
    )(sources)  # [B, T_in, E]
    if rate:
        encoder_inputs_embedded = layers.Dropout(rate)(encoder_inputs_embedded)
    if documents:
        encoder_lstm = layers.LSTM(config.encoder_hidden_units, return_state=True, name="encoder")
        _, *encoder_states = encoder_lstm(encoder_inputs_embedded)  # h and c, [B, H]
    else:
        encoded = options.encode(keras, config, sources, encoder_inputs_embedded)

    start = ops.full_like(decoder_targets[:, :1], config.start_token)  # [B, 1]
    decoder_inputs = ops.concatenate([start, decoder_targets[:, :-1]], 1)  # [B, T_out]
    decoder_embedding = layers.Embedding(
        config.vocab_size, config.decoder_embedding_size,
        embeddings_regularizer=keras.regularizers.L2(0.0), name="decoder_embedding",
    )
    decoder_inputs_embedded = decoder_embedding(decoder_inputs)  # [B, T_out, E]
    if rate:
        decoder_inputs_embedded = layers.Dropout(rate)(decoder_inputs_embedded)
    if documents:
        decoder_lstm = layers.LSTM(
            config.decoder_hidden_units, return_sequences=True, name="decoder")
        decoder_outputs = decoder_lstm(decoder_inputs_embedded, initial_state=encoder_states)
    else:
        decoder_outputs = options.decode(
            keras, config, decoder_inputs_embedded, encoded, decoder_targets)
    if rate:
        decoder_outputs = layers.Dropout(rate)(decoder_outputs)

    if config.tied_embeddings:
        decoder_logits = options.tied_logits(
            keras, config, decoder_outputs, decoder_embedding, decoder_targets)
    else:
        decoder_logits = layers.Dense(config.vocab_size, name="projection")(decoder_outputs)
    name = NAME.format(config.max_input_length, config.max_output_length)
    return keras.Model([encoder_inputs, decoder_targets], decoder_logits, name=name)


def _reversed(ops, ids):
    """Turns each source of int32 [B, T_in] round and leaves its padding behind it."""
    real = ops.cast(ops.not_equal(ids, 0), "int32")  # [B, T_in]
    length = ops.sum(real, axis=1, keepdims=True)  # [B, 1]
    position = ops.cumsum(ops.ones_like(ids), axis=1) - 1  # [B, T_in]
    source = ops.where(position < length, length - 1 - position, position)
    return ops.take_along_axis(ids, source, axis=1)


def compile_as(model: Any, config: ModelConfig, training: TrainingConfig) -> None:
    """Compiles with the document's loss and its Adam, or with the configuration's corrections.

    Keras' Adam adds epsilon where TensorFlow 1's does, to the root that is not corrected; only its
    default differs, 1e-7 against 1e-8. There is no `label_smoothing` (Keras has none for labels as
    ids) and no `average`: what trains on here trains on without them.
    """
    keras = require_keras()
    rate = training.learning_rate
    if training.half_life:
        rate = keras.optimizers.schedules.ExponentialDecay(rate, training.half_life, 0.5)
    optimizer = keras.optimizers.Adam(
        rate, epsilon=variables.EPSILON, global_clipnorm=training.clip_norm or None
    )
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=0 if config.mask_padding else None
    )
    model.compile(optimizer, loss)
    optimizer.build(model.trainable_variables)


def set_weights(model: Any, arrays: Arrays) -> None:
    """Sets every weight and, where they are there and the model is compiled, Adam's slots."""
    structure = variables.structure_of(arrays)
    for layer, given in gates.to_layers(arrays).items():
        values = [value.astype(np.float32) for value in given]
        if layer in gates.cells(structure):
            values[2] = values[2] + _forget_bias(values[2])
        for variable, value in zip(model.get_layer(layer).weights, values):
            variable.assign(value.reshape(variable.shape))
    compiled = getattr(model, "optimizer", None) is not None
    if compiled and variables.has_slots(arrays, variables.names(structure)):
        model.optimizer.iterations.assign(variables.adam_steps(arrays))
        slots = _slot_variables(model, structure)
        for slot in variables.SLOTS:
            for layer, values in gates.to_layers(arrays, slot).items():
                for variable, value in zip(slots[layer, slot], values):
                    variable.assign(value.reshape(variable.shape))


def get_weights(model: Any) -> Arrays:
    """Reads what `set_weights` sets, under TensorFlow 1's names; 1.0 is taken off each f.

    Raises:
      InputError: a layer of `build` is missing, or is of another form.
    """
    structure = structure_of(model)
    names = gates.layers_of(structure)
    try:
        layers = {name: model.get_layer(name).get_weights() for name in names}
        for cell in gates.cells(structure):
            layers[cell][2] = layers[cell][2] - _forget_bias(layers[cell][2])
        arrays = arrays_of(layers)
    except (ValueError, IndexError, KeyError) as error:
        raise InputError(
            f"needs the layers {', '.join(names)} of "
            f"seq2seq_graph.weights.keras_twin: {error}"
        ) from None
    if type(getattr(model, "optimizer", None)).__name__ == "Adam" and model.optimizer.built:
        slots = _slot_variables(model, structure)
        for slot in variables.SLOTS:
            values = {name: [v.numpy() for v in slots[name, slot]] for name in names}
            arrays.update(arrays_of(values, slot))
        powers = variables.beta_powers(int(model.optimizer.iterations.numpy()))
        arrays.update(zip(variables.POWERS, powers))
    return arrays


def structure_of(model: Any) -> variables.Structure:
    """Reads from a model's layers which options made them."""
    return gates.structure_of(layer.name for layer in model.layers)


def arrays_of(layers: gates.Layers, slot: str = "") -> Arrays:
    """Joins layers of the model, or their gradients or slots, by TensorFlow 1's names."""
    shaped = {name: [value.reshape(() if name == "attention_g" else -1) for value in values]
              for name, values in layers.items() if name in gates.PLAIN}
    return gates.from_layers({**layers, **shaped}, slot)


def _forget_bias(bias):
    return gates.swap_gates(gates.forget_bias(len(bias) // 4))


def _slot_variables(model, structure):
    """Returns (layer, slot) -> Adam's variables, in the order of the layer's weights."""
    optimizer = model.optimizer
    moments = dict(zip(variables.SLOTS, (optimizer._momentums, optimizer._velocities)))
    place = {variable.path: i for i, variable in enumerate(optimizer._trainable_variables)}
    return {
        (layer, slot): [values[place[v.path]] for v in model.get_layer(layer).trainable_variables]
        for layer in gates.layers_of(structure) for slot, values in moments.items()
    }
