import pytest
from native.exercises_wrappers import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("wrappers")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_wrapper_is_as_its_native_one(name, native):
    assert differences("wrappers", name, native) == []
