// What a syslog message says, without what syslog says about it.
#ifndef LOGTALLY_TAIL_SYSLOG_HEADER_H_
#define LOGTALLY_TAIL_SYSLOG_HEADER_H_

#include <string_view>

namespace logtally {

// The message behind the header of a datagram: priority, time, host, tag and process id as
// RFC 3164 §4.1 or RFC 5424 §6 has them. Servers leave out the host (nginx: `nohostname`, HAProxy)
// or the process id; rsyslog writes RFC 5424 times into headers that are otherwise of RFC 3164.
// A datagram that does not begin like one is all message; so is one of RFC 5424 that is malformed.
// Never fails, looks at no byte behind the header, and gives a view into `datagram`.
std::string_view SyslogMessage(std::string_view datagram);

}  // namespace logtally

#endif  // LOGTALLY_TAIL_SYSLOG_HEADER_H_
