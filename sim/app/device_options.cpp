#include "sim/app/device_options.hpp"

#include "sim/app/seed_option.hpp"

namespace fleetsim::sim {
namespace {

constexpr const char* device_footer =
    "A device of ours as a program: the core that the fleet is made of, over sockets, against any platform. What it keeps\n"
    "(where it belongs) is in files of the flash folder, so it can be killed at any moment, and goes on where it was. Each\n"
    "option can come from the environment; then no secret stands on a command line. SIGTERM and Ctrl-C switch it off in an\n"
    "orderly way. What it does is told on stderr, a line with its time each; a secret never is.\n"
    "Exit code 0: switched off; 2: the options are wrong; 3: the folder, the CA or the host is in the way.\n\n"
    "  fleetsim platform --config scenarios/platforms/three-regions.yaml --ca-out ca.pem\n"
    "  fleetsim device --bootstrap-host 127.0.0.1 --bootstrap-port 8443 --ca-file ca.pem \\\n"
    "      --product-key a1TestPK001 --device-name meter-1 --device-secret-file secret.txt --flash ./flash\n"
    "  fleetsim conform --dut 'process:fleetsim device --time-scale {time_scale}'     the rest it has from its environment\n";

void add_identity(CLI::App& verb, DeviceVerb& device) {
  verb.add_option("--product-key", device.product_key, "The product's key")->envname("FLEETSIM_PRODUCT_KEY")->type_name("KEY")->required();
  verb.add_option("--device-name", device.device_name, "The device's name")->envname("FLEETSIM_DEVICE_NAME")->type_name("NAME")->required();
  CLI::Option* const secret = verb.add_option("--device-secret", device.device_secret,
                                              "Its secret; others can see a command line: better the environment, or a file")
                                  ->envname("FLEETSIM_DEVICE_SECRET")
                                  ->type_name("SECRET");
  verb.add_option("--device-secret-file", device.device_secret_file, "A file with its secret")
      ->envname("FLEETSIM_DEVICE_SECRET_FILE")
      ->type_name("FILE")
      ->excludes(secret);
}

void add_places(CLI::App& verb, DeviceVerb& device) {
  verb.add_option("--bootstrap-host", device.bootstrap_host, "The global bootstrap endpoint; without one it goes home only")
      ->envname("FLEETSIM_BOOTSTRAP_HOST")
      ->type_name("HOST");
  verb.add_option("--bootstrap-port", device.bootstrap_port)->envname("FLEETSIM_BOOTSTRAP_PORT")->type_name("PORT")->capture_default_str();
  verb.add_option("--bootstrap-tls", device.bootstrap_tls, "HTTPS, or plain HTTP with 0")
      ->envname("FLEETSIM_BOOTSTRAP_TLS")
      ->type_name("1|0")
      ->capture_default_str();
  verb.add_option("--mqtt-tls", device.mqtt_tls, "MQTT over TLS, or plain with 0")
      ->envname("FLEETSIM_MQTT_TLS")
      ->type_name("1|0")
      ->capture_default_str();
  verb.add_option("--ca-file", device.ca_file, "PEM of the CA to trust [default: the system's]")
      ->envname("FLEETSIM_CA_FILE")
      ->type_name("FILE");
  verb.add_option("--home-host", device.home_host, "The MQTT endpoint burned in, for a firmware that knows no bootstrap")
      ->envname("FLEETSIM_HOME_HOST")
      ->type_name("HOST");
  verb.add_option("--home-port", device.home_port)->envname("FLEETSIM_HOME_PORT")->type_name("PORT")->capture_default_str();
}

void add_clock(CLI::App& verb, DeviceVerb& device) {
  constexpr std::int64_t a_hundred_years_s = std::int64_t{100} * 366 * 86'400;
  verb.add_option("--clock-offset", device.clock_offset_s, "How far its time of day is from this host's; its waits do not mind")
      ->envname("FLEETSIM_CLOCK_OFFSET_S")
      ->type_name("S")
      ->check(CLI::Range(-a_hundred_years_s, a_hundred_years_s))
      ->capture_default_str();
  verb.add_option("--clock-file", device.clock_file,
                  "A file with that offset (\"-86400\"), read again while it runs: as libfaketime has it")
      ->envname("FLEETSIM_CLOCK_FILE")
      ->type_name("FILE");
}

}  // namespace

CLI::App& add_device(CLI::App& app, DeviceVerb& device) {
  constexpr double slowest = 1;
  constexpr double fastest = 0.001;
  CLI::App& verb = *app.add_subcommand("device", "Be one device: the core with a firmware's profile, on sockets, its flash in a folder");
  verb.footer(device_footer);
  verb.add_option("--profile", device.profile, "What firmware it is: `fleetsim list profiles`")
      ->envname("FLEETSIM_PROFILE")
      ->type_name("NAME")
      ->capture_default_str();
  add_identity(verb, device);
  add_places(verb, device);
  verb.add_option("--flash", device.flash_folder, "The folder in which it keeps what outlives its power; made when it is not there")
      ->envname("FLEETSIM_FLASH")
      ->type_name("FOLDER")
      ->capture_default_str();
  verb.add_option("--keep-alive", device.keep_alive_s, "Of its MQTT sessions, in seconds")
      ->envname("FLEETSIM_KEEP_ALIVE_S")
      ->type_name("S")
      ->check(CLI::Range(30, 1200))
      ->capture_default_str();
  verb.add_option("--publish-interval", device.publish_interval_ms,
                  "A property post with QoS 1 so often while it is online, whatever its time scale; 0: never")
      ->envname("FLEETSIM_PUBLISH_INTERVAL_MS")
      ->type_name("MS")
      ->capture_default_str();
  verb.add_option("--firmware-version", device.firmware_version, "Told to the platform; then it takes upgrades over the air, too")
      ->envname("FLEETSIM_FIRMWARE_VERSION")
      ->type_name("VERSION");
  verb.add_option("--time-scale", device.time_scale, "Of all its waits: 0.1 makes them ten times as short, for exams")
      ->envname("FLEETSIM_TIME_SCALE")
      ->type_name("SCALE")
      ->check(CLI::Range(fastest, slowest))
      ->capture_default_str();
  add_clock(verb, device);
  add_seed(verb, "Of its jitter [default: another each time]", device.seed);
  verb.add_flag("--quiet", device.quiet, "No log");
  return verb;
}

}  // namespace fleetsim::sim
