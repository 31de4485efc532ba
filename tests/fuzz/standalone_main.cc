// Runs a fuzz target where there is no libFuzzer: every file of the corpus, then mutations of them.
//
//   x_fuzz [--mutations=N] [--seconds=S] [--seed=K] FILE-OR-FOLDER…
//
// The same seed and corpus give the same mutations, so that a failure can be seen again; when the
// time is over, the rest is left out. A failure is an abort of the target itself.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

struct Options {
  long mutations = 10'000;
  long seconds = 10;
  long seed = 1;
  std::vector<std::string> paths;
};

bool TakeNumber(std::string_view argument, std::string_view name, long& value) {
  if (!argument.starts_with(name)) return false;
  value = std::strtol(argument.data() + name.size(), nullptr, 10);
  return true;
}

std::vector<std::string> ReadCorpus(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    if (std::filesystem::is_directory(path)) {
      for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry);
    } else {
      files.emplace_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "open %s failed\n", file.c_str());
      std::exit(2);
    }
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return inputs;
}

std::string Mutate(const std::vector<std::string>& corpus, std::mt19937_64& random) {
  const auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
  std::string input = corpus[below(corpus.size())];
  for (size_t steps = 1 + below(8); steps > 0; --steps) {
    const size_t at = below(input.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(random());
        break;
      case 1:
        input.insert(at, 1, "\"\\ []-:\n\r01259+,"[below(17)]);
        break;
      case 2:
        input.erase(at, 1 + below(16));
        break;
      case 3:
        input.insert(at, input.substr(below(input.size() + 1), below(32)));
        break;
      case 4: {
        const std::string& other = corpus[below(corpus.size())];
        input.insert(at, other.substr(below(other.size() + 1), below(64)));
        break;
      }
      case 5:
        if (below(8) == 0) input.resize(at);
        break;
    }
  }
  return input;
}

void Run(const std::string& input) {
  // A copy of exactly its size, so that AddressSanitizer sees a read past the end.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (TakeNumber(argument, "--mutations=", options.mutations) ||
        TakeNumber(argument, "--seconds=", options.seconds) ||
        TakeNumber(argument, "--seed=", options.seed)) {
      continue;
    }
    options.paths.emplace_back(argument);
  }
  std::vector<std::string> corpus = ReadCorpus(options.paths);
  if (corpus.empty()) {
    std::fprintf(stderr, "no corpus: name files or folders that hold some\n");
    return 2;
  }
  for (const std::string& input : corpus) Run(input);

  std::mt19937_64 random(static_cast<uint64_t>(options.seed));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  long mutations = 0;
  while (mutations < options.mutations && std::chrono::steady_clock::now() < end) {
    Run(Mutate(corpus, random));
    ++mutations;
  }
  std::printf("%zu corpus inputs and %ld mutations ran (seed %ld)\n", corpus.size(), mutations,
              options.seed);
  return 0;
}
