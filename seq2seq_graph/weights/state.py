"""A model outside its graph: arrays by the names of the variables, and its configuration."""

import dataclasses
from typing import Iterable, NamedTuple, Optional, Tuple

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.options import averaging
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.runs import formats
from seq2seq_graph.variables import (
    POWERS,
    SLOTS,
    has_slots,
    names,
    shapes,
    sizes_of,
    structure_of,
)


class State(NamedTuple):
    """A model that may be trained on: all of it but its vocabularies."""

    arrays: Arrays  # by the names of TensorFlow 1's variables, slots among them
    model: ModelConfig
    training: TrainingConfig
    notes: Tuple[str, ...] = ()  # what was not found where it was read, or left there


def used(state: State) -> State:
    """Returns the model that is used rather than trained on.

    That is the moving averages of the weights and nothing else, where a run has kept them
    (`averaging`); a model without them as it is.
    """
    averages = {name: name + averaging.SUFFIX for name in names(state.model)}
    if any(average not in state.arrays for average in averages.values()):
        return state
    return state._replace(
        arrays={name: state.arrays[average] for name, average in averages.items()})


def trained(state: State) -> State:
    """Returns the weights that are used with Adam's memory, where that is whole; nothing else."""
    state = used(state)
    weights = names(state.model)
    ends = ("", *SLOTS) if has_slots(state.arrays, weights) else ("",)
    kept = [name + end for name in weights for end in ends]
    kept += POWERS if len(ends) > 1 else ()
    return state._replace(arrays={name: state.arrays[name] for name in kept})


def sections_of(state: State) -> dict:
    """Returns what a file of weights holds beside its arrays, for JSON."""
    return {
        **formats.stamp(),
        "model": formats.as_section(state.model),
        "training": formats.as_section(state.training),
    }


def checked(arrays: Arrays, sections: Optional[dict], path: str, config: str,
            notes: Iterable[str] = ()) -> State:
    """Makes a State of what a file holds.

    Args:
      arrays: the file's.
      sections: what `sections_of` wrote, or a run's config.json; None where there was none: then
        the sizes are the arrays' and all else is the default, which `notes` says.
      path, config: the files of the two, for the errors.
      notes: what else is to be said.

    Raises:
      InputError: a weight is missing, is not of numbers, or contradicts the configuration; the
        configuration cannot be used, or a later version of this package wrote it.
    """
    _check_kinds(arrays, path)
    if sections is None:
        made = structure_of(arrays)._asdict().items()
        shown = ", ".join(
            f"{name}={value}" for name, value in made if value != getattr(ModelConfig, name))
        options = f"its arrays are those of {shown}, all other options" if shown else "options"
        notes = (*notes, f"{path} tells no configuration: {options}, max_input_length and "
                 "max_output_length are the defaults; --config gives a run's config.json")
    sections = {} if sections is None else sections
    sections = formats.upgrade(sections, config) if isinstance(sections, dict) else sections
    for name in ("model", "training"):
        if not isinstance(sections, dict) or not isinstance(sections.get(name, {}), dict):
            raise InputError(f"{config}: not a run's configuration: {name} is no object of fields")
    sizes = dict(sizes_of(arrays), **sections.get("model", {}))
    model = formats.from_section(ModelConfig, sizes, f"{config}: model")
    training = formats.from_section(
        TrainingConfig, sections.get("training", {}), f"{config}: training")
    _check_floats(training, f"{config}: training")
    for name, shape in shapes(model).items():
        for slot in ("", *SLOTS):
            if name not in arrays:
                raise InputError(f"{path}: {name} is missing, which {config} asks for")
            array = arrays.get(name + slot, arrays[name])
            if list(array.shape) != shape:
                raise InputError(
                    f"{path}: {name + slot} has shape {list(array.shape)}, the sizes ask for "
                    f"{shape}"
                )
    return State(arrays, model, training, tuple(notes))


def _check_kinds(arrays, path):
    weights = names(structure_of(arrays))
    missing = [name for name in weights if name not in arrays]
    if missing:
        raise InputError(
            f"{path}: {missing[0]} is missing; there are {', '.join(sorted(arrays)) or 'no arrays'}"
        )
    for name in weights:
        rank = _rank(name)
        if arrays[name].ndim != rank or not arrays[name].size or arrays[name].dtype.kind != "f":
            raise InputError(
                f"{path}: {name} is {arrays[name].dtype} of shape {list(arrays[name].shape)}; it "
                f"must hold floating-point numbers and have {rank} axes"
            )


def _rank(name):
    last = name.rpartition("/")[2]
    return {"attention_g": 0}.get(
        last, 1 if last in ("bias", "biases", "attention_v", "attention_b") else 2)


def _check_floats(config, where):
    """Refuses an integer of hundreds of digits, which JSON allows and no float can be."""
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if field.type is float and isinstance(value, int):
            try:
                float(value)
            except OverflowError:
                digits = len(str(value))
                raise InputError(f"{where}: {field.name} has {digits} digits; no number of the "
                                 "program is as large") from None
