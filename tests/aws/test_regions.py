"""Where regions are."""

import pytest

from hsmtui.aws.regions import region_city, service_regions


@pytest.mark.parametrize(
    ("region", "city"),
    [
        ("us-east-1", "N. Virginia"),
        ("eu-central-1", "Frankfurt"),
        ("ca-central-1", "Canada (Central)"),
        ("us-gov-west-1", "AWS GovCloud (US-West)"),
        ("us-iso-east-1", "US ISO East"),
        ("cn-north-1", "Beijing"),
        ("nowhere", ""),
        ("", ""),
    ],
)
def test_the_city(region: str, city: str) -> None:
    assert region_city(region) == city


def test_each_region_of_the_service_has_one_of_its_own() -> None:
    regions = (*service_regions("aws"), *service_regions("aws-us-gov"))
    cities = list(map(region_city, regions))
    assert all(cities)
    assert len(set(cities)) == len(cities)
