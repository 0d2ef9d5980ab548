"""Devices under test that come by themselves: what is said to the person at the desk, and what becomes of one that never comes."""
import contextlib
import os
import pathlib
import random
import socket
import subprocess
import tempfile
import unittest

FLEETSIM = os.environ["FLEETSIM_BINARY"]


def free_row(length):
    """The first of so many free ports in a row, below those that clients get by chance: one that lingers would hold its port."""
    for _ in range(1000):
        first = random.randrange(20000, 30000)
        try:
            with contextlib.ExitStack() as all_of_them:
                for port in range(first, first + length):
                    all_of_them.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no ports are free")


class External(unittest.TestCase):
    """A device that comes by itself: another program plays the person and the board."""

    def test_it_is_told_what_to_burn_waited_for_and_examined_with_a_person_at_its_plug(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        answers = folder / "answers"
        os.mkfifo(answers)
        port = free_row(4)
        exam = subprocess.Popen([FLEETSIM, "conform", "--dut", "external:board", "--no-discovery", "--external-port", str(port), "--answers",
                                 str(answers), "--external-timeout", "300", "--time-scale", "0.1", "--requirement", "NOTIFY-01", "--requirement", "PERSIST-04"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ, TMPDIR=str(folder)))
        self.addCleanup(exam.kill)
        boards = []

        def switch_on():
            boards.append(subprocess.Popen([FLEETSIM, "device", "--product-key", burned["product key"], "--device-name", burned["device name"],
                                            "--device-secret-file", burned["device secret"], "--bootstrap-host", "127.0.0.1",
                                            "--bootstrap-port", str(port), "--bootstrap-tls", "0", "--mqtt-tls", "0", "--flash",
                                            str(folder / "flash"), "--time-scale", "0.1", "--quiet"]))

        burned = {}
        self.addCleanup(lambda: [(board.kill(), board.wait()) for board in boards])
        self.addCleanup(exam.stderr.close)
        self.addCleanup(exam.stdout.close)
        with open(answers, "w", encoding="utf-8", buffering=1) as person:
            for line in exam.stderr:
                for name in ("product key", "device name", "device secret"):
                    if line.strip().startswith(name):
                        burned[name] = line.strip()[len(name):].strip().removeprefix("in ").split()[0]
                if "trusted CA" in line:
                    self.assertEqual(os.stat(burned["device secret"]).st_mode & 0o777, 0o600)
                    switch_on()
                if line.startswith(">>> "):
                    if "Cut" in line:
                        boards[-1].kill()
                        boards[-1].wait()
                    else:
                        switch_on()
                    person.write("done\n")
        words = exam.stdout.read()
        self.assertEqual(exam.wait(timeout=20), 0, words)
        self.assertIn("2 of 2 requirements pass", words)
        self.assertFalse(os.path.exists(burned["device secret"]))

    def test_one_that_never_comes_is_exit_code_3_with_the_place_where_it_was_waited_for(self):
        done = subprocess.run([FLEETSIM, "conform", "--dut", "external", "--no-discovery", "--external-timeout", "1", "--requirement", "NOTIFY-01"],
                              capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"no device came to 127\.0\.0\.1:\d+ within 1 s")


if __name__ == "__main__":
    unittest.main()
