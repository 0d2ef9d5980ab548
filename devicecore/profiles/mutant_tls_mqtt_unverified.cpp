// The reference, but that it verifies nothing on the MQTT leg.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_mqtt_unverified_profile = {
    .name = "mutant-tls-mqtt-unverified",
    .summary = "reference, but on the MQTT leg it takes any certificate",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::everything, .where = Overlooking::on_mqtt},
};

}  // namespace fleetsim::device
