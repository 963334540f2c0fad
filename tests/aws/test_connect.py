"""Going to many places: what is asked of whom, what one waits for, and what another needs not."""

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from pathlib import Path
from shlex import quote
from typing import Any

import pytest

from hsmtui.aws.caller import ANOTHER_CALLER
from hsmtui.aws.clusters import delete_cluster, fetch_page
from hsmtui.aws.connect import Opening, begin_all
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import NOT_SIGNED_IN, HsmtuiError
from hsmtui.aws.kept_clients import MOST_KEPT
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.profile_session import making
from hsmtui.aws.prompter import DeviceSignIn, MfaCode, Question
from hsmtui.aws.regions import is_opt_in, service_regions
from hsmtui.aws.threads import Pool, submit
from hsmtui.demo.call import Answer, Call
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.server import DemoServer
from tests.attendant import Attendant
from tests.scripted import At, Gate, Refuse, Run, ScriptedPlane

ACCOUNT = "111111111111"
DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/demo-user"
PATIENCE = 20.0
REGIONS = ("us-east-1", "eu-west-1", "eu-central-1")
THREE = ("demo", "demo-staging", "demo-sandbox")

PROFILES = """
[profile mfa-too]
region = us-west-2
endpoint_url = URL
role_arn = arn:aws:iam::111111111111:role/MfaTriage
source_profile = demo
mfa_serial = arn:aws:iam::111111111111:mfa/demo-user

[profile sso-too]
region = us-west-2
endpoint_url = URL
sso_session = demo
sso_account_id = 333333333333
sso_role_name = Triage

[profile process]
region = us-east-1
endpoint_url = URL
credential_process = sh PROCESS

[profile mfa-process]
region = us-west-2
endpoint_url = URL
role_arn = arn:aws:iam::111111111111:role/MfaTriage
source_profile = process
mfa_serial = arn:aws:iam::111111111111:mfa/demo-user

[profile bare]
aws_access_key_id = AKIADEMO555555555555
aws_secret_access_key = demo
endpoint_url = URL
"""


class Account(ScriptedPlane):
    """Has a region that none of its accounts has enabled: no keys are known there."""

    disabled = "me-central-1"

    def handler(self, call: Call) -> Callable[[Call], Answer | None]:
        if call.caller.region != self.disabled:
            return super().handler(call)
        code = call.protocol.unknown_key
        words = "The security token included in the request is invalid."
        return lambda call: call.refused(ServiceError(code, words, 403))


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> Account:
    """Its clock follows the system, as botocore does to see whether credentials have expired."""
    plane = Account(clusters=3)
    plane.device_interval = 0
    monkeypatch.setattr("hsmtui.aws.sso.SLOWER", 0.01)
    return plane


@pytest.fixture
def process(tmp_path: Path) -> Path:
    return tmp_path / "process.sh"


@pytest.fixture
def url(plane: Account, aws_files: Callable[..., None], process: Path) -> Iterator[str]:
    with DemoServer(plane) as server:
        more = PROFILES.replace("URL", server.url).replace("PROCESS", quote(str(process)))
        aws_files(server.url, more)
        yield server.url


@pytest.fixture
def prompter() -> Attendant:
    return Attendant()


Open = Callable[..., tuple[Opening, ...]]


@pytest.fixture
def open_all(url: str, prompter: Attendant) -> Open:
    def open_all(
        profiles: tuple[str, ...],
        regions: tuple[str | None, ...] = REGIONS,
        parallel: int = 8,
        rules: Any = lambda *_: "",
        others: "Future[None] | None" = None,
    ) -> tuple[Opening, ...]:
        places = [Place(name, region, explicit=True) for name in profiles for region in regions]
        return begin_all(places, {}, 25, Terms(rules, prompter), Pool(parallel), others)

    return open_all


def pages(openings: tuple[Opening, ...]) -> list[int]:
    """How many clusters came from each."""
    return [len(opening.first_page.result(PATIENCE).entries) for opening in openings]


