"""100 jobs of 1,000 devices over 10 accounts on a platform that keeps its state: created and asked for by the signed API, applied, and their
records downloaded. The yardstick writes as many rows into SQLite as the jobs have devices, with nothing around it."""

import os
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "crash"))
from management import Management  # noqa: E402
from platform_process import PlatformProcess  # noqa: E402

ACCOUNTS, JOBS, DEVICES = 10, 10, 1000  # jobs an account, devices a job
ROWS = ACCOUNTS * JOBS * DEVICES
SOURCE, TARGET = "iotx-oxssharez200", "iotx-oxssharez400"


def config() -> str:
    accounts = "".join(f'  - {{id: "19800{a}", name: makers{a}, access_keys: [{{id: key{a}, secret: secret{a}}}]}}\n' for a in range(ACCOUNTS))
    products = "".join(f'  - {{key: a1Bench000{a}, owner: "19800{a}", instance: {SOURCE}}}\n' for a in range(ACCOUNTS))
    return f"""schema_version: 1
limits: unlimited
regions: [cn-shanghai, ap-southeast-1]
accounts:
{accounts}bootstrap: {{address: 127.0.33.9, port: 0, tls: false}}
management: {{address: 127.0.33.9, port: 0}}
instances:
  - {{id: {SOURCE}, region: cn-shanghai, mqtt: {{address: 127.0.33.1, port: 0, tls: false}}}}
  - {{id: {TARGET}, region: ap-southeast-1, mqtt: {{address: 127.0.33.2, port: 0, tls: false}}}}
products:
{products}"""


def names(account: int, job: int) -> list[str]:
    return [f"bench-{account}-{job}-{i:04}" for i in range(DEVICES)]


def client_of(platform: PlatformProcess, account: int) -> Management:
    return Management("127.0.33.9", platform.ready["management"]["port"], f"key{account}", f"secret{account}")


def register(platform: PlatformProcess, account: int) -> None:
    client = client_of(platform, account)
    for job in range(JOBS):
        wanted = {f"DeviceName.{i}": name for i, name in enumerate(names(account, job), 1)}
        application = client.call("BatchCheckDeviceNames", ProductKey=f"a1Bench000{account}", **wanted)["Data"]["ApplyId"]
        client.call("BatchRegisterDeviceWithApplyId", ProductKey=f"a1Bench000{account}", ApplyId=application)
    client.close()


def order_about(platform: PlatformProcess, account: int) -> None:
    client = client_of(platform, account)
    jobs = [client.distribute(f"a1Bench000{account}", SOURCE, TARGET, names(account, job), f"19800{account}") for job in range(JOBS)]
    for number, job in enumerate(jobs):
        while client.call("QueryDeviceDistributeJob", JobId=job)["Data"]["Status"] != 2:
            time.sleep(0.01)
        record = client.record(job)
        if [(line[0], line[1]) for line in record] != [(name, "200") for name in names(account, number)]:
            raise SystemExit(f"the record of job {job} is not that of its devices")
    client.close()


def seconds_for_jobs(binary: Path, durability: str) -> float:
    """From the first call to the last record. Afterwards the platform is killed, and what it kept must hold together."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("FLEETSIM_BENCH_DISK")) as name:
        folder = Path(name)
        platform = PlatformProcess(folder, config(), str(binary))
        platform.start("--durability", durability)
        for account in range(ACCOUNTS):
            register(platform, account)
        began = time.monotonic()
        callers = [threading.Thread(target=order_about, args=(platform, account)) for account in range(ACCOUNTS)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        took = time.monotonic() - began
        platform.kill()
        platform.buried()
        checked = platform.check()
        platform.clear_away()
        if checked.returncode != 0 or f"({ROWS} in handover), {ACCOUNTS * JOBS} jobs (0 unfinished)" not in checked.stdout:
            raise SystemExit(checked.stdout + checked.stderr)
    return took


def seconds_for_rows() -> float:
    """As many rows into one table, a commit for each 1,000."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("FLEETSIM_BENCH_DISK")) as folder:
        database = sqlite3.connect(Path(folder) / "rows.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE job_device(job INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, code INTEGER NOT NULL, "
                         "message TEXT NOT NULL, device INTEGER, PRIMARY KEY(job, position)) WITHOUT ROWID")
        began = time.monotonic()
        for job in range(ACCOUNTS * JOBS):
            rows = [(job, i, f"bench-{job}-{i:04}", 200, "", job * DEVICES + i) for i in range(DEVICES)]
            database.execute("BEGIN")
            database.executemany("INSERT INTO job_device VALUES(?, ?, ?, ?, ?, ?)", rows)
            database.execute("COMMIT")
        took = time.monotonic() - began
        database.close()
    return took
