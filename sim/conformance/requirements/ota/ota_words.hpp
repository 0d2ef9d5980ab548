// What the requirements of OTA have in common: an image on the platform's file server, offers of it, and what the device says of itself.
//
//   ota_words::offer(exam, "exam-2.0");
//   ota_words::await_version(exam, "exam-2.0", since, ota_words::patience);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::ota_words {

/// For a download of a few kilobytes, the installation and the way back.
inline constexpr Duration patience = std::chrono::minutes{10};
inline constexpr std::string_view new_version = "exam-2.0.0";

/// What is wrong with an offer.
enum class Flaw : std::uint8_t { none, wrong_digest };

std::string topic(const Exam& exam, std::string_view what);  // "inform": /ota/device/inform/{pk}/{dn}
/// The offer goes down as the platform sends it. False: the device does not hear it, and the exam is inconclusive.
bool offer(Exam& exam, std::string_view version, Flaw flaw = Flaw::none);
/// It takes an offer that is right. False: it takes none, so that what it did not take says nothing; the exam is inconclusive.
bool takes_a_right_one(Exam& exam);
/// What a message of `inform` says; empty: nothing.
std::string told_version(const SeenMessage& message);
/// That version is told since then; null: not in time.
const SeenMessage* await_version(Exam& exam, std::string_view version, Instant since, Duration within);
/// Online, and its version told: what it is. Empty: the exam is not applicable, or inconclusive.
std::string first_version(Exam& exam);
/// All that was told of how far it is, since then.
std::vector<const SeenMessage*> progress(const Exam& exam, Instant since);

}  // namespace fleetsim::sim::ota_words
