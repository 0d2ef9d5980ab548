"""The platform of an open world: what there is to see of it, its management API, and messages to devices."""

from __future__ import annotations

import base64
import pickle
from typing import Any, Callable, Dict, Iterator, List

import pytest

import fleetsim as fs
from conftest import PLATFORM, SHANGHAI, SINGAPORE, move, small

DETAIL = {"ProductKey": "a1TestPK001", "DeviceName": "meters-000001"}


@pytest.fixture
def world() -> Iterator[fs.World]:
    with fs.World(small(devices=6)) as opened:
        yield opened


def two_accounts() -> fs.Scenario:
    accounts = [
        {"id": "198000", "name": "makers", "access_keys": [{"id": "testid", "secret": "very-secret"}]},
        {"id": "198001", "name": "partner"},
    ]
    instances = [*PLATFORM["instances"], {"id": "iot-makers", "region": "cn-shanghai", "kind": "enterprise", "owner": "198000", "mqtt": {"address": "127.0.9.1", "port": 0}}]
    products = [{"key": "a1TestPK001", "owner": "198000", "instance": SHANGHAI, "secret": "also-secret"}]
    return small(devices=3, platform={**PLATFORM, "accounts": accounts, "instances": instances, "products": products})


# What there is to see.


def test_accounts_instances_and_products() -> None:
    with fs.World(two_accounts()) as world:
        platform = world.platform
        assert [(one.id, one.name, one.access_keys) for one in platform.accounts] == [("198000", "makers", ("testid",)), ("198001", "partner", ())]
        assert [(one.id, one.region, one.owner) for one in platform.instances] == [
            (SHANGHAI, "cn-shanghai", None),
            (SINGAPORE, "ap-southeast-1", None),
            ("iot-makers", "cn-shanghai", "198000"),
        ]
        assert [one.address for one in platform.instances] == ["127.0.2.1", "127.0.3.1", "127.0.9.1"]
        assert all(one.port > 0 and one.host for one in platform.instances)
        (product,) = platform.products
        assert (product.key, product.owner, product.gateway, product.instances, product.devices) == ("a1TestPK001", "198000", False, (SHANGHAI,), 3)
        everything = repr([platform.accounts, platform.products, list(platform.devices.values())])
        assert "secret" not in everything


def test_a_device_s_record_follows_its_move(world: fs.World) -> None:
    device = world.fleet[2]
    before = world.platform.devices[device]
    assert (before.name, before.product_key, before.device_name) == ("a1TestPK001/meters-000002", "a1TestPK001", "meters-000002")
    assert (before.instance, before.listed_at, before.status, before.activated, before.moves) == (SHANGHAI, SHANGHAI, "UNACTIVE", False, 0)
    world.fleet.bring_online()
    here = world.platform.devices["meters-000002"]
    assert (here.status, here.online, here.in_handover, here.job, here.handover_step) == ("ONLINE", True, False, None, None)
    assert device.instance == SHANGHAI and device.endpoint == f"127.0.2.1:{world.platform.instances[0].port}"
    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE)
    under_way = world.platform.devices["a1TestPK001/meters-000002"]
    (job,) = world.platform.jobs
    assert (under_way.in_handover, under_way.job, under_way.instance, under_way.listed_at) == (True, job.id, SHANGHAI, SINGAPORE)
    assert under_way.handover_step in ("handed_over", "notified")
    world.run_until(world.fleet.all_moved, within="60s")
    there = world.platform.devices[device]
    assert (there.in_handover, there.instance, there.listed_at, there.moves, there.status) == (False, SINGAPORE, SINGAPORE, 1, "ONLINE")
    assert device.endpoint == f"127.0.3.1:{world.platform.instances[1].port}"
    device.power_off()
    world.run_until(lambda: world.platform.devices[device].status == "OFFLINE", within="10s")


def test_devices_are_a_mapping(world: fs.World) -> None:
    devices = world.platform.devices
    assert len(devices) == 6 and list(devices)[0] == "a1TestPK001/meters-000000" and list(devices) == [device.name for device in world.fleet]
    assert "a1TestPK001/meters-000003" in devices and world.fleet[3] in devices and "a1TestPK001/ghost" not in devices and "ghost" not in devices
    with pytest.raises(KeyError, match="no device a1TestPK001/ghost"):
        devices["a1TestPK001/ghost"]
    with pytest.raises(TypeError, match="expected a Device"):
        devices[3]  # type: ignore[index]
    world.platform.api("DeleteDevice", **{**DETAIL, "DeviceName": "meters-000005"})
    assert len(devices) == 5 and world.fleet[5] not in devices
    world.platform.api("RegisterDevice", ProductKey="a1TestPK001", DeviceName="newcomer")
    assert devices["a1TestPK001/newcomer"].status == "UNACTIVE" and list(devices)[-1] == "a1TestPK001/newcomer"


