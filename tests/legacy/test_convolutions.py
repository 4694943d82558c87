import pytest
from native.exercises_convolutions import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("convolutions")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_layer_is_as_its_native_one(name, native):
    assert differences("convolutions", name, native) == []
