#!/usr/bin/python3
"""State folders as people meet them: full, locked, read-only, damaged, from a newer version. Each is refused in plain words, by exit code 3 (1
when --check finds something wrong inside), and nothing is half done."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from management import Management  # noqa: E402
from platform_process import DEADLINE_S, FLEETSIM, PlatformProcess  # noqa: E402

PRODUCT = "a1StatePK01"
CONFIG = """
schema_version: 1
limits: unlimited
regions: [cn-shanghai, ap-southeast-1]
accounts: [{id: "198000", name: makers, access_keys: [{id: testid, secret: testsecret}]}]
bootstrap: {address: 127.0.32.9, port: 0, tls: false}
management: {address: 127.0.32.9, port: 0}
instances:
  - {id: iotx-oxssharez200, region: cn-shanghai, mqtt: {address: 127.0.32.1, port: 0, tls: false}}
  - {id: iotx-oxssharez400, region: ap-southeast-1, mqtt: {address: 127.0.32.2, port: 0, tls: false}}
products:
  - {key: a1StatePK01, owner: "198000", instance: iotx-oxssharez200, devices: [{name: dev1, secret: secret}, {name: dev2, secret: secret}]}
"""
NOBODY = 65534


class StateFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fleetsim-state-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.platform = PlatformProcess(self.folder, CONFIG)
        self.addCleanup(self.platform.clear_away)
        self.file = self.platform.state / "platform.db"

    def management(self) -> Management:
        client = Management("127.0.32.9", self.platform.ready["management"]["port"], "testid", "testsecret")
        self.addCleanup(client.close)
        return client

    def devices(self) -> list[str]:
        page = self.management().call("QueryDevice", ProductKey=PRODUCT, PageSize=50, CurrentPage=1)
        return sorted(device["DeviceName"] for device in page["Data"]["DeviceInfo"])

    def fill(self) -> None:
        """A job that is done, and a device in handover."""
        self.platform.start()
        self.management().distribute(PRODUCT, "iotx-oxssharez200", "iotx-oxssharez400", ["dev1"], "198000")
        self.assertEqual(self.platform.stop(), 0)

    def sql(self, text: str) -> None:
        with sqlite3.connect(self.file) as database:
            database.executescript(text)
        database.close()

    def ended(self, *more: str, **options) -> tuple[int, str]:
        done = subprocess.run(self.platform.command(*more), capture_output=True, text=True, timeout=DEADLINE_S, check=False, **options)
        return done.returncode, done.stdout + done.stderr

    def check_refused(self, *sentences: str, **options) -> None:
        code, said = self.ended(**options)
        self.assertEqual(code, 3, said)
        for sentence in (*sentences, "hint: "):
            self.assertIn(sentence, said)

    def test_a_newer_schema_is_refused_and_left_alone(self):
        self.fill()
        with sqlite3.connect(self.file) as database:
            version = database.execute("SELECT version FROM schema_version").fetchone()[0]
        database.close()
        self.sql("UPDATE schema_version SET version = 999")
        self.check_refused("written by a newer fleetsim: its schema is 999")
        checked = self.platform.check()
        self.assertEqual((checked.returncode, checked.stdout), (3, ""), checked)
        self.assertIn("its schema is 999", checked.stderr)
        self.sql(f"UPDATE schema_version SET version = {version}")
        self.assertEqual(self.platform.check().returncode, 0)

    def test_a_folder_that_cannot_be_written_is_refused(self):
        self.fill()
        self.folder.chmod(0o755)
        self.platform.state.chmod(0o555)
        self.file.chmod(0o444)
        for log in self.platform.state.glob("platform.db-*"):
            log.chmod(0o444)
        to_whom_it_matters = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        self.check_refused("must be writable for this user", **to_whom_it_matters)
        self.platform.state.chmod(0o755)
        self.assertEqual(self.platform.check().returncode, 0)

    def test_a_folder_that_cannot_be_made_is_refused(self):
        (self.folder / "file").write_text("")
        self.platform.state = self.folder / "file" / "state"
        self.check_refused("cannot make the state folder", "give a path in a folder that is writable")

    def test_a_second_platform_on_one_folder_is_refused_and_the_first_goes_on(self):
        self.platform.start()
        self.check_refused("database is locked", "another process uses this folder")
        checked = self.platform.check()
        self.assertEqual(checked.returncode, 3, checked)
        self.assertEqual(self.devices(), ["dev1", "dev2"])

    def test_a_file_that_is_no_state_is_refused_and_left_as_it_is(self):
        self.platform.state.mkdir()
        self.file.write_bytes(b"x" * 5000)
        self.check_refused("file is not a database")
        self.assertEqual(self.platform.check().returncode, 3)
        self.assertEqual(self.file.read_bytes(), b"x" * 5000)

    def test_a_damaged_state_is_refused_and_check_says_what_is_wrong(self):
        self.fill()
        self.sql("UPDATE job_device SET device = 1")
        self.check_refused("does not hold together", "follows a job that does not name it")
        checked = self.platform.check()
        self.assertEqual(checked.returncode, 1, checked)
        self.assertIn('device "dev1" follows a job that does not name it\n', checked.stdout)
        self.assertIn("1 job (0 unfinished): ", checked.stdout)
        self.sql("DELETE FROM device WHERE name = 'dev1'")
        self.check_refused("device number 0 is missing")
        self.assertIn("device number 0 is missing", self.platform.check().stdout)

    def test_a_configuration_that_lost_an_instance_is_refused(self):
        self.fill()
        smaller = "".join(line for line in CONFIG.splitlines(keepends=True) if "iotx-oxssharez400" not in line)
        self.platform.config.write_text(smaller, encoding="utf-8")
        self.check_refused("instance iotx-oxssharez400 is missing in the configuration", "give the configuration that belongs to this folder")
        checked = self.platform.check("--config", str(self.platform.config))
        self.assertEqual(checked.returncode, 1, checked)
        self.assertIn("instance iotx-oxssharez400 is missing", checked.stdout)
        self.assertEqual(self.platform.check().returncode, 0)

    def test_a_disk_without_room_at_the_start_is_refused(self):
        with self.assertRaisesRegex(RuntimeError, "exit code 3.*\n?.*hint: make room on the disk"):
            self.platform.start(file_bytes_max=20000)
        self.platform.start()
        self.assertEqual(self.devices(), ["dev1", "dev2"])

    def test_a_disk_that_fills_ends_the_platform_without_another_word_and_what_was_confirmed_is_kept(self):
        self.platform.start(file_bytes_max=400_000)
        client = self.management()
        confirmed = ["dev1", "dev2"]
        with self.assertRaises(ConnectionError):  # reset or closed, and not half an answer
            for i in range(1000):
                client.call("RegisterDevice", ProductKey=PRODUCT, DeviceName=f"more-{i:03}")
                confirmed.append(f"more-{i:03}")
        self.assertEqual(self.platform.process.wait(DEADLINE_S), 3)
        self.platform.buried()
        said = self.platform.said()
        self.assertIn("the state cannot be kept any more", said)
        self.assertIn("make room on the disk", said)
        self.assertGreater(len(confirmed), 5)
        checked = self.platform.check()
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.platform.start()
        self.assertEqual(self.devices(), sorted(confirmed)[:50])

    def test_full_durability_keeps_what_was_confirmed(self):
        self.platform.start("--durability", "full")
        self.management().call("RegisterDevice", ProductKey=PRODUCT, DeviceName="more-1")
        self.platform.kill()
        self.platform.buried()
        self.platform.start()
        self.assertEqual(self.devices(), ["dev1", "dev2", "more-1"])

    def test_what_is_no_state_folder_is_told_apart(self):
        self.platform.state = self.folder / "nothing"
        checked = self.platform.check()
        self.assertEqual(checked.returncode, 3, checked)
        self.assertIn("there is no state in", checked.stderr)
        for wrong in (["--check"], ["--state", "x"], ["--config", "x", "--durability", "full"], ["--config", "x", "--state", "x", "--durability", "half"]):
            done = subprocess.run([FLEETSIM, "platform", *wrong], capture_output=True, text=True, timeout=DEADLINE_S, check=False)
            self.assertEqual(done.returncode, 2, (wrong, done))


if __name__ == "__main__":
    unittest.main()
