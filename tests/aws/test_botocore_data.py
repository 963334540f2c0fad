"""The data of botocore as hsmtui reads it: the same, and no more of it than is asked for."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import create_loader

from hsmtui.aws.botocore_data import data_loader

ASKED = ["cloudhsmv2", "cloudtrail", "cloudwatch", "kms", "signin", "sso", "sso-oidc", "sts"]


@pytest.mark.parametrize("name", ["endpoints", "partitions", "_retry"])
def test_a_file_is_what_botocore_reads(name: str) -> None:
    theirs = create_loader().load_data(name)
    ours = data_loader(None).load_data(name)
    assert json.dumps(ours) == json.dumps(theirs)  # in the same order, too


@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1"])
@pytest.mark.parametrize("service", ASKED)
def test_a_model_is_what_botocore_reads(service: str, kind: str) -> None:
    assert data_loader(None).load_service_model(
        service, kind
    ) == create_loader().load_service_model(service, kind)


@pytest.mark.parametrize("service", ["cloudhsmv2", "cloudtrail", "cloudwatch", "kms"])
def test_the_answers_that_are_taken_as_they_came_are_json(service: str) -> None:
    metadata = data_loader(None).load_service_model(service, "service-2")["metadata"]
    assert "json" in metadata["protocols"]


@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1"])
def test_the_services_that_are_asked_are_all_known(kind: str) -> None:
    assert data_loader(None).list_available_services(kind) == ASKED


def test_a_service_that_is_not_asked_is_not_known() -> None:
    with pytest.raises(UnknownServiceError):
        data_loader(None).load_service_model("ec2", "service-2")


def test_no_folder_of_another_service_is_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    loader = data_loader("elsewhere")

    def exists(path: str) -> bool:
        looked.append(path)
        return Path(f"{path}.json").exists() or Path(f"{path}.json.gz").exists()

    monkeypatch.setattr(loader.file_loader, "exists", exists)
    loader.load_service_model("sts", "service-2")
    assert {Path(path).parts[-3] for path in looked} <= set(ASKED)


def test_a_model_of_the_user_comes_before_that_of_botocore(tmp_path: Path) -> None:
    model = tmp_path / "cloudhsmv2" / "2099-01-01" / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_text('{"metadata": {"serviceId": "mine"}}', "utf-8")
    found = data_loader(str(tmp_path)).load_service_model("cloudhsmv2", "service-2")
    assert found == {"metadata": {"serviceId": "mine"}}


def test_a_file_with_a_mistake_is_refused_as_by_botocore(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"partitions": [', "utf-8")
    with pytest.raises(ValueError, match="Expecting value") as theirs:
        create_loader(str(tmp_path)).load_data("broken")
    with pytest.raises(ValueError, match="Expecting value") as ours:
        data_loader(str(tmp_path)).load_data("broken")
    assert str(ours.value) == str(theirs.value)
