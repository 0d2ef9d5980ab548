#include "platform-mock/store/group_tables.hpp"

#include <SQLiteCpp/Statement.h>
#include <utility>

#include "platform-mock/store/database.hpp"
#include "platform-mock/store/thing_text.hpp"

namespace fleetsim::platform {

GroupTables::GroupTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      // Its number says when it was made, and stays.
      put_(database,
           "INSERT INTO device_group(id, name, description, super_id, instance, account, created_ms, tags) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(id) DO UPDATE SET description = ?3, tags = ?8"),
      drop_(database, "DELETE FROM device_group WHERE id = ?") {}

void GroupTables::save(const things::DeviceGroups& groups, const std::string& id) {
  const things::DeviceGroup* const group = groups.find(id);
  if (group == nullptr) return drop_(id);
  put_(group->id, group->name, group->description, group->super_id, numbers_.of(group->place.instance), numbers_.of(group->place.account),
       group->created_ms, tags_text(group->tags));
}

void GroupTables::load(things::DeviceGroups& groups) {
  SQLite::Statement rows(database_,
                         "SELECT id, name, description, super_id, instance, account, created_ms, tags FROM device_group ORDER BY number");
  while (rows.executeStep()) {
    things::DeviceGroup group;
    group.id = rows.getColumn(0).getString();
    group.name = rows.getColumn(1).getString();
    group.description = rows.getColumn(2).getString();
    group.super_id = rows.getColumn(3).getString();
    group.place = {numbers_.instance(rows.getColumn(4)), numbers_.account(rows.getColumn(5))};
    group.created_ms = rows.getColumn(6).getInt64();
    auto tags = tags_in(rows.getColumn(7).getString());
    if (!tags) throw_damaged("the tags of group " + group.id + " cannot be read");
    group.tags = std::move(*tags);
    groups.restore(std::move(group));
  }
}

}  // namespace fleetsim::platform
