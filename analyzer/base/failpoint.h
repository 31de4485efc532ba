// Places at which a test may let the process die, as kill -9 or a power cut would: a story sweeps
// all of them and shows that what comes after the next start is whole.
//
// They exist only in builds with asserts. In a release build a stray variable in the environment
// must not be able to end the service, and a place on the way of every commit must cost nothing:
// there Failpoint() is an empty inline function.
#ifndef LOGTALLY_BASE_FAILPOINT_H_
#define LOGTALLY_BASE_FAILPOINT_H_

#include <string_view>

namespace logtally {

// Every failpoint there is; tests read this table.
inline constexpr std::string_view kFailpoints[] = {
    // The commit, in its order.
    "before_begin",
    "after_counts",
    "after_positions",
    "before_commit",
    "after_commit_before_publish",
    // A clean stop.
    "before_ended_cleanly",
    "before_checkpoint",
    "after_checkpoint",
    // The start.
    "before_migration",
    "during_migration",
    "after_migration",
    "during_first_sync",
    // What is old is deleted.
    "during_pruning",
    "after_pruning",
    // A backup.
    "during_backup",
    "before_backup_is_named",
    "after_backup_is_named",
    // A restore, in its order.
    "during_restore_copy",
    "before_restore_is_named",
    "before_quarantine",
    "during_quarantine",
    "after_quarantine",
    "after_restore",
};

#ifdef NDEBUG
inline void Failpoint(std::string_view) {}
#else
// Ends the process at once, with exit code 137 and no destructor, if $LOGTALLY_FAILPOINT is `name`,
// or "name:n" and this is the n-th passage. `name` is one of kFailpoints.
// Thread: any.
void Failpoint(std::string_view name);
#endif

}  // namespace logtally

#endif  // LOGTALLY_BASE_FAILPOINT_H_