def connections(openings: tuple[Opening, ...]) -> list[Connection]:
    return [opening.connection.result(PATIENCE) for opening in openings]


def codes(openings: tuple[Opening, ...]) -> list[str]:
    """The codes of the errors in place of first pages."""
    errors = [opening.first_page.exception(PATIENCE) for opening in openings]
    assert all(isinstance(error, HsmtuiError) for error in errors)
    return [error.code for error in errors]  # type: ignore[union-attr]


def asked(plane: ScriptedPlane, operation: str) -> Counter[tuple[str, str]]:
    """How often by which account in which region."""
    return Counter((r.account, r.region) for r in plane.requests if r.operation == operation)


def count(plane: ScriptedPlane, operation: str) -> int:
    return asked(plane, operation).total()


def threads_end() -> None:
    """Wait until nothing is done for a place any more."""
    for thread in threading.enumerate():
        if thread.name.startswith("offload "):
            thread.join(PATIENCE)
            assert not thread.is_alive()


class Person:
    """Is asked, and answers when the test says so."""

    def __init__(self, prompter: Attendant) -> None:
        self.asked = threading.Semaphore(0)
        self.questions: list[Question] = []
        prompter.answers = self._hear

    def _hear(self, question: Question) -> None:
        self.questions.append(question)
        self.asked.release()

    def hears(self) -> Question:
        assert self.asked.acquire(timeout=PATIENCE)
        return self.questions[-1]


