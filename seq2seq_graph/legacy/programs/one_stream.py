"""One dataset that shuffles and repeats, as TensorFlow 1.15's kernel did it, made of others.

Its rows are drawn, over all repetitions, from one stream of random numbers.
"""

from typing import Any, Tuple

import numpy as np
import tensorflow.compat.v1 as v1

SMALL = 4096  # bytes of a row


def one_stream(rows: Any, size: v1.Tensor, seed: v1.Tensor, seed2: v1.Tensor,
               times: v1.Tensor) -> Any:
    """Gives the dataset of TensorFlow 1.15's kernel ShuffleAndRepeatDataset.

    Args:
      rows: a dataset, of any structure.
      size: int64 scalar, how many rows the buffer holds.
      seed, seed2: int64 scalars.
      times: int64 scalar, how often the rows are gone through; -1 for ever.
    """
    spec = rows.element_spec
    if not _is_small(spec):
        rows = rows.map(_pack)
    row = rows.element_spec

    @v1.autograph.experimental.do_not_convert
    def step(state, block):
        drawn, held = state
        block = v1.nest.flatten(block)
        numbers = [v1.shape(part[0], out_type=v1.int64)[0] for part in (held, block)]
        out, kept = v1.numpy_function(
            draw, [seed, seed2, size, drawn, *numbers], [v1.int64, v1.int64])
        out.set_shape([None])
        kept.set_shape([None])
        places = [v1.range(numbers[0]), numbers[0] + v1.range(numbers[1])]
        both = [v1.raw_ops.DynamicStitch(  # `concat` has no kernel for variants
            indices=[v1.cast(place, v1.int32) for place in places], data=list(parts))
            for parts in zip(held, block)]
        drawn += v1.shape(out, out_type=v1.int64)[0]
        goes_on = (drawn > 0) | (numbers[1] > 0)  # else there are no rows at all
        leaving = v1.nest.pack_sequence_as(row, [v1.gather(part, out) for part in both])
        return (drawn, tuple([v1.gather(part, kept) for part in both])), (leaving, goes_on)

    end = v1.data.Dataset.from_tensors(0).map(lambda _: v1.nest.pack_sequence_as(row, _none(row)))
    blocks = rows.batch(size // 8 + 1).concatenate(end).repeat(times)
    drawn = blocks.scan((v1.constant(0, v1.int64), tuple(_none(row))), step)
    drawn = drawn.take_while(lambda rows, goes_on: goes_on).map(lambda rows, _: rows).unbatch()
    return drawn if _is_small(spec) else drawn.map(_unpacks(spec))


def _is_small(spec) -> bool:
    """Tells whether rows may be copied: else the buffer holds them as variants, which is slower."""
    parts = v1.nest.flatten(spec)
    return all(isinstance(part, v1.TensorSpec) and part.shape.is_fully_defined()
               and part.dtype != v1.variant for part in parts) and sum(
                   part.shape.num_elements() * part.dtype.size for part in parts) <= SMALL


@v1.autograph.experimental.do_not_convert
def _pack(*row):
    row = v1.nest.flatten(row if len(row) > 1 else row[0], expand_composites=True)
    return v1.raw_ops.OptionalFromValue(components=row)


def _unpacks(spec):
    parts = v1.nest.flatten(spec, expand_composites=True)

    @v1.autograph.experimental.do_not_convert
    def unpack(row):
        row = v1.raw_ops.OptionalGetValue(
            optional=row, output_types=[part.dtype for part in parts],
            output_shapes=[part.shape for part in parts])
        return v1.nest.pack_sequence_as(spec, row, expand_composites=True)

    return unpack


def _none(row):
    """Gives no rows, as one tensor of each part."""
    return [_no_variants() if part.dtype == v1.variant else v1.zeros([0, *part.shape], part.dtype)
            for part in v1.nest.flatten(row)]


def _no_variants():
    """An empty vector of variants, of which no constant can be made."""
    shape = v1.zeros([0], v1.int32)
    nothing = v1.raw_ops.EmptyTensorList(
        element_shape=shape, max_num_elements=0, element_dtype=v1.variant)
    rows = v1.raw_ops.TensorListStack(
        input_handle=nothing, element_shape=shape, element_dtype=v1.variant, num_elements=0)
    rows.set_shape([None])
    return rows


def draw(seed: int, seed2: int, size: int, drawn: int, held: int,
         new: int) -> Tuple[np.ndarray, np.ndarray]:
    """Draws which rows leave the buffer, in order, and which stay, in order.

    Args:
      seed, seed2: the stream's.
      size: how many rows the buffer holds.
      drawn: how many rows have been drawn before.
      held: how many rows are in the buffer, fewer than `size`.
      new: how many rows come behind them; with 0 the repetition is at its end.
    """
    rows = np.arange(held + new)
    leave = max(0, len(rows) - size + 1) if new else held
    random = stream(int(seed), int(seed2), int(drawn), leave)
    out = np.empty(leave, np.int64)
    for n in range(leave):
        chosen = n + int(random[n]) % (min(n + size, len(rows)) - n)
        out[n] = rows[chosen]
        rows[chosen] = rows[n]
    return out, rows[leave:]


def stream(seed: int, seed2: int, first: int, number: int) -> np.ndarray:
    """Gives numbers of TensorFlow's random stream: Philox 4x32, ten rounds (Salmon et al., 2011).

    Returns: uint64 [number], each below 2**32, from the one with index `first` on.
    """
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    block = np.arange(first // 4, (first + number + 3) // 4, dtype=np.uint64)
    key, high = np.uint64(seed % 2**64), np.full_like(block, seed2 % 2**64)
    counter = [block & low, block >> half, high & low, high >> half]
    keys = [int(key & low), int(key >> half)]
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * counter[0], np.uint64(0xCD9E8D57) * counter[2]
        counter = [(b >> half) ^ counter[1] ^ np.uint64(keys[0]), b & low,
                   (a >> half) ^ counter[3] ^ np.uint64(keys[1]), a & low]
        keys = [(keys[0] + 0x9E3779B9) % 2**32, (keys[1] + 0xBB67AE85) % 2**32]
    return np.stack(counter, 1).reshape(-1)[first % 4:][:number]
