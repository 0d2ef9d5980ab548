#!/usr/bin/python3
"""Kills a durable platform with SIGKILL at seeded moments, while jobs are applied and devices are online: crash_test.py [KILLS] [SEED].

After each restart: `--check` finds nothing, every job and every posted number that was confirmed is there, no device is lost or doubled,
runtime data is where it was made, every device comes online at its target, and probing CONNECTs are accepted at exactly one instance."""

import asyncio
import http.client
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fleet import Fleet, identifier, probe  # noqa: E402
from management import Management, Refused  # noqa: E402
from platform_process import PlatformProcess, free_port  # noqa: E402

KILLS = 20
SEED = 20261129
DEVICES = 24
PROBED = 6  # devices a kill, at every instance
PRODUCT = "a1CrashPK01"
UID = "198000"
PATIENCE_S = 20
KILL_WITHIN_S = 0.4
HOSTS = {"iotx-oxssharez200": "127.0.31.1", "iotx-oxssharez400": "127.0.31.2", "iotx-oxssharez700": "127.0.31.3"}
CONFIG = """
schema_version: 1
limits:  # documented, for jobs are applied in batches then; but a device that is killed so often connects often
  mode: documented
  devices_per_batch: 4
  job_batch_interval: 10ms
  connects_per_minute_per_device: 100000
  connects_per_second_per_account: 100000
api: {qps: {CreateDeviceDistributeJob: 10000, QueryDeviceDistributeJob: 10000, QueryDeviceDistributeDetail: 10000, ListDeviceDistributeJob: 10000,
  DeleteDeviceDistributeJob: 10000, QueryDevice: 10000, QueryDevicePropertyStatus: 10000}}
regions: [cn-shanghai, ap-southeast-1, eu-central-1]
accounts: [{id: "198000", name: makers, access_keys: [{id: testid, secret: testsecret}]}]
bootstrap: {address: 127.0.31.9, port: %(bootstrap)d, tls: false}
management: {address: 127.0.31.9, port: %(management)d}
instances:
  - {id: iotx-oxssharez200, region: cn-shanghai, mqtt: {address: 127.0.31.1, port: %(mqtt)d, tls: false}}
  - {id: iotx-oxssharez400, region: ap-southeast-1, mqtt: {address: 127.0.31.2, port: %(mqtt)d, tls: false}}
  - {id: iotx-oxssharez700, region: eu-central-1, mqtt: {address: 127.0.31.3, port: %(mqtt)d, tls: false}}
products:
  - {key: a1CrashPK01, owner: "198000", instance: iotx-oxssharez200, devices: [%(devices)s]}
"""


class Plan:
    """Jobs that no device is in twice, and when the platform dies of them. From the random source alone."""

    def __init__(self, rng: random.Random, homes: dict[str, str]):
        free = sorted(homes)
        rng.shuffle(free)
        self.jobs = []  # (source, target, devices)
        for _ in range(rng.randint(1, 3)):
            source = homes[rng.choice(free)]
            there = [name for name in free if homes[name] == source]
            names = there[:rng.randint(1, len(there))]
            free = [name for name in free if name not in names]
            self.jobs.append((source, rng.choice([i for i in HOSTS if i != source]), names))
            if not free:
                break
        self.moment = rng.choice(["answer", "word", "time"])
        self.answer = rng.randrange(len(self.jobs))
        self.word = rng.randint(1, 3 * DEVICES)
        self.delay = rng.uniform(0, KILL_WITHIN_S)

    def text(self) -> str:
        jobs = " ".join(f"{source[-3:]}>{target[-3:]}x{len(names)}" for source, target, names in self.jobs)
        return f"jobs {jobs}, killed at " + {"answer": f"answer {self.answer + 1}", "word": f"word {self.word}", "time": f"{self.delay * 1000:.0f} ms"}[self.moment]


