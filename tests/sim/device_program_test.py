"""`fleetsim device`, the reference firmware as a program, as whoever starts it meets it."""
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

FLEETSIM = os.environ["FLEETSIM_BINARY"]


class Device(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.identity = ("--product-key", "a1TestPK001", "--device-name", "meter-1")

    def run_device(self, *arguments, **environment):
        return subprocess.run([FLEETSIM, "device", *arguments], capture_output=True, text=True, timeout=20, check=False,
                              env={"PATH": os.environ["PATH"], **environment})

    def test_mistakes_are_exit_code_2_and_what_is_missing_here_is_3(self):
        for code, words, arguments in (
                (2, "--product-key is required", ()),
                (2, "secret", (*self.identity, "--home-host", "127.0.0.1", "--mqtt-tls", "0", "--bootstrap-tls", "0")),
                (2, "where should it go", (*self.identity, "--device-secret", "s" * 32)),
                (2, "no firmware profile", (*self.identity, "--profile", "nobody", "--home-host", "127.0.0.1")),
                (3, "cannot read the secret", (*self.identity, "--home-host", "127.0.0.1", "--device-secret-file", "/nowhere/secret")),
                (3, "cannot read the CA", (*self.identity, "--home-host", "127.0.0.1", "--device-secret", "s" * 32, "--ca-file", "/nowhere/ca")),
                (3, "flash folder", (*self.identity, "--home-host", "127.0.0.1", "--device-secret", "s" * 32, "--mqtt-tls", "0",
                                     "--bootstrap-tls", "0", "--flash", "/nowhere/flash"))):
            done = self.run_device(*arguments)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(words, done.stderr)

    def test_sigterm_is_a_good_bye_and_the_log_has_times_and_no_secret(self):
        secret = "5ec" + "r" * 29
        with socket.create_server(("127.0.0.1", 0)) as platform:
            platform.settimeout(20)
            device = subprocess.Popen([FLEETSIM, "device", *self.identity, "--home-host", "127.0.0.1", "--home-port",
                                       str(platform.getsockname()[1]), "--mqtt-tls", "0", "--bootstrap-tls", "0", "--flash",
                                       str(self.folder / "flash")], stderr=subprocess.PIPE, text=True,
                                      env={"PATH": os.environ["PATH"], "FLEETSIM_DEVICE_SECRET": secret})
            link, _ = platform.accept()
            link.settimeout(20)
            self.assertEqual(link.recv(4096)[:1], b"\x10")
            link.sendall(b"\x20\x02\x00\x00")
            line = device.stderr.readline()
            while " connected " not in line:
                self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")
                line = device.stderr.readline()
            device.terminate()
            heard = b""
            while piece := link.recv(4096):
                heard += piece
            self.assertEqual(heard[-2:], b"\xe0\x00")
            link.close()
            _, log = device.communicate(timeout=20)
        self.assertEqual(device.returncode, 0)
        self.assertIn("power off", log)
        self.assertNotIn(secret, log)


if __name__ == "__main__":
    unittest.main()