def test_jobs_tell_how_far_their_devices_are(world: fs.World) -> None:
    world.fleet.bring_online()
    assert not world.platform.jobs
    world.fleet[0].cut_power()
    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE, name="evening")
    (job,) = world.platform.jobs
    assert (job.name, job.state, job.policy, job.source, job.targets, job.product) == ("evening", "distributed", "region", SHANGHAI, (SINGAPORE,), "a1TestPK001")
    assert sum(job.devices.values()) == 6 and job.devices["moved"] == 0 and not job.done and job.failure is None
    world.run_until(lambda: world.fleet.moved == 5, within="60s")
    (job,) = world.platform.jobs
    assert (job.devices["moved"], job.devices["moved"] + job.devices["notified"] + job.devices["handed_over"]) == (5, 6)
    assert job.moved == {SINGAPORE: 5} and not job.done
    world.fleet[0].power_on()
    world.run_until(lambda: world.platform.jobs[0].done, within="60s")
    assert world.platform.jobs[0].devices["moved"] == 6
    world.platform.distribute(world.fleet, source=SINGAPORE, to=SHANGHAI)
    assert [one.name for one in world.platform.jobs] == ["evening", world.platform.jobs[1].id]


def test_misbehaviours_tell_how_often_they_have_fired(world: fs.World) -> None:
    assert not world.platform.misbehaviours
    world.platform.misbehave("notify_duplicate", copies=2, name="twice")
    world.platform.misbehave("bootstrap_status", status=503, times=2)
    world.fleet.bring_online()
    move(world)
    twice, busy = world.platform.misbehaviours
    assert (twice.name, twice.kind, twice.fired, twice.over) == ("twice", "notify_duplicate", 6, False)
    assert (busy.name, busy.fired, busy.over) == ("bootstrap_status", 2, True)
    world.platform.heal("twice")
    assert [rule.name for rule in world.platform.misbehaviours] == ["bootstrap_status"]


def test_statistics_count(world: fs.World) -> None:
    before = world.platform.statistics
    assert (before.sessions_online, before.connects_accepted, before.commits) == (0, 0, 0)
    move(world)
    after = world.platform.statistics
    assert (after.sessions_online, after.connects_accepted, after.commits, after.devices_moved, after.jobs) == (6, 12, 6, 6, 1)
    assert after.bootstraps_answered == 12 and after.notifies_sent >= 6 and after.notify_replies == 6 and after.devices_in_handover == 0


def test_looking_changes_nothing() -> None:
    hashes: List[Any] = []
    for looks in (False, True):
        with fs.World(small(devices=6)) as world:
            world.fleet.bring_online()
            if looks:
                platform = world.platform
                print(platform.accounts, platform.instances, platform.products, platform.jobs, platform.misbehaviours, platform.statistics, dict(platform.devices))
                platform.api("QueryDeviceDetail", **DETAIL)
            move(world)
        hashes.append(world.report().trace_hash)
    assert hashes[0] == hashes[1]


# The management API.


def test_the_api_answers_as_json(world: fs.World) -> None:
    world.fleet.bring_online()
    detail = world.platform.api("QueryDeviceDetail", **DETAIL)
    assert detail["Success"] is True and detail["Data"]["DeviceName"] == "meters-000001" and detail["Data"]["Status"] == "ONLINE"
    states = world.platform.api("BatchGetDeviceState", ProductKey="a1TestPK001", DeviceName=["meters-000000", "meters-000001"])
    assert [one["Status"] for one in states["DeviceStatusList"]["DeviceStatus"]] == ["ONLINE", "ONLINE"]
    status = world.platform.api("GetDeviceStatus", IotInstanceId=SHANGHAI, **DETAIL)
    assert status["Data"]["Status"] == "ONLINE"


def test_the_api_distributes(world: fs.World) -> None:
    world.fleet.bring_online()
    world.platform.api(
        "CreateDeviceDistributeJob",
        SourceInstanceId=SHANGHAI,
        ProductKey="a1TestPK001",
        DeviceName=["meters-000000", "meters-000003"],
        TargetInstanceConfig=[{"TargetInstanceId": SINGAPORE}],
        TargetUid="198000",
        Strategy=0,
    )
    world.run_until(lambda: world.platform.statistics.commits == 2, within="60s")
    assert [device.instance == SINGAPORE for device in world.fleet] == [True, False, False, True, False, False]


