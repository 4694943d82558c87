import pytest
from native.exercises_contrib_rnn import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("contrib_rnn")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_cell_is_as_its_native_one(name, native):
    assert differences("contrib_rnn", name, native) == []