class Crash:
    def __init__(self, folder: Path, seed: int):
        self.rng = random.Random(seed)
        self.secrets = {f"crash-{i:02}": f"{i:032x}" for i in range(DEVICES)}
        ports = {"bootstrap": free_port("127.0.31.9"), "management": free_port("127.0.31.9"), "mqtt": free_port("127.0.31.1")}
        devices = ", ".join(f'{{name: {name}, secret: "{secret}"}}' for name, secret in self.secrets.items())
        self.platform = PlatformProcess(folder, CONFIG % (ports | {"devices": devices}))
        self.ports = ports
        self.homes = {name: "iotx-oxssharez200" for name in self.secrets}  # where each must be: what the test alone knows
        self.jobs: dict[str, list[str]] = {}  # confirmed and not deleted -> devices
        self.fleet = None

    def management(self) -> Management:
        return Management("127.0.31.9", self.ports["management"], "testid", "testsecret")

    async def run(self, kills: int) -> None:
        self.platform.start()
        self.fleet = Fleet(("127.0.31.9", self.ports["bootstrap"]), PRODUCT, self.secrets)
        self.fleet.start()
        await self.fleet.until(self.all_are_home, "every device is online for the first time")
        for number in range(1, kills + 1):
            began = time.monotonic()
            plan = Plan(self.rng, self.homes)
            try:
                confirmed = await self.kill_during(plan)
                # Every other time the devices are away at first: where each is listed does not wait for it to connect.
                await self.go_on(plan, confirmed, devices_are_away=number % 2 == 0)
            except Exception:
                print(f"kill {number}: {plan.text()}: FAILED", flush=True)
                raise
            print(f"kill {number}: {plan.text()}; {len(confirmed)} of {len(plan.jobs)} confirmed; {time.monotonic() - began:.1f} s", flush=True)
        await self.fleet.stop()
        assert self.platform.stop() == 0, self.platform.said()
        checked = self.platform.check("--config", str(self.platform.config))
        assert checked.returncode == 0, checked.stdout + checked.stderr

    def all_are_home(self) -> bool:
        return all(device.at == HOSTS[self.homes[name]] for name, device in self.fleet.devices.items())

    async def kill_during(self, plan: Plan) -> list[str]:
        """The ids of the jobs that were confirmed before the end."""
        confirmed = []

        def order() -> None:
            client = self.management()
            try:
                for position, (source, target, names) in enumerate(plan.jobs):
                    confirmed.append(client.distribute(PRODUCT, source, target, names, UID))
                    if plan.moment == "answer" and position == plan.answer:
                        self.platform.kill()
            except (OSError, http.client.HTTPException):
                pass  # it is dead
            finally:
                client.close()

        if plan.moment == "word":
            last_word = self.fleet.words + plan.word
            self.fleet.on_word = lambda words: self.platform.kill() if words >= last_word else None
        ordering = asyncio.create_task(asyncio.to_thread(order))
        # At the latest: it need not come to so many words.
        await asyncio.to_thread(self.platform.killed_within, plan.delay if plan.moment == "time" else KILL_WITHIN_S)
        await ordering
        self.fleet.on_word = None
        return confirmed

    async def go_on(self, plan: Plan, confirmed: list[str], devices_are_away: bool) -> None:
        if devices_are_away:
            await self.fleet.stop()
        checked = await asyncio.to_thread(self.platform.check)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        await asyncio.to_thread(self.platform.start)
        client = self.management()
        try:
            made = await asyncio.to_thread(self.take_stock, client, plan, confirmed)
            if devices_are_away:
                self.fleet.start()
            await self.fleet.until(self.all_are_home, "every device is online at its target")
            await asyncio.to_thread(self.look_at_records, client, made)
            await asyncio.to_thread(self.look_at_devices, client)
            await self.probe_everywhere()
            await self.fleet.until(self.all_are_home, "the probed devices are back")
            if self.rng.random() < 0.5:
                for job in list(self.jobs):
                    await asyncio.to_thread(client.call, "DeleteDeviceDistributeJob", JobId=job)
                    del self.jobs[job]
        finally:
            client.close()

    def take_stock(self, client: Management, plan: Plan, confirmed: list[str]) -> list[str]:
        """What was confirmed is there; of what was not, at most the one job that was under way. All of it comes to its end."""
        listed, token = {}, {}
        while True:
            answer = client.call("ListDeviceDistributeJob", PageSize=200, CurrentPage=1, **token)
            listed |= {job["JobId"]: job for job in answer["Data"]["JobInfo"]["items"]}
            if not answer["Data"].get("NextToken"):
                break
            token = {"NextToken": answer["Data"]["NextToken"]}
        lost = (set(self.jobs) | set(confirmed)) - set(listed)
        assert not lost, f"confirmed jobs are lost: {lost}"
        extra = sorted(set(listed) - set(self.jobs) - set(confirmed))
        assert len(extra) <= 1, f"jobs that nobody asked for: {extra}"
        made = confirmed + extra
        assert len(made) <= len(plan.jobs), "a job is there twice"
        for job, (_, target, names) in zip(made, plan.jobs):
            assert listed[job]["Total"] == len(names), listed[job]
            self.jobs[job] = names
            self.homes |= {name: target for name in names}
        deadline = time.monotonic() + PATIENCE_S
        for job in made:
            while client.call("QueryDeviceDistributeJob", JobId=job)["Data"]["Status"] != 2:
                assert time.monotonic() < deadline, f"job {job} does not come to its end"
                time.sleep(0.005)
        # Each at its target from its handover on: whether it has connected there by now is another question.
        self.look_at_places(client)
        return made

    def look_at_records(self, client: Management, made: list[str]) -> None:
        for job in made:
            record = client.record(job)
            assert [(line[0], line[1]) for line in record] == [(name, "200") for name in self.jobs[job]], record

    def look_at_devices(self, client: Management) -> None:
        for instance, names in self.look_at_places(client).items():
            for name in names:
                self.look_at_data(client, name, instance, HOSTS[instance])

    def look_at_places(self, client: Management) -> dict[str, list[str]]:
        """The devices that are listed at each instance: every device once, and where the last confirmed job has sent it."""
        listed = {}
        for instance in HOSTS:
            try:
                page = client.call("QueryDevice", ProductKey=PRODUCT, IotInstanceId=instance, PageSize=50, CurrentPage=1)
            except Refused as refused:  # nothing of the product has ever come there
                assert refused.code == "iot.prod.NotExistedProduct", refused
                continue
            names = [device["DeviceName"] for device in page["Data"]["DeviceInfo"]]
            assert sorted(names) == sorted(name for name, home in self.homes.items() if home == instance), f"at {instance}: {names}"
            listed[instance] = names
        assert sorted(sum(listed.values(), [])) == sorted(self.secrets), "a device is lost or there twice"
        return listed

    def look_at_data(self, client: Management, name: str, instance: str, host: str) -> None:
        device = self.fleet.devices[name]
        at_least, first = device.acknowledged.get(host, 0), device.first.get(host)
        answer = client.call("QueryDevicePropertyStatus", ProductKey=PRODUCT, DeviceName=name, IotInstanceId=instance)
        values = {one["Identifier"]: int(one["Value"]) for one in answer["Data"]["List"]["PropertyStatusInfo"]}
        assert set(values) <= {identifier("made_at_", host), identifier("first_at_", host)}, f"{name} at {host} shows data made elsewhere: {values}"
        made = values.get(identifier("made_at_", host), 0)
        assert at_least <= made <= device.posted.get(host, 0), f"{name} at {host} was told that {at_least} is kept, and {made} is"
        assert first is None or values.get(identifier("first_at_", host)) == first, f"{name} at {host} does not find {first} again: {values}"

    async def probe_everywhere(self) -> None:
        names = self.rng.sample(sorted(self.secrets), PROBED)
        await self.fleet.stop(names)
        for name in names:
            device = self.fleet.devices[name]
            codes = {i: await probe(host, self.ports["mqtt"], device.connect) for i, host in self.rng.sample(sorted(HOSTS.items()), len(HOSTS))}
            accepting = [instance for instance, code in codes.items() if code == 0]
            assert accepting == [self.homes[name]], f"{name} belongs to {self.homes[name]} and is accepted at {accepting}"
        self.fleet.start(names)


def main(kills: int, seed: int) -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fleetsim-crash-") as folder:
        crash = Crash(Path(folder), seed)
        try:
            asyncio.run(crash.run(kills))
        except Exception:
            print(f"seed {seed}; the platform said:\n{crash.platform.said()}", flush=True)
            raise
        finally:
            crash.platform.clear_away()
    print(f"{kills} kills, seed {seed}: nothing was lost, doubled or out of place; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS, int(sys.argv[2]) if len(sys.argv) > 2 else SEED)