def test_a_refusal_is_an_api_error(world: fs.World) -> None:
    with pytest.raises(fs.ApiError, match="QueryDeviceDetail: iot.device.NotExistedDevice: there is no device") as caught:
        world.platform.api("QueryDeviceDetail", ProductKey="a1TestPK001", DeviceName="ghost")
    error = caught.value
    assert (error.action, error.code, len(error.request_id)) == ("QueryDeviceDetail", "iot.device.NotExistedDevice", 36)
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.message, str(again)) == (error.code, error.message, str(error))
    with pytest.raises(fs.ApiError, match="InvalidAction.NotFound"):
        world.platform.api("NoSuchAction")
    with pytest.raises(fs.ApiError, match="MissingParameter"):
        world.platform.api("QueryDeviceDetail", ProductKey=None)


def test_the_account_decides_what_is_in_sight() -> None:
    with fs.World(two_accounts()) as world:
        assert world.platform.api("QueryDeviceDetail", account="198000", **{**DETAIL, "DeviceName": "meters-000000"})["Success"]
        with pytest.raises(fs.ApiError, match="iot.prod.NotExistedProduct"):
            world.platform.api("QueryDeviceDetail", account="198001", **DETAIL)
        with pytest.raises(KeyError, match="no account 7"):
            world.platform.api("QueryDeviceDetail", account="7", **DETAIL)


def test_an_answer_that_takes_time_lets_it_pass(world: fs.World) -> None:
    world.fleet.bring_online()
    before = world.now
    question = base64.b64encode(b"hello").decode()
    answer = world.platform.api("RRpc", Timeout=2000, RequestBase64Byte=question, **DETAIL)
    assert answer["RrpcCode"] == "TIMEOUT" and world.now >= before + 2, "the reference firmware knows no such call"
    with pytest.raises(RuntimeError, match="from within a check"):
        world.run_until(lambda: bool(world.platform.api("RRpc", Timeout=2000, RequestBase64Byte=question, **DETAIL)), within="1s")


def test_the_api_works_on_sockets() -> None:
    with fs.World(small(devices=2), kind="sockets") as world:
        world.fleet.bring_online()
        assert world.platform.api("QueryDeviceDetail", **DETAIL)["Data"]["Status"] == "ONLINE"
        world.platform.api("DisableThing", **DETAIL)
        world.run_until(lambda: world.platform.devices[world.fleet[1]].status == "DISABLE", within="10s")
        world.run_until(lambda: world.platform.statistics.sessions_online == 1, within="10s")
        assert [instance.address for instance in world.platform.instances] == ["127.0.2.1", "127.0.3.1"]


# Messages to devices.


def test_a_message_reaches_a_device_that_is_there(world: fs.World) -> None:
    world.fleet.bring_online()
    device = world.fleet[1]
    message: Dict[str, Any] = {"id": "1", "version": "1.0", "method": "thing.service.property.set", "params": {"temperature": 30}}
    assert world.platform.publish_to(device, "/sys/{pk}/{dn}/thing/service/property/set", message) is True
    world.run_for("1s")
    timeline = device.timeline()
    assert timeline is not None and '"params":{"temperature":30}' in timeline.text
    assert world.platform.publish_to("a1TestPK001/meters-000001", "/{pk}/{dn}/user/nobody/listens", b"x") is False
    device.power_off()
    world.run_for("1s")
    assert world.platform.publish_to(world.fleet[1].name, "/sys/{pk}/{dn}/thing/service/property/set", b"{}") is False


@pytest.mark.parametrize(
    "order, kind, words",
    [
        (lambda platform: platform.publish_to("a1TestPK001/ghost", "/a"), KeyError, "ghost"),
        (lambda platform: platform.publish_to(3, "/a"), TypeError, "expected a Device"),
        (lambda platform: platform.publish_to("meters-000000", "/a/#"), ValueError, "topic: expected a topic without"),
        (lambda platform: platform.publish_to("meters-000000", 3), TypeError, "topic"),
        (lambda platform: platform.publish_to("meters-000000", "/a", 3), TypeError, "payload"),
        (lambda platform: platform.publish_to("meters-000000", "/a", qos=2), ValueError, "qos"),
        (lambda platform: platform.api(3), TypeError, "action: expected a name"),
        (lambda platform: platform.api("QueryProduct", account=3), TypeError, "account"),
        (lambda platform: platform.api("QueryProduct", ProductKey={1, 2}), TypeError, "ProductKey: expected a text"),
    ],
)
def test_wrong_arguments_are_named(world: fs.World, order: Callable[[Any], object], kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        order(world.platform)
