"""The old module tree as one table: where each module of TensorFlow 1 takes its names from.

A row is a dotted path below `tf` and its sources, asked in turn:

    own FILES       what these files of `seq2seq_graph.legacy` define; `*` stands for any ending
    v1 MODULE       the module of `tensorflow.compat.v1`, all of it
    v1 MODULE: A B  of it A and B alone; `A=B` says A for its B
    keras MODULE    the module of TensorFlow 1's Keras, from where it is still to be had
    old PATH        whatever another row has
    estimator PATH  the package tensorflow-estimator, if the runner of programs brings it
    real PATH       TensorFlow's module of that path itself, if the runner brings it

The root's row is the empty path. Modules of compat.v1 that no row names, `tf.train` for one, are
the installed TensorFlow's own.
"""

from typing import Any, Dict

ROWS = {
    "": ("v1 ", "real "),
    "compat": ("v1 compat",),
    "nn": ("v1 nn",),
    "nn.rnn_cell": ("own rnn_cell* cell*",),
    "layers": (
        "own layers* base_layer input_spec",
        "v1 layers",
        "keras __internal__.legacy.layers",
    ),
    "keras": ("keras ",),
    "estimator": ("estimator ", "v1 estimator"),
    "estimator.export": ("estimator export", "v1 estimator.export"),
    "estimator.inputs": ("estimator inputs", "v1 estimator.inputs"),
    "examples": (),
    "examples.tutorials": (),
    "examples.tutorials.mnist": (),
    "examples.tutorials.mnist.input_data": ("own contrib/mnist",),
    "contrib": (),
    "contrib.rnn": (
        "own contrib/rnn*",
        "old nn.rnn_cell",
        "v1 nn: static_rnn static_bidirectional_rnn static_state_saving_rnn",
    ),
    "contrib.seq2seq": ("own contrib/seq2seq*",),
    "contrib.legacy_seq2seq": ("own contrib/legacy_seq2seq*",),
    "contrib.crf": ("own contrib/crf*",),
    "contrib.layers": (
        "own contrib/layers* contrib/optimizers* contrib/regularizers* contrib/summaries*",
        "v1 nn: elu bias_add",
    ),
    "contrib.layers.summaries": ("old contrib.layers",),
    "contrib.lookup": (
        "own contrib/lookup*",
        "v1 lookup: KeyValueTensorInitializer TextFileInitializer TextFileIndex",
    ),
    "contrib.framework": (
        "own contrib/framework* contrib/arg_scope",
        "v1 : TensorSpec argsort sort assert_same_float_dtype assert_scalar"
        " convert_to_tensor_or_sparse_tensor is_tensor py_func",
        "v1 train: assert_global_step get_global_step get_or_create_global_step"
        " create_global_step list_variables load_checkpoint load_variable init_from_checkpoint",
    ),
    "contrib.framework.nest": ("own contrib/nest", "v1 nest"),
    "contrib.training": (
        "own contrib/training* contrib/hparams",
        "v1 train: checkpoints_iterator",
    ),
    "contrib.data": (
        "own contrib/data*",
        "v1 data.experimental: AUTOTUNE Counter CsvDataset Optional RandomDataset Reducer"
        " SqlDataset TFRecordWriter bucket_by_sequence_length choose_from_datasets copy_to_device"
        " dense_to_ragged_batch enumerate_dataset get_next_as_optional get_single_element"
        " group_by_reducer group_by_window ignore_errors make_batched_features_dataset"
        " make_csv_dataset make_saveable_from_iterator map_and_batch parallel_interleave"
        " parse_example_dataset prefetch_to_device rejection_resample sample_from_datasets scan"
        " shuffle_and_repeat unbatch unique dense_to_sparse_batch",
    ),
    "contrib.metrics": (
        "own contrib/metrics*",
        "v1 sets: set_difference=difference set_intersection=intersection set_size"
        " set_union=union",
        "v1 math: confusion_matrix",
    ),
    "contrib.cudnn_rnn": ("own contrib/cudnn_rnn*",),
    "contrib.grid_rnn": ("own contrib/grid_rnn*",),
    "contrib.learn.preprocessing": ("own contrib/learn_text",),
    "contrib.learn.preprocessing.text": ("own contrib/learn_text",),
    "contrib.learn.python.learn.preprocessing": ("own contrib/learn_text",),
    "contrib.learn.python.learn.preprocessing.text": ("own contrib/learn_text",),
    "contrib.learn.datasets": (),
    "contrib.learn.datasets.base": ("own contrib/datasets_base",),
    "contrib.learn.datasets.mnist": ("own contrib/mnist", "own contrib/datasets_base"),
    "contrib.learn.python.learn.datasets": ("old contrib.learn.datasets",),
    "contrib.learn.python.learn.datasets.base": ("old contrib.learn.datasets.base",),
    "contrib.learn.python.learn.datasets.mnist": ("old contrib.learn.datasets.mnist",),
    "contrib.learn.learn_runner": ("own contrib/learn_runner",),
    "contrib.learn.python.learn.learn_runner": ("own contrib/learn_runner",),
    "contrib.learn": (
        "own contrib/learn contrib/learn_estimator contrib/learn_model_fn contrib/learn_sklearn"
        " contrib/experiment",
        "estimator : RunConfig DNNClassifier DNNRegressor LinearClassifier LinearRegressor",
    ),
    "contrib.learn.models": ("own contrib/learn_models",),
    "contrib.learn.monitors": ("own contrib/learn_monitors",),
    "contrib.learn.python.learn.models": ("own contrib/learn_models",),
    "contrib.learn.python.learn.monitors": ("own contrib/learn_monitors",),
    "contrib.estimator": (
        "own contrib/estimator",
        "estimator : add_metrics",
        "estimator experimental: InMemoryEvaluatorHook make_stop_at_checkpoint_step_hook"
        " make_early_stopping_hook stop_if_higher_hook stop_if_lower_hook"
        " stop_if_no_decrease_hook stop_if_no_increase_hook call_logit_fn dnn_logit_fn_builder"
        " linear_logit_fn_builder build_raw_supervised_input_receiver_fn",
    ),
    "contrib.tfprof": ("v1 profiler: ProfileContext",),
    "contrib.tfprof.model_analyzer": ("own contrib/tfprof",),
    "contrib.tfprof.tfprof_logger": ("v1 profiler: write_op_log",),
    "contrib.predictor": ("own contrib/predictor",),
    # What a program asks for beside TPUs: on a machine without, it takes another way.
    "contrib.tpu": ("estimator tpu", "v1 tpu"),
    "contrib.cluster_resolver": ("v1 distribute.cluster_resolver",),
    "contrib.distribute": ("v1 distribute",),
    "contrib.slim.layers": ("old contrib.layers",),
    "contrib.slim.learning": ("own contrib/learning", "old contrib.training"),
    "contrib.slim.python.slim.learning": ("old contrib.slim.learning",),
    "contrib.slim.nets.inception": ("own contrib/inception_v3",),
    "contrib.slim.python.slim.nets.inception": ("own contrib/inception_v3",),
    "contrib.slim.python.slim.nets.inception_v3": ("own contrib/inception_v3",),
    "contrib.slim.model_analyzer": ("own contrib/model_analyzer",),
    "contrib.slim.python.slim.model_analyzer": ("own contrib/model_analyzer",),
    "contrib.slim.losses": ("own contrib/losses", "v1 losses"),
    "contrib.slim": (
        "own contrib/slim*", "old contrib.framework", "old contrib.layers", "v1 losses"),
    "contrib.losses": ("own contrib/losses",),
    "contrib.opt": ("own contrib/opt",),
    "contrib.sparsemax": ("own contrib/sparsemax",),
    "contrib.deprecated": ("own contrib/deprecated",),
    "contrib.compiler.jit": ("v1 xla.experimental: experimental_jit_scope=jit_scope",),
    "contrib.compiler.xla": ("v1 xla.experimental: compile",),
    "contrib.util": ("v1 : constant_value=get_static_value make_ndarray make_tensor_proto",),
    "contrib.distributions": (
        "own contrib/distributions*", "v1 distributions", "v1 distributions: kl_divergence"),
    "contrib.signal": ("v1 signal",),
    "contrib.autograph": ("v1 autograph",),
    "contrib.stateless": (
        "v1 random: stateless_random_uniform=stateless_uniform stateless_truncated_normal"
        " stateless_random_normal=stateless_normal stateless_multinomial",),
    "contrib.keras": ("keras ",),
    "contrib.eager.metrics": ("own contrib/eager_metrics",),
    "contrib.eager": (
        "own contrib/eager",
        "v1 : GradientTape executing_eagerly enable_eager_execution=enable_eager_execution"
        " py_func=py_function Variable custom_gradient make_template defun=function function"
        " TensorSpec",
        "v1 train: Checkpoint", "v1 data: Iterator=make_one_shot_iterator",
        "real python.eager.backprop: gradients_function implicit_gradients=implicit_grad"
        " implicit_value_and_gradients=implicit_val_and_grad"
        " value_and_gradients_function=val_and_grad_function",
    ),
    "contrib.summary": (
        "real python.ops.summary_ops_v2: always_record_summaries audio create_file_writer"
        " create_summary_file_writer eval_dir flush generic graph histogram image import_event"
        " initialize never_record_summaries record_summaries_every_n_global_steps scalar"
        " should_record_summaries summary_writer_initializer_op",
    ),
    "contrib.tensorboard": (),
    "contrib.tensorboard.plugins": (),
    "contrib.tensorboard.plugins.projector": ("own contrib/projector",),
    # Not contrib's, but in no public module: paths that programs imported all the same.
    "python.ops.rnn_cell": ("old nn.rnn_cell", "old contrib.rnn", "real python.ops.rnn_cell"),
    "python.ops.rnn_cell_impl": ("old nn.rnn_cell", "real python.ops.rnn_cell_impl"),
    "python.ops.rnn": (
        "own rnn rnn_*",
        "v1 nn: dynamic_rnn bidirectional_dynamic_rnn raw_rnn static_rnn static_state_saving_rnn"
        " static_bidirectional_rnn",
        "real python.ops.rnn",
    ),
    "python.layers.core": (
        "old layers",
        "old layers: FullyConnected=Dense fully_connected=dense",
        "real python.layers.core",
    ),
    "python.layers.layers": ("old layers", "real python.layers.layers",),
    "python.layers.base": ("old layers", "real python.layers.base", "own base_layer"),
    "python.layers.normalization": (
        "old layers", "old layers: BatchNorm=BatchNormalization batch_norm=batch_normalization"
    ),
    "python.layers.convolutional": ("old layers", "real python.layers.convolutional",),
    "python.layers.pooling": ("old layers", "real python.layers.pooling",),
}

