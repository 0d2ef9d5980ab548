#include "sim/conformance/requirements/ota/ota_words.hpp"

#include <fmt/format.h>

namespace fleetsim::sim::ota_words {

std::string topic(const Exam& exam, std::string_view what) {
  return fmt::format("/ota/device/{}/{}/{}", what, exam.candidate().product_key, exam.candidate().device_name);
}

bool offer(Exam& exam, std::string_view version, Flaw flaw) {
  const auto image = exam.bench().firmware_image();
  if (!image) {
    exam.inconclusive("there is no firmware here that could be offered");
    return false;
  }
  std::string digest = image->md5;
  if (flaw == Flaw::wrong_digest) digest.front() = digest.front() == '0' ? '1' : '0';
  const std::string payload = fmt::format(
      R"({{"code":"1000","data":{{"size":{},"version":"{}","isDiff":0,"url":"{}","md5":"{}","sign":"{}","signMethod":"Md5"}},"id":1,"message":"success"}})",
      image->size, version, image->url, digest, digest);
  if (exam.send(topic(exam, "upgrade"), payload, 1)) return true;
  exam.inconclusive("the device does not hear what the platform says on ota/device/upgrade");
  return false;
}

std::string told_version(const SeenMessage& message) {
  // Beside params an Alink message may have a version of its own, and a JSON writer may put spaces anywhere.
  const std::string_view version = json_member(json_member(message.payload(), "params"), "version");
  if (version.size() < 2 || version.front() != '"') return {};
  return std::string(version.substr(1, version.size() - 2));
}

const SeenMessage* await_version(Exam& exam, std::string_view version, Instant since, Duration within) {
  const std::string inform = topic(exam, "inform");
  const auto found = [&]() -> const SeenMessage* {
    for (const SeenLink& link : exam.seen().links())
      for (const SeenMessage& message : link.messages) {
        const bool is_inform = message.direction == Direction::up && message.is("PUBLISH") && message.at >= since;
        if (is_inform && message.topic() == inform && told_version(message) == version) return &message;
      }
    return nullptr;
  };
  return exam.await(within, [&] { return found() != nullptr; }) ? found() : nullptr;
}

std::string first_version(Exam& exam) {
  if (!exam.comes_online()) return {};
  const SeenMessage* const told = exam.await_published(topic(exam, "inform"), Instant{}, std::chrono::minutes{1});
  if (told == nullptr) {
    exam.not_applicable("it tells no firmware version, so that nobody can upgrade it");
    return {};
  }
  if (told_version(*told).empty()) exam.inconclusive("what it tells of its firmware has no version");
  return told_version(*told);
}

bool takes_a_right_one(Exam& exam) {
  const Instant offered = exam.now();
  if (!offer(exam, new_version)) return false;
  if (await_version(exam, new_version, offered, patience) != nullptr) return true;
  exam.inconclusive("it takes no offer, right or wrong");
  return false;
}

std::vector<const SeenMessage*> progress(const Exam& exam, Instant since) {
  const std::string wanted = topic(exam, "progress");
  std::vector<const SeenMessage*> found;
  for (const SeenLink& link : exam.seen().links())
    for (const SeenMessage& message : link.messages)
      if (message.at >= since && message.direction == Direction::up && message.is("PUBLISH") && message.topic() == wanted)
        found.push_back(&message);
  return found;
}

}  // namespace fleetsim::sim::ota_words
