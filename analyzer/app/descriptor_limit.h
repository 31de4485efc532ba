// How many files may be open at once.
#ifndef LOGTALLY_APP_DESCRIPTOR_LIMIT_H_
#define LOGTALLY_APP_DESCRIPTOR_LIMIT_H_

namespace logtally {

// Raises the soft limit on open descriptors to the hard one: each followed log holds one. The usual
// soft limit of 1024 is for programs that call select(2), which nothing here does. A limit that
// cannot be raised stays.
void RaiseDescriptorLimit();

}  // namespace logtally

#endif  // LOGTALLY_APP_DESCRIPTOR_LIMIT_H_
