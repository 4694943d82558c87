"""What TensorFlow 1's contrib had and the rebuilt tree has not: what it was, for whom, what now.

One row a module or a symbol: what it did, who needs it, what to use instead.
"""

from seq2seq_graph.errors import InputError

ROWS = {
    "contrib.all_reduce": ("sums over devices", "several GPUs", "tf.distribute"),
    "contrib.batching": ("batches calls", "serving", "tf.nondifferentiable_batch_function"),
    "contrib.bayesflow": ("Monte Carlo", "Bayesian models", "tensorflow_probability.mcmc"),
    "contrib.bigtable": ("reads Cloud Bigtable", "Google Cloud", "tensorflow_io"),
    "contrib.boosted_trees": ("boosted trees", "tables of features", "tensorflow_decision_forests"),
    "contrib.checkpoint": ("object checkpoints", "eager programs", "tf.train.Checkpoint"),
    "contrib.cloud": ("reads Google Cloud", "Google Cloud", "tensorflow_io"),
    "contrib.cluster_resolver": ("finds a cluster", "clusters", "tf.distribute.cluster_resolver"),
    "contrib.coder": ("range coding", "compression", "tensorflow_compression"),
    "contrib.constrained_optimization": ("constrained losses", "fairness", "tfco from PyPI"),
    "contrib.copy_graph": ("copies ops between graphs", "graph editing", "tf.import_graph_def"),
    "contrib.distribute": ("several devices", "several GPUs", "tf.distribute"),
    "contrib.estimator": ("estimator parts", "estimators", "tf.estimator.experimental"),
    "contrib.factorization": ("k-means, WALS", "clustering", "scikit-learn"),
    "contrib.feature_column": ("sequence columns", "estimators", "tf.feature_column"),
    "contrib.ffmpeg": ("decodes sound", "sound", "tensorflow_io or tf.audio"),
    "contrib.gan": ("adversarial networks", "GANs", "tensorflow_gan"),
    "contrib.graph_editor": ("edits graphs", "graph surgery", "tf.import_graph_def's input_map"),
    "contrib.hooks": ("a profiling hook", "profiling", "tf.train.ProfilerHook"),
    "contrib.image": (
        "turns and warps pictures", "image models", "tf.raw_ops.ImageProjectiveTransformV3"),
    "contrib.input_pipeline": ("mixes sources", "input", "tf.data"),
    "contrib.integrate": ("odeint", "differential equations", "tensorflow_probability.math.ode"),
    "contrib.kernel_methods": ("kernel features", "kernel machines", "scikit-learn"),
    "contrib.labeled_tensor": ("named axes", "named axes", "xarray around the numbers"),
    "contrib.linalg": ("linear operators", "linear algebra", "tf.linalg"),
    "contrib.linear_optimizer": ("SDCA", "linear models", "scikit-learn"),
    "contrib.lite": ("phones", "phones", "tf.lite"),
    "contrib.memory_stats": ("memory in use", "GPUs", "tf.config.experimental.get_memory_info"),
    "contrib.mixed_precision": ("loss scales", "half precision", "tf.mixed_precision"),
    "contrib.model_pruning": ("prunes weights", "small models", "tensorflow_model_optimization"),
    "contrib.nccl": ("sums over GPUs", "several GPUs", "tf.distribute.NcclAllReduce"),
    "contrib.nearest_neighbor": ("hyperplane hashes", "search", "scikit-learn"),
    "contrib.periodic_resample": ("subpixel upsampling", "image models", "tf.nn.depth_to_space"),
    "contrib.quantize": ("trains for 8 bits", "small models", "tensorflow_model_optimization"),
    "contrib.receptive_field": ("receptive fields", "image models", "receptivefield from PyPI"),
    "contrib.recurrent": ("a functional RNN", "its own tests", "tf.nn.dynamic_rnn"),
    "contrib.resampler": ("bilinear sampling", "image models", "tf.gather_nd"),
    "contrib.rpc": ("calls servers", "serving", "grpcio in a tf.py_func"),
    "contrib.saved_model": ("SavedModel tools", "serving", "tf.saved_model"),
    "contrib.solvers": ("conjugate gradient", "linear algebra", "tf.linalg.experimental"),
    "contrib.specs": ("layers from strings", "experiments", "tf.layers"),
    "contrib.staging": ("a queue on the GPU", "GPUs", "tf.data's prefetch_to_device"),
    "contrib.tensor_forest": ("random forests", "tables", "tensorflow_decision_forests"),
    "contrib.tensorrt": ("TensorRT", "serving on GPUs", "tf.experimental.tensorrt"),
    "contrib.text": ("skip-gram pairs", "word vectors", "a Python loop over the words"),
    "contrib.timeseries": ("AR and structural models", "time series", "tensorflow_probability.sts"),
    "contrib.tpu": ("TPUs", "TPUs", "tf.distribute.TPUStrategy"),
}


_COLUMNS = """
    bucketized_column check_feature_columns create_feature_spec_for_parsing crossed_column
    embedding_column infer_real_valued_columns input_from_feature_columns
    joint_weighted_sum_from_feature_columns multi_class_target one_hot_column
    parse_feature_columns_from_examples parse_feature_columns_from_sequence_examples
    real_valued_column regression_target scattered_embedding_column
    sequence_input_from_feature_columns shared_embedding_columns sparse_column_with_hash_bucket
    sparse_column_with_integerized_feature sparse_column_with_keys
    sparse_column_with_vocabulary_file transform_features weighted_sparse_column
    weighted_sum_from_feature_columns
"""
ROWS.update((f"contrib.layers.{name}", ("columns of tables", "estimators", "tf.feature_column"))
            for name in _COLUMNS.split())


class MissingSymbol(InputError, AttributeError):
    """A name of TensorFlow 1 that the rebuilt tree has not; `hasattr` is False for it."""


def line(path: str) -> str:
    """Says in one line what became of a dotted path below `tf`; "" for one of no known module."""
    parts = path.split(".")
    for end in range(len(parts), 1, -1):
        row = ROWS.get(".".join(parts[:end]))
        if row:
            what, who, instead = row
            return f"tf.{path} is not rebuilt ({what}, for {who}): use {instead}"
    if parts[0] == "contrib" and len(parts) > 2:
        return (
            f"tf.{path} is not rebuilt; either TensorFlow 1.15 had no such name, or few sequence "
            "programs need it: write what it did into the program"
        )
    if parts[0] == "contrib":
        return f"tf.{path} is no module of TensorFlow 1.15's contrib that is rebuilt"
    return ""
