// Firmware with one deliberate fault each, and the requirements that are about it. One line a mutant.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

namespace fleetsim::sim {

struct Mutant {
  std::string_view profile;
  std::vector<std::string_view> failed_by;  // by one of these at least; the others are near it
};

inline const std::vector<Mutant> mutants = {
    {"mutant-id-signed", {"NOTIFY-06"}},
    {"mutant-id-without-quotes", {"NOTIFY-02", "NOTIFY-06", "NOTIFY-10"}},
    {"mutant-id-needs-quotes", {"NOTIFY-07"}},
    {"mutant-notify-by-position", {"NOTIFY-08"}},
    {"mutant-no-white-space", {"NOTIFY-09"}},
    {"mutant-takes-namesakes", {"NOTIFY-10"}},
    {"mutant-command-by-default", {"NOTIFY-11"}},
    {"mutant-moves-for-anything", {"NOTIFY-12"}},
    {"mutant-command-is-text", {"NOTIFY-13"}},
    {"mutant-invents-id", {"NOTIFY-14"}},
    {"mutant-any-command", {"NOTIFY-05"}},
    {"mutant-any-method", {"NOTIFY-18"}},
    {"mutant-names-itself-twice", {"BOOT-REQ-03"}},
    {"mutant-form-with-its-end", {"BOOT-REQ-04"}},
    {"mutant-code-unseen", {"BOOT-RSP-05"}},
    {"mutant-empty-is-default", {"BOOT-RSP-06"}},
    {"mutant-page-is-answer", {"BOOT-RSP-07"}},
    {"mutant-cut-is-whole", {"BOOT-RSP-08"}},
    {"mutant-missing-is-default", {"BOOT-RSP-09"}},
    {"mutant-types-unseen", {"BOOT-RSP-10", "BOOT-RSP-21"}},
    {"mutant-mends-hosts", {"BOOT-RSP-21"}},
    {"mutant-names-only", {"BOOT-RSP-22"}},
    {"mutant-waits-for-answer", {"BOOT-RSP-14"}},
    {"mutant-impatient-bootstrap", {"BOOT-RSP-15"}},
    {"mutant-client-id-not-utf8", {"MQTT-CONNECT-07"}},
    {"mutant-no-securemode", {"MQTT-CONNECT-06"}},
    {"mutant-unsaid-timestamp", {"MQTT-CONNECT-09"}},
    {"mutant-weak-signature", {"MQTT-CONNECT-10"}},
    {"mutant-waits-for-connack", {"MQTT-CONNECT-12"}},
    {"mutant-impatient-connect", {"MQTT-CONNECT-11"}},
    {"mutant-never-republishes", {"QOS-07"}},
    {"mutant-republishes-hotly", {"QOS-11", "QOS-10"}},
    {"mutant-keep-alive-too-long", {"KEEPALIVE-01"}},
    {"mutant-late-ping", {"KEEPALIVE-02"}},
    {"mutant-no-ping", {"KEEPALIVE-03", "KEEPALIVE-02"}},
    {"mutant-trusts-silence", {"KEEPALIVE-04"}},
    {"mutant-pings-hotly", {"KEEPALIVE-05", "KEEPALIVE-06"}},
    {"mutant-constant-wait", {"RETRY-03", "RETRY-05"}},
    {"mutant-no-jitter", {"RETRY-04"}},
    {"mutant-forgives-at-once", {"RETRY-05"}},
    {"mutant-never-forgives", {"RETRY-06"}},
    {"mutant-slow-first-wait", {"RETRY-13"}},
    {"mutant-first-retry-at-once", {"RETRY-11"}},
    {"mutant-forgets-endpoint", {"PERSIST-01", "PERSIST-02"}},
    {"mutant-deaf", {"BOOT-REQ-07"}},
    {"mutant-reboots-on-notify", {"MQTT-MOVE-08"}},
    {"mutant-region-list", {"MQTT-MOVE-03"}},
    {"mutant-moves-once", {"LONG-07", "LONG-04"}},
    {"mutant-short-ids", {"LONG-04"}},
    {"mutant-wrong-port", {"MQTT-CONNECT-01"}},
    {"mutant-no-reply", {"NOTIFY-01", "NOTIFY-03"}},
    {"mutant-secret-in-form", {"BOOT-REQ-02"}},
    // What is wrong with these shows wherever they must wait, or find a way back.
    {"mutant-hot-loop",
     {"RETRY-01", "RETRY-09", "RETRY-10", "RETRY-11", "RETRY-12", "RETRY-03", "RETRY-04", "RETRY-05", "BOOT-RSP-01", "BOOT-RSP-03"}},
    {"mutant-no-backoff-cap", {"RETRY-02", "RETRY-12", "RETRY-11", "LONG-01", "LONG-02", "LONG-03", "LONG-06"}},
    {"mutant-gives-up", {"RETRY-09", "RETRY-02", "RETRY-12", "RETRY-11", "LONG-01", "LONG-02", "LONG-03", "LONG-06"}},
    {"mutant-never-falls-back",
     {"RETRY-07", "RETRY-08", "PERSIST-03", "PERSIST-04", "PERSIST-05", "PERSIST-06", "PERSIST-09", "MQTT-MOVE-06", "MQTT-MOVE-07",
      "BOOT-RSP-19", "BOOT-RSP-20"}},
};

}  // namespace fleetsim::sim
