"""`tf.contrib.predictor`: a function of plain arrays made of a SavedModel or an estimator.

Source: `tf.contrib.predictor` of TensorFlow 1.15.
"""

from typing import Any, Callable, Dict, Optional

import tensorflow.compat.v1 as tf

_DEFAULT = tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY


class Predictor:
    """Feeds a dict of arrays to a graph of its own and gives a dict of arrays.

    Attributes:
      feed_tensors, fetch_tensors: name -> Tensor.
      graph, session: where they live.
    """

    def __init__(self, graph: tf.Graph, session: tf.Session, feed_tensors: Dict[str, tf.Tensor],
                 fetch_tensors: Dict[str, tf.Tensor]) -> None:
        self.graph, self.session = graph, session
        self.feed_tensors, self.fetch_tensors = feed_tensors, fetch_tensors

    def __repr__(self) -> str:
        return (f"{type(self).__name__} with feed tensors {self.feed_tensors} "
                f"and fetch_tensors {self.fetch_tensors}")

    def __call__(self, input_dict: Dict[str, Any]) -> Dict[str, Any]:
        """Computes the outputs; a name that is not given, or None, is not fed.

        Raises:
          ValueError: a name that is no input.
        """
        unknown = set(input_dict) - set(self.feed_tensors)
        if unknown:
            raise ValueError(f"Got unexpected keys in input_dict: {unknown}\n"
                             f"expected: {set(self.feed_tensors)}")
        feed = {self.feed_tensors[name]: value
                for name, value in input_dict.items() if value is not None}
        return self.session.run(self.fetch_tensors, feed)


def from_saved_model(export_dir: str, signature_def_key: Optional[str] = None,
                     signature_def: Any = None, input_names: Optional[Dict[str, str]] = None,
                     output_names: Optional[Dict[str, str]] = None, tags: Optional[str] = None,
                     graph: Optional[tf.Graph] = None, config: Any = None) -> Predictor:
    """Loads a SavedModel.

    Args:
      signature_def_key: which of its signatures; "serving_default".
      signature_def: a signature instead.
      input_names, output_names: tensors' names instead, by names of your choice.
      tags: of the graph within it, with commas between; "serve".

    Raises:
      ValueError: more than one of the three is given, or one half of the last; no such signature.
    """
    if (input_names is None) != (output_names is None):
        raise ValueError(
            "input_names and output_names must both be specified or both be unspecified.")
    if sum(way is not None for way in (signature_def_key, signature_def, input_names)) > 1:
        raise ValueError("You must specify at most one of signature_def_key OR signature_def OR"
                         "(input_names AND output_names).")
    graph = graph or tf.Graph()
    with graph.as_default():
        session = tf.Session(config=config)
        loaded = tf.saved_model.load(session, (tags or "serve").split(","), export_dir)
    if input_names is None:
        chosen = signature_def or _signature(loaded, signature_def_key or _DEFAULT)
        input_names = {name: info.name for name, info in chosen.inputs.items()}
        output_names = {name: info.name for name, info in chosen.outputs.items()}
    return Predictor(graph, session, _tensors(graph, input_names), _tensors(graph, output_names))


def _signature(loaded, key):
    for name in (key, f"default_input_alternative:{key}"):
        if name in loaded.signature_def:
            return loaded.signature_def[name]
    raise ValueError(f'Got signature_def_key "{key}". Available signatures are '
                     f"{list(loaded.signature_def)}.")


def _tensors(graph, names):
    return {key: graph.get_tensor_by_name(name) for key, name in names.items()}


def from_estimator(estimator: Any, serving_input_receiver_fn: Callable[[], Any],
                   output_key: Optional[str] = None, graph: Optional[tf.Graph] = None,
                   config: Any = None) -> Predictor:
    """Makes a predictor of a `tf.estimator.Estimator` and its newest checkpoint.

    Args:
      serving_input_receiver_fn: makes the inputs, as `export_savedmodel` takes it.
      output_key: which of the model's export outputs; "serving_default".

    Raises:
      ValueError: the estimator has no such export output.
    """
    graph = graph or tf.Graph()
    with graph.as_default():
        receiver = serving_input_receiver_fn()
        spec = estimator.model_fn(
            receiver.features, None, "infer", estimator.config)  # ModeKeys.PREDICT
        outputs = {None: spec.predictions}
        for key, output in (spec.export_outputs or {}).items():
            outputs[key] = getattr(output, "outputs", None) or {
                name: value for name, value in vars(output).items() if value is not None}
        key = output_key if output_key else (_DEFAULT if _DEFAULT in outputs else None)
        if key not in outputs:
            raise ValueError(f"output_key {key} is none of {sorted(filter(None, outputs))}")
        fetches = outputs[key] if isinstance(outputs[key], dict) else {"output": outputs[key]}
        session = tf.train.MonitoredSession(tf.train.ChiefSessionCreator(
            scaffold=spec.scaffold, config=config,
            checkpoint_filename_with_path=estimator.latest_checkpoint()))
    return Predictor(graph, session, dict(receiver.receiver_tensors), fetches)
