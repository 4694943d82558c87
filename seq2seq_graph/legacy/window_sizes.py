"""What convolutions and pooling are told of their windows, checked, and what it makes of a size."""

from typing import Optional, Sequence, Tuple

from seq2seq_graph.legacy.argument_types import Sides


def sizes_of(value: Sides, rank: int, name: str) -> Tuple[int, ...]:
    """Gives one int for each dimension of an int or a list of them.

    Raises:
      ValueError: another number of them, or something else.
    """
    try:
        sizes = (int(value),) * rank if isinstance(value, int) else tuple(int(v) for v in value)
    except (TypeError, ValueError):
        sizes = ()
    if len(sizes) != rank:
        raise ValueError(f"{name}={value!r}: give an int or {rank} of them")
    return sizes


def check_word(value: str, name: str, known: Sequence[str]) -> str:
    """Gives a word in small letters; raises ValueError if it is none of the known ones."""
    word = value.lower() if isinstance(value, str) else value
    if word not in known:
        raise ValueError(f"{name}={value!r}: give one of {', '.join(known)}")
    return word


def length(size: Optional[int], window: int, stride: int, dilation: int,
           padding: str) -> Optional[int]:
    """Gives how many places a window has along a size; None where that is not known."""
    if size is None:
        return None
    reach = window + (window - 1) * (dilation - 1)
    places = size if padding in ("same", "causal") else size - reach + 1
    return (places + stride - 1) // stride
