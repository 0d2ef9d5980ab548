// The operations of the console's API, one function each; console_api.cpp has the table that names their methods and paths.
//
//   ConsoleResult result = console::send_code(call);
#pragma once

#include "platform-mock/core/console/console_call.hpp"

namespace fleetsim::platform::console {

// console_accounts.cpp
ConsoleResult who_am_i(ConsoleCall& call);
ConsoleResult read_inbox(ConsoleCall& call);
ConsoleResult send_code(ConsoleCall& call);
ConsoleResult hand_over_firmware(ConsoleCall& call);

// console_products.cpp
ConsoleResult list_products(ConsoleCall& call);
ConsoleResult show_product(ConsoleCall& call);
ConsoleResult list_devices(ConsoleCall& call);
ConsoleResult authorize_device(ConsoleCall& call);
ConsoleResult transfer_device(ConsoleCall& call);
ConsoleResult unshare_device(ConsoleCall& call);

// console_services.cpp
ConsoleResult set_dynamic_registration(ConsoleCall& call);
ConsoleResult show_remote_config(ConsoleCall& call);
ConsoleResult set_remote_config(ConsoleCall& call);
ConsoleResult push_remote_config(ConsoleCall& call);
ConsoleResult push_endpoint(ConsoleCall& call);

// console_jobs.cpp
ConsoleResult create_job(ConsoleCall& call);
ConsoleResult list_jobs(ConsoleCall& call);
ConsoleResult show_job(ConsoleCall& call);
ConsoleResult retry_job(ConsoleCall& call);
ConsoleResult delete_job(ConsoleCall& call);
ConsoleResult download_record(ConsoleCall& call);
ConsoleResult plan_job_fault(ConsoleCall& call);

// console_misbehaviour.cpp
ConsoleResult list_misbehaviour(ConsoleCall& call);
ConsoleResult list_misbehaviour_kinds(ConsoleCall& call);
ConsoleResult set_misbehaviour(ConsoleCall& call);
ConsoleResult delete_misbehaviour(ConsoleCall& call);
ConsoleResult delete_all_misbehaviour(ConsoleCall& call);

// console_device_lists.cpp
ConsoleResult read_list(ConsoleCall& call);
ConsoleResult download_template(ConsoleCall& call);
/// The names in an uploaded file, or its mistakes.
Result<std::vector<DeviceName>, ConsoleError> devices_in(const ConsoleCall& call, std::string_view csv);

}  // namespace fleetsim::platform::console