class TestRequests:
    def test_are_one_a_place_and_one_a_profile(self, open_all: Open, plane: Account) -> None:
        openings = open_all(THREE)
        assert pages(openings)
        callers = [c.caller.result(PATIENCE) for c in connections(openings)]
        accounts = [f"{number}" * 12 for number in (1, 2, 3)]
        assert [caller.account for caller in callers] == [a for a in accounts for _ in REGIONS]
        assert asked(plane, "DescribeClusters") == dict.fromkeys(
            ((account, region) for account in accounts for region in REGIONS), 1
        )
        assert sorted(account for account, _ in asked(plane, "GetCallerIdentity")) == accounts
        assert count(plane, "GetCallerIdentity") == 3

    def test_to_sts_are_not_repeated_by_who_wants_to_know(
        self, open_all: Open, plane: Account
    ) -> None:
        gate = Gate()
        plane.script("GetCallerIdentity", gate)
        openings = open_all(("demo",))
        assert gate.arrived()
        assert pages(openings)
        waiting = [submit(connection.ask_caller) for connection in connections(openings)]
        gate.release()
        for asking in waiting:
            asking.result(PATIENCE)
        assert {c.account for c in connections(openings)} == {ACCOUNT}
        assert count(plane, "GetCallerIdentity") == 1

    def test_to_sts_hold_up_no_page(self, open_all: Open, plane: Account) -> None:
        plane.script("GetCallerIdentity", Gate())
        assert pages(open_all(("demo",), parallel=2))

    def test_to_sts_come_after_the_first_page(self, open_all: Open, plane: Account) -> None:
        (*_, last) = connections(open_all(("demo",), parallel=1))
        last.caller.result(PATIENCE)
        assert plane.requests[0].operation == "DescribeClusters"

    def test_are_sent_to_the_first_place_alone_until_told_to_go_on(
        self, open_all: Open, plane: Account
    ) -> None:
        others: Future[None] = Future()
        openings = open_all(THREE, others=others)
        assert pages(openings[:1])
        assert [r.operation for r in plane.requests] == ["DescribeClusters"]
        assert not any(opening.connection.done() for opening in openings[1:])
        others.set_result(None)
        assert len(pages(openings)) == len(openings)
        assert all(c.caller.result(PATIENCE).account for c in connections(openings))
        assert count(plane, "DescribeClusters") == len(openings)

    def test_are_never_more_at_a_time(self, open_all: Open, plane: Account) -> None:
        arrivals, leave, under_way = threading.Semaphore(0), threading.Semaphore(0), []
        most = []

        def meet() -> None:
            under_way.append(1)
            most.append(len(under_way))
            arrivals.release()
            leave.acquire(timeout=PATIENCE)
            under_way.pop()

        for operation in ("DescribeClusters", "GetCallerIdentity"):
            plane.script(operation, Run(meet))
        openings = open_all(THREE, parallel=2)
        for number in range(12):
            assert arrivals.acquire(timeout=PATIENCE)
            if number:
                leave.release()
        leave.release()
        assert pages(openings)
        assert max(most) == 2

    def test_are_signed_for_the_place_that_they_are_of(
        self, open_all: Open, plane: Account
    ) -> None:
        openings = open_all(THREE)
        for opening, connection in zip(openings, connections(openings), strict=True):
            opening.first_page.result(PATIENCE)
            with pytest.raises(HsmtuiError):
                delete_cluster(connection.pinned(), "cluster-22222222222")
            sent = next(r for r in reversed(plane.requests) if r.operation == "DeleteCluster")
            account = connection.caller.result(PATIENCE).account
            assert (sent.region, sent.account) == (opening.place.region, account)
            assert count(plane, "DeleteCluster") == openings.index(opening) + 1

    def test_are_in_the_log_of_their_connection_alone(self, open_all: Open, plane: Account) -> None:
        openings = open_all(("demo",))
        first, second, third = connections(openings)
        assert pages(openings)
        third.caller.result(PATIENCE)
        fetch_page(first, Position())
        fetch_page(second.pinned(), Position())
        third.reading_client("kms", "DescribeCustomKeyStores").describe_custom_key_stores()

        def logged(connection: Connection) -> Counter[str]:
            return Counter(answered.operation for answered in connection.requests.last())

        whose = "GetCallerIdentity"
        assert logged(first) == {"DescribeClusters": 2, whose: 1}
        assert logged(second) == {"DescribeClusters": 2, whose: 1}
        assert logged(third) == {"DescribeClusters": 1, "DescribeCustomKeyStores": 1, whose: 1}

    def test_that_nobody_waits_for_any_more_are_not_sent(
        self, open_all: Open, plane: Account
    ) -> None:
        gate = Gate()
        plane.script("DescribeClusters", gate)
        openings = open_all(("demo",), parallel=1)
        assert gate.arrived()
        for opening in openings:
            opening.give_up()
        gate.release()
        assert openings[0].first_page.result(PATIENCE).request_id
        assert codes(openings[1:]) == ["", ""]
        connection = openings[0].connection.result()
        assert connection.caller.result(PATIENCE).account == ACCOUNT
        assert count(plane, "DescribeClusters") == 1


