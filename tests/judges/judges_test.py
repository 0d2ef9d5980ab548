#!/usr/bin/python3
"""Foreign implementations judge the mock: curl, openssl, mosquitto's clients, the vendor's Node SDK. One that is missing fails."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served_platform import DEADLINE_S, FLEETSIM, ROOT, Device, ServedPlatform, run  # noqa: E402

CLOSES_WITHIN_S = 5  # less than any deadline of the platform: who breaks the protocol is closed for it, not for being slow
DRAINS_WITHIN_S = 4.5  # what the platform allows itself is 5 s; with nobody who resists it needs far less
CONFIG = Path(__file__).resolve().parent / "platform.yaml"
METER = Device("a1TestPK001", "dev1", "secret")
VALVE = Device("a1TestPK001", "dev2", "0123456789abcdef0123456789abcdef")


def connect_packet(credentials: dict) -> bytes:
    """MQTT 3.1.1 §3.1: user name, password, clean session, keep-alive 60 s."""
    fields = b"".join(len(text).to_bytes(2, "big") + text.encode() for text in (credentials[key] for key in ("client_id", "username", "password")))
    body = b"\x00\x04MQTT\x04\xc2\x00\x3c" + fields
    return b"\x10" + bytes([len(body) % 128 | 128, len(body) // 128]) + body


class Judges(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("curl", "openssl", "mosquitto_pub", "mosquitto_sub", "mosquitto_rr", "node"):
            assert shutil.which(tool), f"{tool} is missing: tools/install-deps.sh test installs it"
        cls.platform = ServedPlatform(CONFIG)
        cls.shanghai = cls.platform.instance("cn-shanghai")
        cls.bootstrap = cls.platform.ready["bootstrap"]

    @classmethod
    def tearDownClass(cls):
        code = cls.platform.stop()
        assert code == 0, f"SIGTERM must drain and end with 0, not {code}"

    def mosquitto(self, tool: str, device: Device, tls: bool, *more: str, **sign) -> subprocess.CompletedProcess:
        credentials = device.credentials(tls, **sign)
        security = ["--cafile", self.platform.ca] if tls else []
        return run(tool, "-V", "mqttv311", "-h", self.shanghai["host"], "-p", str(self.shanghai["port"]), "-k", "60",
                   "-i", credentials["client_id"], "-u", credentials["username"], "-P", credentials["password"], *security, *more)

    def curl(self, path: str, *more: str) -> subprocess.CompletedProcess:
        url = f"https://{self.bootstrap['host']}:{self.bootstrap['port']}{path}"
        answer = subprocess.run(["curl", "--silent", "--show-error", "--include", "--cacert", self.platform.ca, *more, url],
                                capture_output=True, timeout=DEADLINE_S, check=False)
        answer.stdout = answer.stdout.decode()  # every CR LF as it came
        return answer

    # --- bootstrap, judged by curl ---

    def test_curl_learns_the_endpoint_over_https(self):
        answer = self.curl("/auth/bootstrap", "--data", "productKey=a1TestPK001&deviceName=dev1&clientId=a1TestPK001.dev1&resources=mqtt")
        head, body = answer.stdout.split("\r\n\r\n", 1)
        self.assertTrue(head.startswith("HTTP/1.1 200 OK\r\n"), head)
        self.assertIn(f"\r\nContent-Length: {len(body)}\r\n", head + "\r\n")
        self.assertNotIn("Transfer-Encoding", head)
        self.assertTrue(all(len(line) + 2 <= 128 for line in head.split("\r\n")), head)
        self.assertNotIn(" ", body)  # the vendor's C SDK reads compact JSON only
        mqtt = json.loads(body)["data"]["resources"]["mqtt"]
        self.assertEqual((mqtt["host"], mqtt["port"]), (self.shanghai["advertised"], self.shanghai["port"]))

    def test_curl_learns_it_over_plain_http_where_the_config_allows(self):
        url = f"http://{self.bootstrap['host']}:{self.bootstrap['port']}/auth/bootstrap"
        answer = run("curl", "--silent", "--data", "productKey=a1TestPK001&deviceName=dev1", url)
        body = json.loads(answer.stdout)
        self.assertEqual((body["code"], body["data"]["resources"]["mqtt"]["host"]), (200, self.shanghai["advertised"]))

    def test_an_unknown_device_is_told_so_and_nothing_more(self):
        answer = self.curl("/auth/bootstrap", "--data", "productKey=a1TestPK001&deviceName=nobody")
        body = json.loads(answer.stdout.split("\r\n\r\n", 1)[1])
        self.assertEqual(body["code"], 6100)
        self.assertNotIn("data", body)

    def test_the_region_form_answers_by_number(self):
        answer = self.curl("/auth/bootstrap/regionId/1")
        mqtt = json.loads(answer.stdout.split("\r\n\r\n", 1)[1])["data"]["resources"]["mqtt"]
        singapore = self.platform.instance("ap-southeast-1")
        self.assertNotEqual(singapore["advertised"], self.shanghai["advertised"])
        self.assertEqual((mqtt["host"], mqtt["port"]), (singapore["advertised"], singapore["port"]))

    def test_a_ten_megabyte_header_is_refused_and_others_are_unharmed(self):
        with socket.create_connection((self.bootstrap["host"], self.bootstrap["port"]), DEADLINE_S) as peer:
            peer.sendall(b"POST /auth/bootstrap HTTP/1.1\r\nX-Long: ")
            refused = b""
            try:
                for _ in range(160):
                    peer.sendall(b"x" * 65536)
                while chunk := peer.recv(4096):
                    refused += chunk
            except (ConnectionResetError, BrokenPipeError):
                pass
        self.assertTrue(refused == b"" or refused.startswith(b"HTTP/1.1 431"), refused[:80])
        self.test_curl_learns_the_endpoint_over_https()

    def test_curl_refuses_the_platform_without_its_ca(self):
        url = f"https://{self.bootstrap['host']}:{self.bootstrap['port']}/auth/bootstrap"
        self.assertEqual(run("curl", "--silent", "--data", "x=y", url).returncode, 60)  # peer certificate cannot be authenticated

    # --- TLS, judged by openssl ---

    def s_client(self, *options: str) -> subprocess.CompletedProcess:
        return run("openssl", "s_client", "-connect", f"{self.shanghai['host']}:{self.shanghai['port']}", "-CAfile", self.platform.ca,
                   "-verify_return_error", "-verify_ip", self.shanghai["host"], *options, input="")

    def test_openssl_connects_with_the_plain_rsa_suite_that_real_devices_offer(self):
        answer = self.s_client("-tls1_2", "-cipher", "AES128-SHA")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("Cipher is AES128-SHA", answer.stdout)
        self.assertIn("Verification: OK", answer.stdout)

    def test_openssl_connects_with_tls_1_3(self):
        answer = self.s_client("-tls1_3")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("TLSv1.3", answer.stdout)
        self.assertIn("Verification: OK", answer.stdout)

    def test_openssl_gets_the_ecdsa_certificate_when_it_asks_for_it(self):
        answer = self.s_client("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("Cipher is ECDHE-ECDSA-AES128-GCM-SHA256", answer.stdout)
        self.assertIn("Verification: OK", answer.stdout)

    def test_anonymous_suites_are_refused(self):
        answer = self.s_client("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0")
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("handshake failure", answer.stderr)  # the server's alert, and no fault of the command's

    # --- MQTT, judged by mosquitto's clients ---

    def post_property(self, tls: bool, **sign) -> dict:
        reply = self.mosquitto("mosquitto_rr", METER, tls, "-q", "1", "-W", "10",
                               "-t", METER.topic("thing/event/property/post"), "-e", METER.topic("thing/event/property/post_reply"),
                               "-m", '{"id":"41","version":"1.0","params":{"power":3},"method":"thing.event.property.post"}', **sign)
        self.assertEqual(reply.returncode, 0, reply.stderr)
        self.assertNotRegex(reply.stdout, r'"[:,] |, "')  # compact: firmware searches the text without a JSON parser
        return json.loads(reply.stdout)

    def test_mosquitto_posts_a_property_and_gets_its_reply(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                answer = self.post_property(tls)
                self.assertEqual((answer["id"], answer["code"], answer["method"]), ("41", 200, "thing.event.property.post"))

    def test_every_sign_method_is_accepted_in_either_case(self):
        for method in ("md5", "sha1", "sha256"):
            for upper in (True, False):
                with self.subTest(method=method, upper=upper):
                    self.assertEqual(self.post_property(False, method=method, upper=upper)["code"], 200)

    def test_a_wrong_secret_is_refused_and_never_logged(self):
        thief = Device("a1TestPK001", "dev2", "not-the-secret-of-dev2")
        for _ in range(2):
            answer = self.mosquitto("mosquitto_pub", thief, False, "-t", thief.topic("thing/event/property/post"), "-m", "{}")
            self.assertEqual(answer.returncode, 4, answer.stderr)  # CONNACK 4
            self.assertIn("bad user name or password", answer.stderr.lower())
        log = self.platform.read_log()
        self.assertEqual(log.count("dev2 at 127.0.0.1 refused: signature does not match"), 1, log)
        self.assertNotIn(thief.credentials(False)["password"].lower(), log.lower())
        self.assertNotIn(VALVE.secret, log)

    def test_an_unknown_device_is_refused(self):
        nobody = Device("a1TestPK001", "nobody", "secret")
        answer = self.mosquitto("mosquitto_pub", nobody, False, "-t", nobody.topic("thing/event/property/post"), "-m", "{}")
        self.assertEqual(answer.returncode, 5, answer.stderr)  # CONNACK 5

    def test_a_subscription_with_qos_2_is_granted_1_and_a_publish_with_qos_2_is_closed(self):
        answer = self.mosquitto("mosquitto_sub", METER, False, "-W", "5", "-E", "-q", "2", "-t", METER.topic("thing/service/property/set"), "-d")
        self.assertIn("Subscribed (mid: 1): 1", answer.stdout + answer.stderr)
        answer = self.mosquitto("mosquitto_pub", METER, False, "-q", "2", "-t", METER.topic("thing/event/property/post"), "-m", "{}")
        self.assertEqual(answer.returncode, 7, answer.stderr)  # the connection was lost
        self.assertEqual(self.post_property(False)["code"], 200)

    def test_tls_mode_over_a_plain_link_is_refused(self):
        credentials = METER.credentials(tls=True)
        answer = run("mosquitto_pub", "-V", "mqttv311", "-h", self.shanghai["host"], "-p", str(self.shanghai["port"]), "-k", "60",
                     "-i", credentials["client_id"], "-u", credentials["username"], "-P", credentials["password"], "-t", "x", "-m", "y")
        self.assertEqual(answer.returncode, 2, answer.stderr)  # CONNACK 2

    def test_a_foreign_topic_is_not_granted(self):
        answer = self.mosquitto("mosquitto_sub", METER, False, "-W", "5", "-q", "1", "-t", "/sys/a1TestPK001/dev2/thing/service/property/set", "-d")
        self.assertIn("Subscribed (mid: 1): 128", answer.stdout + answer.stderr)

    def test_a_second_login_kicks_the_first_with_the_documented_notice(self):
        credentials = VALVE.credentials(False)
        first = subprocess.Popen(
            ["stdbuf", "-oL", "mosquitto_sub", "-V", "mqttv311", "-h", self.shanghai["host"], "-p", str(self.shanghai["port"]), "-k", "60",
             "-i", credentials["client_id"], "-u", credentials["username"], "-P", credentials["password"],
             "-t", VALVE.topic("thing/service/property/set"), "-t", "/ext/notify", "-v", "-C", "1", "-W", str(DEADLINE_S), "-d"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            for line in first.stdout:  # online once it is subscribed
                if "Subscribed" in line:
                    break
            second = self.mosquitto("mosquitto_pub", VALVE, False, "-q", "1", "-t", VALVE.topic("thing/event/property/post"), "-m", "{}")
            self.assertEqual(second.returncode, 0, second.stderr)
            rest, _ = first.communicate(timeout=DEADLINE_S)
            self.assertIn('/ext/notify {"title":"kick","content":"Kicked by the same device"}', rest)
        finally:
            first.kill()
            first.wait()
            first.stdout.close()

    def test_garbage_is_closed_and_others_are_unharmed(self):
        for garbage in (b"\x00" * 64, b"\x10\xff\xff\xff\xff\x01", b"GET / HTTP/1.1\r\n\r\n", b"\x30\x02\x00\x00"):
            with self.subTest(garbage=garbage), socket.create_connection((self.shanghai["host"], self.shanghai["port"]), CLOSES_WITHIN_S) as peer:
                peer.sendall(garbage)
                try:
                    while peer.recv(4096):
                        pass
                except ConnectionResetError:
                    pass
        self.assertEqual(self.post_property(False)["code"], 200)

    # --- the vendor's device SDK, and Paho C++ ---

    def test_the_vendors_node_sdk_connects_over_tls_posts_a_property_and_gets_its_reply(self):
        sdk = ROOT / "node_modules" / "alibabacloud-iot-device-sdk"
        self.assertTrue(sdk.is_dir(), "the npm SDK is missing: tools/install-deps.sh test installs it")
        answer = run("node", str(Path(__file__).resolve().parent / "node_sdk_posts_property.js"),
                     self.shanghai["host"], str(self.shanghai["port"]), METER.product_key, METER.name, METER.secret,
                     env={**os.environ, "NODE_EXTRA_CA_CERTS": self.platform.ca, "NODE_PATH": str(ROOT / "node_modules")})
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        reply = json.loads(answer.stdout)
        self.assertEqual(reply["code"], 200)

    def test_paho_cpp_connects_publishes_and_is_answered(self):
        for tls in (False, True):
            with self.subTest(tls=tls):
                credentials = METER.credentials(tls)
                uri = f"{'ssl' if tls else 'tcp'}://{self.shanghai['host']}:{self.shanghai['port']}"
                answer = run(os.environ["PAHO_JUDGE"], uri, credentials["client_id"], credentials["username"], credentials["password"],
                             METER.topic("thing/event/property/post"), METER.topic("thing/event/property/post_reply"), self.platform.ca)
                self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
                reply = json.loads(answer.stdout)
                self.assertEqual((reply["id"], reply["code"]), ("77", 200))

    # --- the end ---

    def test_sigterm_closes_every_session_in_order_and_ends_with_0(self):
        platform = ServedPlatform(CONFIG)
        self.addCleanup(platform.clear_away)
        at = platform.instance("cn-shanghai")
        connect = connect_packet(METER.credentials(tls=True))
        context = ssl.create_default_context(cafile=platform.ca)
        with socket.create_connection((at["host"], at["port"]), DEADLINE_S) as link:
            # A link that is only dropped raises here; one that is closed in order says so in TLS first.
            with context.wrap_socket(link, server_hostname=at["host"], suppress_ragged_eofs=False) as device:
                device.sendall(connect)
                self.assertEqual(device.recv(4), b"\x20\x02\x00\x00")
                begun = time.monotonic()
                platform.process.send_signal(signal.SIGTERM)
                self.assertEqual(device.recv(1), b"")
        platform.process.wait(DEADLINE_S)
        self.assertEqual(platform.stop(), 0)
        self.assertLess(time.monotonic() - begun, DRAINS_WITHIN_S)

    def test_a_second_sigterm_while_it_drains_changes_nothing(self):
        platform = ServedPlatform(CONFIG)
        self.addCleanup(platform.clear_away)
        at = platform.instance("cn-shanghai")
        with socket.create_connection((at["host"], at["port"]), DEADLINE_S) as device:
            device.sendall(connect_packet(METER.credentials(tls=False)))
            self.assertEqual(device.recv(4), b"\x20\x02\x00\x00")
            platform.process.send_signal(signal.SIGTERM)
            self.assertEqual(device.recv(1), b"")  # the drain has begun, and waits for this end of the link
            platform.process.send_signal(signal.SIGTERM)
        self.assertEqual(platform.process.wait(DEADLINE_S), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
