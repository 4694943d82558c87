import pytest
from native.exercises_beam_search import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("beam_search")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_beam_search_is_as_its_native_one(name, native):
    assert differences("beam_search", name, native) == []