class TestFailures:
    def test_of_a_place_are_its_own(self, open_all: Open, plane: Account) -> None:
        openings = open_all(("demo", "nobody"), ("us-east-1", "no region", "eu-west-1"))
        first, second, third, *nobodys = openings
        assert pages((first, third))
        assert "No such region" in str(second.connection.exception(PATIENCE))
        assert all("no profile nobody" in str(o.connection.exception(PATIENCE)) for o in nobodys)
        assert second.first_page.exception(PATIENCE) is second.connection.exception()

    def test_for_want_of_a_region(self, open_all: Open) -> None:
        own, here = open_all(("bare",), (None, "eu-west-1"))
        assert "No region" in str(own.connection.exception(PATIENCE))
        assert here.first_page.result(PATIENCE).request_id
        assert here.region.result() == "eu-west-1"

    def test_of_one_request_leave_the_others(self, open_all: Open, plane: Account) -> None:
        plane.script("DescribeClusters", Refuse("AccessDeniedException", "No.", 403), call=1)
        openings = open_all(("demo",), parallel=1)
        assert codes(openings[:1]) == ["AccessDeniedException"]
        assert pages(openings[1:])

    def test_a_program_that_hangs_holds_up_nobody(
        self, open_all: Open, process: Path, tmp_path: Path, prompter: Attendant
    ) -> None:
        os.mkfifo(tmp_path / "pipe")
        process.write_text(f"cat {quote(str(tmp_path))}/pipe")
        openings = open_all(("process", *THREE), parallel=1)
        slow, others = openings[:3], openings[3:]
        assert pages(others)
        assert not any(opening.connection.done() for opening in slow)
        assert [opening.region.result(PATIENCE) for opening in slow] == list(REGIONS)
        keys = {"Version": 1, "AccessKeyId": f"AKIADEMO{ACCOUNT}", "SecretAccessKey": "demo"}
        with (tmp_path / "pipe").open("w") as pipe:
            pipe.write(json.dumps(keys))
        assert pages(slow)
        assert slow[0].connection.result().caller.result(PATIENCE).account == ACCOUNT

    def test_a_first_one_that_hangs_holds_up_nobody_who_is_to_go_on(
        self, open_all: Open, process: Path, tmp_path: Path, prompter: Attendant
    ) -> None:
        os.mkfifo(tmp_path / "pipe")
        process.write_text(f"cat {quote(str(tmp_path))}/pipe")
        others: Future[None] = Future()
        openings = open_all(("process", *THREE), others=others)
        others.set_result(None)
        assert pages(openings[3:])
        assert not any(opening.connection.done() for opening in openings[:3])
        prompter.give_up()
        threads_end()


