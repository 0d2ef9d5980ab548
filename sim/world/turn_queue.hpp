// What is to be done still in a turn, first come first served. It is emptied every time: so its memory is that of the longest turn, and
// nothing is allocated once it has grown (a std::deque takes and gives back a block every few elements).
//
//   queue.push(work);
//   while (!queue.empty()) carry_out(queue.pop());     // which may push more
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace fleetsim::sim {

template <class T>
class TurnQueue {
 public:
  bool empty() const { return items_.empty(); }
  void push(T item) { items_.push_back(std::move(item)); }
  /// The one that came last. Precondition: !empty().
  const T& last() const { return items_.back(); }
  /// Precondition: !empty().
  T pop() {
    T item = std::move(items_[next_]);
    if (++next_ == items_.size()) {
      items_.clear();
      next_ = 0;
    }
    return item;
  }

 private:
  std::vector<T> items_;  // those before next_ are done
  std::size_t next_ = 0;
};

}  // namespace fleetsim::sim
