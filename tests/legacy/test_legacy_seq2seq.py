import pytest
from native.exercises_legacy_seq2seq import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("legacy_seq2seq")


@pytest.mark.parametrize("name", EXERCISES)
def test_an_unrolled_model_is_as_its_native_one(name, native):
    assert differences("legacy_seq2seq", name, native) == []