class TestSigningIn:
    def test_is_waited_for_by_its_own_places_alone(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        person = Person(prompter)
        openings = open_all(("demo-mfa", *THREE), parallel=1)
        asking, others = openings[:3], openings[3:]
        question = person.hears()
        assert pages(others)
        assert [c.region for c in connections(asking)] == list(REGIONS)
        question.answer("123456")
        assert pages(asking)
        assert len(prompter.subjects) == 1
        assert count(plane, "AssumeRole") == 1

    def test_serves_every_profile_of_the_portal(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        person = Person(prompter)
        openings = open_all(("demo-sso", "sso-too", "demo"))
        subject = person.hears().subject
        assert isinstance(subject, DeviceSignIn)
        assert subject.profiles == ("demo-sso", "sso-too")
        plane.approve(subject.code)
        assert pages(openings)
        callers = [c.caller.result(PATIENCE).account for c in connections(openings)[::3]]
        assert callers == ["222222222222", "333333333333", ACCOUNT]
        assert len(prompter.subjects) == 1
        assert count(plane, "StartDeviceAuthorization") == 1
        assert count(plane, "GetRoleCredentials") == 2

    def test_serves_every_profile_of_the_role(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        person = Person(prompter)
        openings = open_all(("demo-mfa", "mfa-too", "demo"))
        question = person.hears()
        assert isinstance(question.subject, MfaCode)
        assert question.subject.profiles == ("demo-mfa", "mfa-too")
        question.answer("000000")
        question = person.hears()
        assert "did not accept" in question.subject.problem
        question.answer("123456")
        assert pages(openings)
        assert len(prompter.subjects) == 2
        assert count(plane, "AssumeRole") == 2

    def test_asks_one_thing_at_a_time(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        """The code of the next one does not run out while somebody is busy with the first."""
        person = Person(prompter)
        openings = open_all(("demo-mfa", "demo-sso", "demo"))
        seen = []
        for _ in range(2):
            question = person.hears()
            subject = question.subject
            seen.append(type(subject))
            assert count(plane, "StartDeviceAuthorization") == (DeviceSignIn in seen)
            if isinstance(subject, DeviceSignIn):
                plane.approve(subject.code)
            else:
                question.answer("123456")
        assert pages(openings)
        assert set(seen) == {MfaCode, DeviceSignIn}

    @pytest.mark.parametrize(
        ("profiles", "answer"),
        [
            (("demo-sso", "sso-too"), lambda plane, question: plane.approve(question.subject.code)),
            (("demo-mfa", "mfa-too"), lambda _, question: question.answer("123456")),
        ],
    )
    def test_that_is_skipped_is_skipped_for_all_who_need_it(
        self,
        open_all: Open,
        plane: Account,
        prompter: Attendant,
        profiles: tuple[str, ...],
        answer: Callable[[Account, Question], object],
    ) -> None:
        openings = open_all((*profiles, "demo"))
        skipped, others = openings[:6], openings[6:]
        assert codes(skipped) == [NOT_SIGNED_IN] * 6
        assert pages(others)
        assert len(prompter.subjects) == 1
        first, *_, last = connections(skipped)
        for connection in (first, last):
            assert isinstance(connection.caller.exception(PATIENCE), HsmtuiError)
            with pytest.raises(HsmtuiError, match="did not sign in"):
                fetch_page(connection, Position())
        assert len(prompter.subjects) == 1

        prompter.answers = lambda question: answer(plane, question)
        first.reconsider()
        assert fetch_page(first, Position()).request_id
        assert first.caller.result(PATIENCE).account
        last.reconsider()
        assert fetch_page(last, Position()).request_id
        assert last.caller.result(PATIENCE).account
        assert len(prompter.subjects) == 2

    def test_that_is_given_up_asks_nothing_of_those_who_wait(
        self, open_all: Open, prompter: Attendant
    ) -> None:
        """As when the person goes to another place."""
        person = Person(prompter)
        openings = open_all(("demo-sso", "demo-mfa"))
        question = person.hears()
        while not prompter._running:  # the other one has come to wait
            pass
        prompter.give_up()
        question.give_up()
        assert codes(openings) == [NOT_SIGNED_IN] * 6
        assert len(prompter.subjects) == 1

    def test_whose_code_runs_out_is_not_asked_for_again_for_the_next_profile(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        """Nobody is there: else as many codes would run out as there are profiles."""
        plane.device_seconds = 0
        prompter.answers = lambda _: None
        openings = open_all(("demo-sso", "sso-too", "demo-custody"))
        assert all(opening.first_page.exception(PATIENCE) for opening in openings)
        threads_end()
        assert len(prompter.subjects) == 1

    @pytest.mark.parametrize("profile", ["demo-sso", "demo-mfa"])
    def test_is_not_asked_for_a_place_that_was_left_meanwhile(
        self, open_all: Open, prompter: Attendant, profile: str
    ) -> None:
        with making:  # the session is still to be made
            openings = open_all((profile,))
            prompter.give_up()
            for opening in openings:
                opening.give_up()
        assert all(opening.first_page.exception(PATIENCE) for opening in openings)
        threads_end()
        assert prompter.subjects == []

    def test_is_not_asked_where_the_place_is_left_before_its_last_step(
        self, open_all: Open, prompter: Attendant, process: Path, tmp_path: Path
    ) -> None:
        """The keys of the profile before it come from a program that takes its time."""
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        process.write_text(f"cat {quote(str(fifo))}")
        openings = open_all(("mfa-process",))
        keys = {
            "Version": 1,
            "AccessKeyId": f"AKIADEMO{ACCOUNT}",
            "SecretAccessKey": "demo",
        }
        with fifo.open("w") as file:  # the program waits to be read from
            for opening in openings:
                opening.give_up()
            json.dump(keys, file)
        threads_end()
        assert prompter.subjects == []

    def test_is_renewed_once_for_all_places_whose_keys_end(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        prompter.answers = lambda question: question.answer("123456")
        openings = open_all(("demo-mfa", "mfa-too", "demo"))
        assert pages(openings)
        for connection in connections(openings):
            connection.caller.result(PATIENCE)
        plane.expire_sessions()
        pool = Pool(4)
        again = [pool.submit(fetch_page, c, Position()) for c in connections(openings)]
        assert all(page.result(PATIENCE).request_id for page in again)
        assert len(prompter.subjects) == 2
        assert count(plane, "AssumeRole") == 2

    def test_holds_no_slot_while_keys_are_renewed(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        prompter.answers = lambda question: question.answer("123456")
        openings = open_all(("demo-mfa", "demo"))
        assert pages(openings)
        first, *_, last = connections(openings)
        first.caller.result(PATIENCE)
        plane.expire_sessions()
        person, pool = Person(prompter), Pool(1)
        page = pool.submit(fetch_page, first, Position())
        question = person.hears()
        assert pool.submit(fetch_page, last, Position()).result(PATIENCE).request_id
        question.answer("123456")
        assert page.result(PATIENCE).request_id

    def test_renews_the_token_of_a_portal_once(
        self, open_all: Open, plane: Account, prompter: Attendant
    ) -> None:
        """A refresh token can be used once: who comes second would have to sign in again."""
        plane.token_seconds = 60
        prompter.answers = lambda question: plane.approve(question.subject.code)  # type: ignore[union-attr]
        assert pages(open_all(("demo-sso", "sso-too")))
        for entry in Path("~/.aws/cli/cache").expanduser().glob("*.json"):
            entry.unlink()
        plane.token_seconds = 28_800
        before = count(plane, "CreateToken")
        assert pages(open_all(("demo-sso", "sso-too")))
        assert len(prompter.subjects) == 1
        assert count(plane, "CreateToken") == before + 1


class TestKeysThatChange:
    def test_before_sts_has_a_turn_wait_for_what_it_says_of_the_first(
        self, open_all: Open, plane: Account, process: Path, tmp_path: Path
    ) -> None:
        """Else what another account lists would stand there as the first one's."""
        for name, account in (("first", ACCOUNT), ("other", "222222222222")):
            keys = {"Version": 1, "AccessKeyId": f"AKIADEMO{account}", "SecretAccessKey": "demo"}
            (tmp_path / name).write_text(json.dumps(keys))
        first, other, turned = (quote(str(tmp_path / n)) for n in ("first", "other", "turned"))
        process.write_text(f"test -e {turned} && cat {other} || cat {first}")
        gate = Gate()
        plane.script("DescribeClusters", gate, call=1)
        plane.script("DescribeClusters", Refuse("ExpiredTokenException"), call=2)
        (opening,) = open_all(("process",), ("us-east-1",), parallel=1)
        (connection,) = connections((opening,))
        assert gate.arrived(PATIENCE)
        (tmp_path / "turned").touch()
        page = submit(fetch_page, connection, Position())
        wait([page], 0.3)  # it does not come as long as STS is not asked
        gate.release()
        error = page.exception(PATIENCE)
        assert isinstance(error, HsmtuiError)
        assert error.code == ANOTHER_CALLER
        assert connection.caller.result(PATIENCE).account == ACCOUNT
        assert asked(plane, "DescribeClusters") == {(ACCOUNT, "us-east-1"): 2}


class TestRegionThatIsNotEnabled:
    HERE = ("us-east-1", "me-central-1", "eu-west-1")

    @pytest.mark.parametrize("profile", ["demo", "demo-mfa", "demo-sso"])
    def test_is_told_from_keys_that_ended(
        self, open_all: Open, plane: Account, prompter: Attendant, profile: str
    ) -> None:
        def answer(question: Question) -> None:
            if isinstance(question.subject, DeviceSignIn):
                plane.approve(question.subject.code)
            else:
                question.answer("123456")

        prompter.answers = answer
        first, disabled, last = openings = open_all((profile,), self.HERE)
        assert pages((first, last))
        error = disabled.first_page.exception(PATIENCE)
        assert isinstance(error, HsmtuiError)
        assert error.not_enabled
        assert not error.expired
        assert error.title == "This region is not enabled for the account"
        assert error.code == "UnrecognizedClientException"
        assert error.request_id
        assert len(prompter.subjects) == (profile != "demo")
        assert connections(openings)[0].caller.result(PATIENCE).account
        for operation in ("AssumeRole", "GetRoleCredentials"):
            assert count(plane, operation) <= 1
        assert count(plane, "GetCallerIdentity") == 1
        assert all(fetch_page(c, Position()).request_id for c in connections((first, last)))

    def test_is_not_it_where_sts_does_not_know_the_keys(
        self, open_all: Open, plane: Account
    ) -> None:
        plane.script("GetCallerIdentity", Refuse("InvalidClientTokenId", "No.", 403))
        openings = open_all(("demo",), self.HERE)
        error = openings[1].first_page.exception(PATIENCE)
        assert isinstance(error, HsmtuiError)
        assert not error.not_enabled

    def test_is_not_it_where_the_region_has_answered(self, open_all: Open, plane: Account) -> None:
        plane.disabled = ""
        openings = open_all(("demo",), self.HERE)
        assert pages(openings)
        disabled = connections(openings)[1]
        disabled.caller.result(PATIENCE)
        plane.disabled = "me-central-1"
        with pytest.raises(HsmtuiError) as caught:
            fetch_page(disabled, Position())
        assert not caught.value.not_enabled
        assert caught.value.expired

    def test_is_not_it_where_the_keys_were_renewed_for_another_place_meanwhile(
        self, open_all: Open, plane: Account, process: Path, tmp_path: Path
    ) -> None:
        """STS knows the new keys, which says nothing of those that were refused."""
        for name, key in (("old", "AKIADEMO"), ("new", "AKIASAME")):
            keys = {"Version": 1, "AccessKeyId": f"{key}{ACCOUNT}", "SecretAccessKey": "demo"}
            (tmp_path / name).write_text(json.dumps(keys))
        old, new, turned = (quote(str(tmp_path / name)) for name in ("old", "new", "turned"))
        process.write_text(f"test -e {turned} && cat {new} || cat {old}")
        gate, opt_in = Gate(), "eu-south-1"
        refused = Refuse("UnrecognizedClientException")
        plane.script("DescribeClusters", gate, refused, call=1, at=At(region=opt_in))
        openings = open_all(("process",), ("us-east-1", opt_in))
        here, _ = connections(openings)
        assert pages(openings[:1])
        here.caller.result(PATIENCE)
        assert gate.arrived(PATIENCE)
        (tmp_path / "turned").touch()
        plane.script(
            "DescribeClusters", Refuse("ExpiredTokenException"), call=1, at=At(region="us-east-1")
        )
        assert fetch_page(here, Position()).request_id
        gate.release()
        assert openings[1].first_page.result(PATIENCE).request_id

    def test_is_one_that_has_to_be_enabled(self) -> None:
        regions = {region for region in service_regions("aws") if is_opt_in(region)}
        assert {"af-south-1", "ap-east-1", "eu-south-1", "eu-south-2", "me-south-1"} <= regions
        assert regions.isdisjoint({"us-east-1", "eu-west-1", "sa-east-1", "ap-northeast-3"})
        assert not any(map(is_opt_in, ("us-gov-west-1", "cn-north-1")))


def test_clients_that_are_not_used_are_let_go(open_all: Open, plane: Account) -> None:
    profiles = (*THREE, "demo-auditor", "bare")
    openings = open_all(profiles, service_regions("aws"), parallel=16)
    many = connections(openings)
    assert len(many) > MOST_KEPT
    for opening in openings:
        opening.first_page.exception(PATIENCE)
    clients = many[0]._session.shared.clients
    assert len(clients._kept) == MOST_KEPT
    for connection in (many[0], many[-1]):
        assert connection.client.meta.region_name == connection.region
        assert connection.client is connection.client
    assert many[0].client is not many[1].client
