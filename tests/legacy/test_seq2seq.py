import pytest
from native.exercises_seq2seq import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("seq2seq")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_decoder_is_as_its_native_one(name, native):
    assert differences("seq2seq", name, native) == []
