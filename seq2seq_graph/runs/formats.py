"""The format of a run's files: what each says of it, and how older ones are read. No TensorFlow.

Format 1 is that of version 0.1.0 and says nothing of itself. Format 2 names itself and the version
that wrote it; threads and towers are the machine's, `dense_embeddings` is an option of its own, and
what repeats in a prepared folder is left out.
`metrics.csv` is for other programs and names neither: it is written anew from the progress files.
"""

import dataclasses
from typing import Any, Iterable, Type, TypeVar, Union

from seq2seq_graph import __version__
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError

FORMAT = 2
Config = TypeVar("Config", ModelConfig, TrainingConfig, TextConfig)


def stamp() -> dict:
    """Returns what a file of this version says of itself."""
    return {"format": FORMAT, "version": __version__}


def upgrade(sections: dict, path: str) -> dict:
    """Returns the sections that were read from a file, in today's format and without the stamp.

    Raises:
      InputError: the format is newer than this version's, or no number.
    """
    sections = dict(sections)
    number, version = sections.pop("format", 1), sections.pop("version", "0.1.0")
    if type(number) is not int or number < 1:
        raise InputError(f"{path}: format is {number!r}; it must be an integer of at least 1")
    if number > FORMAT:
        raise InputError(
            f"{path}: written by version {version} in format {number}; this is version "
            f"{__version__}, which reads formats up to {FORMAT}: use version {version} or later"
        )
    return _of_format_1(sections) if number == 1 else sections


def _of_format_1(sections):
    model, training = sections.get("model"), sections.get("training")
    if isinstance(model, dict) and isinstance(training, dict):
        fast = model.get("rnn", "dynamic") != "dynamic"  # which decided it in version 0.1.0
        sections["training"] = {
            "dense_embeddings": fast,
            **{name: value for name, value in training.items() if not name.endswith("_op_threads")},
        }
    text = sections.get("text")
    if isinstance(text, dict) and text.get("kind") == "folder":
        sections["text"] = {**text, "keep_repeats": True}
    if isinstance(model, dict):
        sections["model"] = {name: value for name, value in model.items() if name != "towers"}
    return sections


def as_section(config: Union[ModelConfig, TrainingConfig, TextConfig]) -> dict:
    """Returns a configuration of `config`'s as a section of JSON; `towers` is kept in no file."""
    section = dataclasses.asdict(config)
    section.pop("towers", None)
    return section


def from_section(config_class: Type[Config], section: Any, where: str,
                 required: Iterable[str] = ()) -> Config:
    """Makes `config_class` of a section of a run's `config.json`, field -> value.

    Args:
      config_class: one of `config`'s.
      section: what JSON gave; fields that it lacks take their defaults.
      where: the file, and the section in it, for the errors.
      required: fields that it may not lack.

    Raises:
      InputError: it is no mapping, has a field that there is not, lacks a required one, or a
        value cannot be used.
    """
    if not isinstance(section, dict):
        raise InputError(f"{where} is {section!r}; it must be an object of fields")
    fields = [field.name for field in dataclasses.fields(config_class)]
    for name in section:
        if name not in fields:
            raise InputError(
                f"{where}: there is no field {name!r}; take it out, or use the version of this "
                "package that wrote it"
            )
    for name in required:
        if section.get(name) is None:
            raise InputError(f"{where}: field {name!r} is missing; give it the run's value")
    try:
        return config_class(**section)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
