"""One model from one form into another, and all that is to be said of it."""

from typing import Dict, List, Optional, Tuple

from seq2seq_graph import variables
from seq2seq_graph.errors import InputError
from seq2seq_graph.weights import forms, legacy_names
from seq2seq_graph.weights.state import used


def names_needed(source: str) -> Optional[Tuple[Dict[str, str], str]]:
    """Looks whether a checkpoint or an `.npz` has other names than this package's.

    Returns:
      None if no names are needed; else a mapping found by shape, this package's name -> the
      file's, and its lines to be shown.

    Raises:
      InputError: as `forms.read` and `legacy_names.find`.
    """
    arrays = forms.read_arrays(source)
    if arrays is None or legacy_names.has_own_names(arrays):
        return None
    names = legacy_names.find(arrays, source)
    return names, legacy_names.listed(names, arrays)


def convert(
    source: str, target: str, names: Optional[Dict[str, str]] = None, config: Optional[str] = None
) -> List[str]:
    """Reads a model, writes it, reads it again and compares.

    Args:
      source, target: paths, see `forms`.
      names, config: as for `forms.read`.

    Returns:
      What to tell: how much was written, and line by line whatever was not found, left behind,
      or came back as another number.

    Raises:
      InputError: as `forms.read` and `forms.write`, or Adam's memory is none of this program's.
    """
    forms.require_new(target)
    state = forms.read(source, names, config)
    weights = variables.names(state.model)
    steps = _adams_steps(state, source)
    behind = forms.left_behind(state, target)
    forms.write(state, target)
    lines = list(state.notes)
    if behind and used(state) is not state:
        lines.append("the moving averages are taken; the weights of the last step, and Adam's "
                     "memory of them, are left behind")
        ends = ("", *variables.SLOTS)
        theirs = {name + end for name in weights for end in ends} | set(variables.POWERS)
        behind, state, steps = sorted(set(behind) - theirs), used(state), ""
    count = sum(state.arrays[name].size for name in weights)
    lines.append(f"{source} -> {target}: {count:,} weights{steps}")
    if behind:
        lines.append(f"left behind, having no place there: {', '.join(behind)}")
    return lines + forms.changed(state, target)


def _adams_steps(state, path):
    """Says how many steps Adam remembers; nothing where it does not."""
    if not variables.has_slots(state.arrays, variables.names(state.model)):
        return ""
    try:
        return f", Adam's memory of {variables.adam_steps(state.arrays)} steps"
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: Adam's memory is damaged: {error}") from None
