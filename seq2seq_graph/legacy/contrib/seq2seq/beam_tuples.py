"""What a beam search hands from step to step and gives in the end.

Shapes: B batch, W beam width, T the memory's time.
"""

import collections


class BeamSearchDecoderState(
    collections.namedtuple(
        "BeamSearchDecoderState",
        ("cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"),
    )
):
    """The beams so far.

    Fields:
      cell_state: the cell's, [B, W, ...].
      log_probs: [B, W], of each beam.
      finished: boolean [B, W].
      lengths: int64 [B, W], the end token counted.
      accumulated_attention_probs: [B, W, T] with a coverage penalty, else `()`.
    """


class BeamSearchDecoderOutput(
    collections.namedtuple("BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids"))
):
    """One step: `scores` [B, W], `predicted_ids` and `parent_ids` int32 [B, W]."""


class FinalBeamSearchDecoderOutput(
    collections.namedtuple(
        # The inner name is the old one: it is what `_fields`' owner prints.
        "FinalBeamDecoderOutput",
        ("predicted_ids", "beam_search_decoder_output"),
    )
):
    """`predicted_ids` int32 [B, T_out, W], the best beam first, and all steps as they were."""
