import dataclasses

import tensorflow.compat.v1 as tf
from copying import CONFIG, DATASET, session

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data.batches import batches
from seq2seq_graph.training.steps import build_trainer, train_steps


def test_the_loss_that_is_given_is_the_one_before_the_step():
    trainer, sess = session()
    batch = next(batches(DATASET.train, 100))
    feed = dict(zip((trainer.graph.encoder_inputs, trainer.graph.decoder_targets), batch))
    before = sess.run(trainer.graph.loss, feed)
    (loss_value,) = train_steps(sess, trainer, [batch])
    assert loss_value == before > sess.run(trainer.graph.loss, feed)


def test_two_runs_of_one_seed_have_the_same_losses():
    def losses():
        trainer, sess = session(seed=3)
        return list(train_steps(sess, trainer, batches(DATASET.train, 8)))

    assert losses() == losses()


def test_an_option_that_drops_does_so_without_any_other_that_asks_for_the_step():
    def losses(**options):
        with tf.Graph().as_default(), tf.Session() as sess:
            trainer = build_trainer(dataclasses.replace(CONFIG, **options), TrainingConfig())
            sess.run(tf.global_variables_initializer())
            return list(train_steps(sess, trainer, batches(DATASET.train, 8)))

    whole = losses(attention="luong")
    for name in "dropout", "memory_dropout":
        assert losses(attention="luong", **{name: 0.5}) != whole
