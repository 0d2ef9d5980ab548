#include "platform-mock/store/registry_tables.hpp"

#include <SQLiteCpp/Statement.h>
#include <utility>

#include "platform-mock/store/database.hpp"

namespace fleetsim::platform {

RegistryTables::RegistryTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      put_product_(database, "REPLACE INTO product VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      drop_copies_(database, "DELETE FROM product_copy WHERE product = ?"),
      put_copy_(database, "INSERT INTO product_copy VALUES(?, ?, ?, ?, ?)"),
      drop_topics_(database, "DELETE FROM product_topic WHERE product = ?"),
      put_topic_(database, "INSERT INTO product_topic VALUES(?, ?, ?, ?, ?, ?)"),
      put_device_(database, "REPLACE INTO device VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_residence_(database, "REPLACE INTO residence VALUES(?, ?, ?, ?, ?)"),
      put_sharing_(database, "REPLACE INTO sharing VALUES(?, ?, ?)"),
      drop_sharing_(database, "DELETE FROM sharing WHERE device = ?") {}

void RegistryTables::save(const Registry& registry, ProductIndex index, const StoredTime& time) {
  const ProductRecord& product = registry.product(index);
  const ProductData& data = product.data;
  put_product_(index.value, product.config.key.view(), product.config.name, product.config.secret, numbers_.of(product.owner),
               time.of(product.created), data.node_type, data.data_format, data.auth_type, data.dynamic_registration, data.description,
               data.tsl, data.parsing_script, product.model_frozen, product.removed);
  drop_copies_(index.value);
  for (std::size_t i = 0; i < product.copies.size(); ++i) {
    const ProductCopy& copy = product.copies[i];
    put_copy_(index.value, i, numbers_.of(copy.at.instance), numbers_.of(copy.at.account), time.of(copy.since));
  }
  drop_topics_(index.value);
  for (std::size_t i = 0; i < data.topics.size(); ++i) {
    const TopicCategory& topic = data.topics[i];
    put_topic_(index.value, i, topic.id, topic.topic, topic.operation, topic.description);
  }
}

void RegistryTables::save(const Registry& registry, DeviceIndex index, const StoredTime& time) {
  const DeviceRecord& device = registry.device(index);
  const auto* const handover = std::get_if<Handover>(&device.placement);
  put_device_(index.value, device.product.value, numbers_.of(device.account), device.name, device.secret, time.of(device.created),
              numbers_.of(device.resides_at().instance), handover != nullptr ? std::optional{handover->job.value} : std::nullopt,
              device.enabled, device.activated, device.removed, device.handover_step, device.moves);
  for (const Residence& residence : registry.residences_of(index))
    put_residence_(index.value, numbers_.of(residence.at.instance), numbers_.of(residence.at.account), residence.activated,
                   residence.stays);
  if (const Sharing* const sharing = registry.sharing(index); sharing != nullptr) {
    put_sharing_(index.value, sharing->kind, numbers_.of(sharing->with));
  } else {
    drop_sharing_(index.value);
  }
}

void RegistryTables::load(Registry& registry, const StoredTime& time) {
  load_products(registry, time);
  load_devices(registry, time);
  load_residences(registry);
}

void RegistryTables::load_products(Registry& registry, const StoredTime& time) {
  SQLite::Statement copies(database_, "SELECT instance, account, since_us FROM product_copy WHERE product = ? ORDER BY position");
  SQLite::Statement topics(database_, "SELECT id, topic, operation, description FROM product_topic WHERE product = ? ORDER BY position");
  SQLite::Statement rows(database_,
                         "SELECT number, key, name, secret, owner, created_us, node_type, data_format, auth_type, dynamic_registration, "
                         "description, tsl, parsing_script, model_frozen, removed FROM product ORDER BY number");
  while (rows.executeStep()) {
    const std::uint32_t number = number_in(rows.getColumn(0));
    if (number != registry.product_count()) throw_damaged("product number " + std::to_string(registry.product_count()) + " is missing");
    ProductRecord product;
    product.config.key = ProductKey{rows.getColumn(1).getString()};
    product.config.name = rows.getColumn(2).getString();
    product.config.secret = rows.getColumn(3).getString();
    product.owner = numbers_.account(rows.getColumn(4));
    product.config.owner = registry.account(product.owner).id;
    product.created = time.moment(rows.getColumn(5).getInt64());
    product.data.node_type = enum_in(rows.getColumn(6), NodeType::gateway);
    product.data.data_format = enum_in(rows.getColumn(7), DataFormat::alink_json);
    product.data.auth_type = enum_in(rows.getColumn(8), AuthType::x509);
    product.data.dynamic_registration = enum_in(rows.getColumn(9), DynamicRegistration::on);
    product.data.description = rows.getColumn(10).getString();
    product.data.tsl = rows.getColumn(11).getString();
    product.data.parsing_script = rows.getColumn(12).getString();
    product.model_frozen = flag_in(rows.getColumn(13));
    product.removed = flag_in(rows.getColumn(14));

    copies.reset();
    copies.bind(1, number);
    while (copies.executeStep())
      product.copies.push_back(
          {{numbers_.instance(copies.getColumn(0)), numbers_.account(copies.getColumn(1))}, time.moment(copies.getColumn(2).getInt64())});
    if (product.copies.empty()) throw_damaged("product number " + std::to_string(number) + " is nowhere");
    product.config.instance = registry.instance(product.home().instance).config.id;
    topics.reset();
    topics.bind(1, number);
    while (topics.executeStep())
      product.data.topics.push_back({.topic = topics.getColumn(1).getString(),
                                     .operation = enum_in(topics.getColumn(2), TopicOperation::both),
                                     .description = topics.getColumn(3).getString(),
                                     .id = number_in(topics.getColumn(0))});
    registry.restore_product(std::move(product));
  }
}

void RegistryTables::load_devices(Registry& registry, const StoredTime& time) {
  registry.reserve_devices(static_cast<std::size_t>(database_.execAndGet("SELECT count(*) FROM device").getInt64()));
  SQLite::Statement rows(database_,
                         "SELECT number, product, account, name, secret, created_us, instance, job, enabled, activated, removed, "
                         "handover_step, moves FROM device ORDER BY number");
  while (rows.executeStep()) {
    if (number_in(rows.getColumn(0)) != registry.device_count())
      throw_damaged("device number " + std::to_string(registry.device_count()) + " is missing");
    DeviceRecord device;
    device.product = ProductIndex{number_in(rows.getColumn(1))};
    if (device.product.value >= registry.product_count())
      throw_damaged("a device is of product number " + std::to_string(device.product.value));
    device.account = numbers_.account(rows.getColumn(2));
    device.name = rows.getColumn(3).getString();
    device.secret = rows.getColumn(4).getString();
    device.created = time.moment(rows.getColumn(5).getInt64());
    const InstanceIndex instance = numbers_.instance(rows.getColumn(6));
    device.placement = Bound{instance};
    if (!rows.getColumn(7).isNull())
      device.placement = Handover{instance, JobIndex{number_in(rows.getColumn(7))}, {instance, device.account}};
    device.enabled = flag_in(rows.getColumn(8));
    device.activated = flag_in(rows.getColumn(9));
    device.removed = flag_in(rows.getColumn(10));
    device.handover_step = enum_in(rows.getColumn(11), HandoverStep::replied);
    device.moves = number_in(rows.getColumn(12));
    if (!device.removed && registry.find_device(device.product, device.name))
      throw_damaged("device \"" + device.name + "\" is there twice");
    registry.restore_device(std::move(device));
  }
}

void RegistryTables::load_residences(Registry& registry) {
  SQLite::Statement residences(database_, "SELECT device, instance, account, activated, stays FROM residence");
  while (residences.executeStep()) {
    const DeviceIndex device{number_in(residences.getColumn(0))};
    if (device.value >= registry.device_count()) throw_damaged("a residence of device number " + std::to_string(device.value));
    Residence residence;
    residence.at = {numbers_.instance(residences.getColumn(1)), numbers_.account(residences.getColumn(2))};
    residence.activated = flag_in(residences.getColumn(3));
    residence.stays = number_in(residences.getColumn(4));
    registry.restore_residence(device, residence);
  }
  SQLite::Statement shared(database_, "SELECT device, kind, account FROM sharing");
  while (shared.executeStep()) {
    const DeviceIndex device{number_in(shared.getColumn(0))};
    if (device.value >= registry.device_count()) throw_damaged("sharing of device number " + std::to_string(device.value));
    registry.share(device, {enum_in(shared.getColumn(1), SharingKind::transferred), numbers_.account(shared.getColumn(2))});
  }
}

}  // namespace fleetsim::platform
