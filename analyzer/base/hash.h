// A 64-bit hash that means the same in every version and on every machine (XXH3), for what is
// kept in the database: file heads and anchors. Not for hash tables, not against forgery.
#ifndef LOGTALLY_BASE_HASH_H_
#define LOGTALLY_BASE_HASH_H_

#include <cstdint>
#include <string_view>

namespace logtally {

uint64_t StableHash(std::string_view bytes);

}  // namespace logtally

#endif  // LOGTALLY_BASE_HASH_H_