# What own files define for each other: found by name, but in no list and no star import.
HELPERS = frozenset([
    "AttentionHeads", "Options", "adaptive_clipping_fn", "arg_scope_func_key", "attention_layers",
    "bernoulli_sample", "categorical_sample", "check_biases",
    "check_projection", "dense_without_bias", "either_way", "gather_tree_from_array", "has_rank",
    "if_one_place", "is_channels_first", "layer_output_size",
    "make_lstm_variables", "maybe_sort_array", "merge", "model_variable_getter", "one_less",
    "peepholes", "require_compatible", "require_layer", "same_shapes", "split",
    "known_size", "take_step", "tokenizer", "variable_maker", "window_starts", "windows",
])

# Modules below contrib's `python`: private then, and imported all the same. What stands here is
# the public module by another name, its private names with it.
PRIVATE = {
    "contrib.rnn.python.ops": "core_rnn_cell fused_rnn_cell gru_ops lstm_ops rnn rnn_cell",
    "contrib.seq2seq.python.ops": (
        "attention_wrapper basic_decoder beam_search_decoder beam_search_ops decoder helper loss"
    ),
    "contrib.legacy_seq2seq.python.ops": "seq2seq",
    "contrib.crf.python.ops": "crf",
    "contrib.layers.python.layers": (
        "layers initializers regularizers optimizers utils summaries embedding_ops encoders"
        " normalization"
    ),
    "contrib.framework.python.framework": "checkpoint_utils tensor_util graph_util",
    "contrib.framework.python.ops": "arg_scope variables ops",
    "contrib.training.python.training":
        "hparam bucket_ops training evaluation sequence_queueing_state_saver",
    "contrib.lookup": "lookup_ops",
    "contrib.data.python.ops": (
        "batching grouping enumerate_ops iterator_ops readers shuffle_ops threadpool"
    ),
    "contrib.metrics.python.ops": "metric_ops",
    "contrib.grid_rnn.python.ops": "grid_rnn_cell",
    "contrib.cudnn_rnn.python.ops": "cudnn_rnn_ops",
    "contrib.cudnn_rnn.python.layers": "cudnn_rnn",
    "contrib.estimator.python.estimator": "early_stopping extenders hooks",
    "contrib.learn.python.learn": "estimators experiment graph_actions metric_spec preprocessing",
    "contrib.learn.python.learn.estimators": "model_fn run_config estimator",
    "contrib.slim.python.slim": "evaluation queues",
    "contrib.tpu.python.tpu": "tpu_config tpu_estimator tpu_optimizer",
    "contrib.opt.python.training": "lazy_adam_optimizer weight_decay_optimizers nadam_optimizer",
}


def rows() -> Dict[str, Any]:
    """Gives all rows, path -> sources, those of private modules and their parents too."""
    every = dict(ROWS)
    for folder, names in PRIVATE.items():
        public = ".".join(folder.split(".")[:2])
        parts = folder.split(".")
        for end in range(3, len(parts) + 1):
            every.setdefault(".".join(parts[:end]), ("old " + public,))
        for name in names.split():
            every.setdefault(folder + "." + name, ("old " + public,))
    for path in list(every):
        parts = path.split(".")
        for end in range(1, len(parts)):
            every.setdefault(".".join(parts[:end]), ())
    return every
