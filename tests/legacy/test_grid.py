import pytest
from native.exercises_grid import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("grid")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_cell_of_a_grid_is_as_its_native_one(name, native):
    assert differences("grid", name, native) == []
