"""An estimator of `tf.contrib.learn` as scikit-learn has its.

Source: `tf.contrib.learn.SKCompat` of TensorFlow 1.15.
"""

from typing import Any, Dict, List, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.learn_feeding import input_and_feed


class SKCompat:
    """Arrays in, arrays out."""

    def __init__(self, estimator: Any) -> None:
        self._estimator = estimator

    def fit(self, x: Any, y: Any, batch_size: Optional[int] = 128, steps: Optional[int] = None,
            max_steps: Optional[int] = None, monitors: Any = None) -> "SKCompat":
        """Trains on shuffled batches of the rows."""
        inputs, feed = input_and_feed(x, y, None, None, batch_size, True, None)
        hooks = [tf.train.FeedFnHook(feed), *(monitors or [])]
        self._estimator.fit(input_fn=inputs, steps=steps, max_steps=max_steps, monitors=hooks)
        return self

    def score(self, x: Any, y: Any, batch_size: Optional[int] = 128, steps: Optional[int] = None,
              metrics: Optional[Dict[str, Any]] = None, name: Optional[str] = None
              ) -> Dict[str, Any]:
        """Gives the metrics' values over all rows."""
        return self._estimator.evaluate(x=x, y=y, batch_size=batch_size, steps=steps,
                                        metrics=metrics, name=name)

    def predict(self, x: Any, batch_size: Optional[int] = 128,
                outputs: Optional[List[str]] = None) -> Any:
        """Gives the predictions of all rows."""
        found: List[Any] = list(self._estimator.predict(
            x=x, batch_size=batch_size, outputs=outputs, iterate_batches=True))
        if isinstance(found[0], dict):
            return {key: np.concatenate([each[key] for each in found]) for key in found[0]}
        return np.concatenate(found)
