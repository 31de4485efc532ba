// measure RESULT COMMAND…: runs a command and writes down what it took, as one line of
//   wall_seconds<TAB>user_seconds<TAB>system_seconds<TAB>peak_kib<TAB>exit_code
// Children that the command waited for (a pipe of a shell) are part of the times; the peak is that
// of the largest of them.
//
// A program of its own, and a small one: what the kernel calls the peak of a process includes what
// it held before it became the command.
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double Now() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int Fail(const char* what) {
  fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
  return 127;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fputs("usage: measure RESULT COMMAND…\n", stderr);
    return 2;
  }
  const double begin = Now();
  const pid_t pid = fork();
  if (pid < 0) return Fail("fork");
  if (pid == 0) {
    execvp(argv[2], argv + 2);
    _exit(Fail(argv[2]));
  }
  int status = 0;
  rusage usage = {};
  while (wait4(pid, &status, 0, &usage) < 0) {
    if (errno != EINTR) return Fail("wait");
  }
  const double wall = Now() - begin;
  const int exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  FILE* result = fopen(argv[1], "we");
  if (result == nullptr) return Fail(argv[1]);
  fprintf(result, "%.6f\t%.6f\t%.6f\t%ld\t%d\n", wall, Seconds(usage.ru_utime),
          Seconds(usage.ru_stime), usage.ru_maxrss, exit_code);
  return fclose(result) == 0 ? exit_code : Fail(argv[1]);
}
