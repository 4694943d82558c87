import pytest
from native.exercises_crf import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("crf")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_conditional_random_field_is_as_its_native_one(name, native):
    assert differences("crf", name, native) == []
