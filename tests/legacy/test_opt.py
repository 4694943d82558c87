import pytest
from native.exercises_opt import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("opt")


@pytest.mark.parametrize("name", EXERCISES)
def test_an_optimizer_or_like_is_as_its_native_one(name, native):
    assert differences("opt", name, native) == []
