"""The names that the rebuilt modules have, their arguments and defaults, beside the native ones."""

import functools
import inspect

import pytest
from conftest import ON_TF115
from native.rebuilt import TF

# Of contrib.layers: what is for pictures, or for columns of tables.
PICTURES_AND_COLUMNS = """
    GDN RevBlock SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY avg_pool3d bucketized_column
    check_feature_columns conv2d_in_plane conv2d_transpose conv3d_transpose
    convolution2d_in_plane convolution2d_transpose convolution3d_transpose
    create_feature_spec_for_parsing crossed_column embedding_column gdn images_to_sequence
    infer_real_valued_columns input_from_feature_columns joint_weighted_sum_from_feature_columns
    make_place_holder_tensors_for_base_features max_pool3d multi_class_target one_hot_column
    parse_feature_columns_from_examples parse_feature_columns_from_sequence_examples
    real_valued_column recompute_grad regression_target rev_block scattered_embedding_column
    separable_conv2d separable_convolution2d sequence_input_from_feature_columns
    sequence_to_images shared_embedding_columns sparse_column_with_hash_bucket
    sparse_column_with_integerized_feature sparse_column_with_keys
    sparse_column_with_vocabulary_file spatial_softmax transform_features weighted_sparse_column
    weighted_sum_from_feature_columns
"""
LEFT_OUT = {
    "nn.rnn_cell": set(),
    "contrib.rnn": set(),
    "contrib.grid_rnn": {"absolute_import", "division", "namedtuple", "print_function"},
    "layers": set(),
    "contrib.layers": set(PICTURES_AND_COLUMNS.split()),
    "contrib.seq2seq": set(),
    "contrib.legacy_seq2seq": set(),
    "contrib.crf": set(),
}
pytestmark = pytest.mark.skipif(
    not ON_TF115, reason="needs TensorFlow 1.15 in this process: run the suite on it")


def arguments(function):
    """Gives name, kind and default of each argument; objects as defaults are all alike."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    plain = (int, float, str, bool, type(None), tuple, list)
    ones = ((1, 1), (1, 1, 1))  # as good as 1, for two or three dimensions
    return [(p.name, p.kind, 1 if p.default in ones else p.default)
            if isinstance(p.default, plain) else (p.name, p.kind, "object") for p in parameters]


def hidden(listed):
    """Whether a decorator hides a native function's own arguments."""
    names = [name for name, _, _ in listed or []]
    return names[-2:] == ["args", "kwargs"] or names[:1] == ["instance"] or not listed


def differences(native, rebuilt, label):
    if not hidden(arguments(native)) and arguments(native) != arguments(rebuilt):
        yield f"{label}: {arguments(rebuilt)}, natively {arguments(native)}"


def of_class(native, rebuilt, name):
    yield from differences(native.__init__, rebuilt.__init__, name)
    for member in dir(native):
        if member.startswith("_") and member != "__call__":
            continue
        there = getattr(native, member)
        if not hasattr(rebuilt, member):
            yield f"{name}.{member} is missing"
        elif isinstance(there, property) != isinstance(getattr(rebuilt, member), property):
            yield f"{name}.{member}: a property on one side"
        elif callable(there):
            yield from differences(there, getattr(rebuilt, member), f"{name}.{member}")


@pytest.mark.parametrize("path", LEFT_OUT)
def test_names_arguments_and_defaults_are_the_native_ones(path):
    import tensorflow

    native = functools.reduce(getattr, path.split("."), tensorflow)
    rebuilt = functools.reduce(getattr, path.split("."), TF)
    missing, found = set(), []
    for name in dir(native):
        there = getattr(native, name)
        if name.startswith("_") or inspect.ismodule(there):
            continue
        here = getattr(rebuilt, name, None)
        if here is None:
            missing.add(name)
        elif inspect.isclass(there):
            found += of_class(there, here, name)
        elif callable(there):
            found += differences(there, here, name)
    assert missing == LEFT_OUT[path]
    assert found == []
