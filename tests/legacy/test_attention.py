import pytest
from native.exercises_attention import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("attention")


@pytest.mark.parametrize("name", EXERCISES)
def test_an_attention_is_as_its_native_one(name, native):
    assert differences("attention", name, native) == []
