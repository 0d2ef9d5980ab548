#!/usr/bin/python3
"""A real Prometheus scrapes the served mock and answers from what it scraped; promtool checks the page; every line of the JSON log is read by
Python; SIGTERM drains. A judge that is missing fails."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served_platform import DEADLINE_S, Device, ServedPlatform, run  # noqa: E402
from signed_call import signed  # noqa: E402

HERE = Path(__file__).resolve().parent
DEV1 = Device("a1TestPK001", "dev1", "top-secret-of-dev1")


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=DEADLINE_S) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def mqtt_options(platform: ServedPlatform, device: Device) -> list[str]:
    at, credentials = platform.instance("cn-shanghai"), device.credentials(False)
    return ["-V", "mqttv311", "-h", at["host"], "-p", str(at["port"]), "-k", "60", "-i", credentials["client_id"], "-u", credentials["username"],
            "-P", credentials["password"]]


class Prometheus:
    """The Debian package's server on a free port, with nothing but this one target; its storage goes with it."""

    def __init__(self, target: str):
        self.folder = tempfile.TemporaryDirectory()
        config = Path(self.folder.name) / "prometheus.yml"
        config.write_text(f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: fleetsim, static_configs: [{{targets: ['{target}']}}]}}]\n",
                          encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.log = open(Path(self.folder.name) / "log.txt", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder.name}/data", f"--web.listen-address=127.0.0.1:{port}"],
            stdout=self.log, stderr=subprocess.STDOUT)
        self.url = f"http://127.0.0.1:{port}"
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Refused at first, then 503 while it opens its storage."""
        deadline = time.monotonic() + DEADLINE_S
        seen: object = "no answer"
        while seen != 200:
            assert self.process.poll() is None, self.read_log()
            assert time.monotonic() < deadline, f"prometheus is not ready: {seen}\n{self.read_log()}"
            try:
                seen, _ = get(f"{self.url}/-/ready")
            except urllib.error.URLError as refused:
                seen = refused
            time.sleep(0.05)

    def query(self, expression: str) -> list[dict]:
        status, body = get(f"{self.url}/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        assert status == 200, body
        return json.loads(body)["data"]["result"]

    def until(self, expression: str, wanted: float) -> dict:
        """The one series of the expression, once its value is the wanted one."""
        deadline = time.monotonic() + DEADLINE_S
        seen: object = "no answer"
        while time.monotonic() < deadline:
            seen = self.query(expression)
            if len(seen) == 1 and float(seen[0]["value"][1]) == wanted:
                return seen[0]["metric"]
            time.sleep(0.1)
        raise AssertionError(f"{expression} is not {wanted}: {seen}")

    def read_log(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        self.log.close()
        self.folder.cleanup()


class Watched(unittest.TestCase):
    """One platform that writes JSON, after some traffic of every kind; one Prometheus that scrapes it."""

    @classmethod
    def setUpClass(cls):
        for tool in ("prometheus", "promtool", "mosquitto_pub", "mosquitto_sub", "curl"):
            assert shutil.which(tool), f"{tool} is missing: tools/install-deps.sh test installs it"
        cls.platform = ServedPlatform(HERE / "operations.yaml", "--log", "json")
        cls.metrics = cls.platform.ready["metrics"]
        cls.subscriber = subprocess.Popen(["mosquitto_sub", *mqtt_options(cls.platform, DEV1), "-t", "/a1TestPK001/dev1/user/get"],
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for secret in ("guess", "guess", "guess"):
            stranger = Device("a1TestPK001", "dev2", secret)
            run("mosquitto_pub", *mqtt_options(cls.platform, stranger), "-t", "/a1TestPK001/dev2/user/x", "-m", "1")
        dev2 = Device("a1TestPK001", "dev2", "secret2")
        for _ in range(5):  # of which the documents allow three a minute here
            run("mosquitto_pub", *mqtt_options(cls.platform, dev2), "-t", "/a1TestPK001/dev1/user/x", "-m", "1")
        bootstrap = cls.platform.ready["bootstrap"]["url"]
        run("curl", "--silent", "--data", "productKey=a1TestPK001&deviceName=dev1", bootstrap)
        run("curl", "--silent", "--data", "productKey=a1TestPK001&deviceName=evil%0a%7b%22", bootstrap)
        run("curl", "--silent", "--data", signed("QueryProduct", ProductKey="a1TestPK001"), cls.platform.ready["management"]["url"] + "/")
        run("curl", "--silent", "--data", signed("QueryProduct", keys=("testid", "guess"), ProductKey="x"), cls.platform.ready["management"]["url"] + "/")
        cls.prometheus = Prometheus(f"{cls.metrics['host']}:{cls.metrics['port']}")

    @classmethod
    def tearDownClass(cls):
        cls.prometheus.stop()
        cls.subscriber.terminate()
        cls.subscriber.wait(DEADLINE_S)
        code = cls.platform.stop()
        assert code == 0, f"SIGTERM must drain and end with 0, not {code}"

    def test_prometheus_has_what_was_done(self):
        until = self.prometheus.until
        until('up{job="fleetsim"}', 1)
        online = until('fleetsim_sessions_online{iot_instance="iotx-oxssharez200"}', 1)
        self.assertEqual(online["region"], "cn-shanghai")
        until('sum(fleetsim_connects_total{code="0"})', 4)
        until('sum(fleetsim_connects_total{code="4"})', 3)
        until('sum(fleetsim_connects_total{code="3"})', 2)
        until('fleetsim_limit_reached_total{limit="connects_per_minute_per_device"}', 2)
        until('fleetsim_publishes_dropped_total{reason="foreign_topic"}', 3)
        until('fleetsim_bootstraps_total{outcome="answered",iot_instance="iotx-oxssharez200"}', 1)
        until('sum(fleetsim_bootstraps_total{outcome="refused"})', 1)
        until('fleetsim_api_calls_total{action="QueryProduct",code="Success"}', 1)
        until('fleetsim_api_calls_total{action="QueryProduct",code="SignatureDoesNotMatch"}', 1)
        until('fleetsim_api_call_duration_seconds_count{action="QueryProduct"}', 2)
        until('fleetsim_api_call_duration_seconds_bucket{action="QueryProduct",le="+Inf"}', 2)
        until('fleetsim_jobs{state="distributing"}', 0)
        until('fleetsim_draining', 0)
        self.assertEqual(len(self.prometheus.query("process_resident_memory_bytes > 1e6")), 1)
        self.assertEqual(len(self.prometheus.query("time() - process_start_time_seconds < 600")), 1)

    def test_prometheus_computes_latencies_from_the_histogram(self):
        self.prometheus.until('fleetsim_api_call_duration_seconds_count{action="QueryProduct"}', 2)
        seconds = self.prometheus.query("fleetsim_api_call_duration_seconds_sum / fleetsim_api_call_duration_seconds_count")
        self.assertEqual(len(seconds), 1)
        self.assertTrue(0 < float(seconds[0]["value"][1]) < 1, seconds)

    def test_no_series_names_a_device_or_an_account(self):
        self.prometheus.until('up{job="fleetsim"}', 1)
        status, body = get(f"{self.prometheus.url}/api/v1/series?" + urllib.parse.urlencode({"match[]": '{job="fleetsim"}'}))
        self.assertEqual(status, 200)
        self.assertGreater(len(json.loads(body)["data"]), 80)
        for word in ("dev1", "dev2", "198000", "testid", "secret"):
            self.assertNotIn(word, body)

    def test_promtool_finds_nothing_to_say(self):
        page = get(self.metrics["url"])[1]
        done = run("promtool", "check", "metrics", input=page)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertNotEqual(run("promtool", "check", "metrics", input=page.replace("# HELP fleetsim_jobs ", "# ")).returncode, 0, "it would see a missing HELP")

    def test_the_health_page_is_on_both_listeners(self):
        for url in (self.metrics["url"].replace("/metrics", "/healthz"), self.platform.ready["management"]["url"] + "/healthz"):
            status, body = get(url)
            self.assertEqual((status, json.loads(body)["status"]), (200, "ok"), body)

    def test_every_line_of_the_log_is_an_object_and_tells_no_secret(self):
        text = self.platform.read_log()
        lines = [json.loads(line) for line in text.splitlines()]
        for line in lines:
            self.assertTrue({"ts", "level", "event", "reason"} <= line.keys(), line)
            self.assertRegex(line["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        refused = [line for line in lines if line["event"] == "connect_refused"]
        self.assertEqual(sorted((line["device"], line["code"], line["instance"]) for line in refused),
                         [("a1TestPK001/dev2", 3, "iotx-oxssharez200")] * 2 + [("a1TestPK001/dev2", 4, "iotx-oxssharez200")] * 3)
        stranger = [line for line in lines if line["event"] == "bootstrap_refused"]
        self.assertEqual([(line.get("device"), line["code"]) for line in stranger], [(None, 6100)])
        self.assertEqual(len([line for line in lines if line["event"] == "publish_dropped"]), 3)
        for secret in ("top-secret-of-dev1", "secret2", "testsecret", "guess", "evil"):
            self.assertNotIn(secret, text)


class Sigterm(unittest.TestCase):
    def test_a_call_that_waits_for_its_device_is_answered_while_others_are_refused(self):
        platform = ServedPlatform(HERE / "operations.yaml", "--log", "json", "--drain", "20s")
        self.addCleanup(platform.clear_away)
        url = platform.ready["management"]["url"]
        topic = "/sys/a1TestPK001/dev1/rrpc/request/+"
        # The device hears the question and keeps it to itself: the call waits its eight seconds.
        device = subprocess.Popen(["mosquitto_sub", *mqtt_options(platform, DEV1), "-t", topic, "-F", "%t"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(device.stdout.close)
        self.addCleanup(device.wait, DEADLINE_S)
        self.addCleanup(device.terminate)
        deadline = time.monotonic() + DEADLINE_S
        call = None
        while call is None:  # until the device has subscribed, a call is answered at once
            self.assertLess(time.monotonic(), deadline)
            form = signed("RRpc", ProductKey="a1TestPK001", DeviceName="dev1", Timeout=8000, RequestBase64Byte="aGVsbG8=")
            call = subprocess.Popen(["curl", "--silent", "--write-out", "\n%{http_code}", "--data", form, url + "/"], stdout=subprocess.PIPE, text=True)
            try:
                self.assertIn("OFFLINE", call.communicate(timeout=1)[0])
                call = None
            except subprocess.TimeoutExpired:
                pass
        self.assertIn("rrpc/request/", device.stdout.readline())
        platform.process.send_signal(signal.SIGTERM)
        status = 200
        while status == 200:
            self.assertLess(time.monotonic(), deadline)
            status, body = get(url + "/healthz")
        self.assertEqual((status, json.loads(body)["status"]), (503, "draining"))
        refused = run("curl", "--silent", "--data", signed("QueryProductList"), url + "/")
        self.assertEqual(json.loads(refused.stdout)["Code"], "ServiceUnavailable")
        newcomer = run("mosquitto_pub", *mqtt_options(platform, Device("a1TestPK001", "dev2", "secret2")), "-t", "/a1TestPK001/dev2/user/x", "-m", "1")
        self.assertNotEqual(newcomer.returncode, 0)
        # A call that nobody answers is told so in time, by the platform that is on its way out.
        answer, http = call.communicate(timeout=DEADLINE_S)[0].rsplit("\n", 1)
        self.assertEqual((http, json.loads(answer)["RrpcCode"]), ("200", "TIMEOUT"), answer)
        self.assertEqual(platform.process.wait(DEADLINE_S), 0)
        events = [json.loads(line)["event"] for line in platform.read_log().splitlines()]
        self.assertIn("draining", events)


if __name__ == "__main__":
    unittest.main()
