// Everything that costs is done once, in the constructor: a visit is then a few table look-ups.
#include "tools/traffic.h"

#include <array>
#include <iterator>

#include "absl/strings/str_format.h"

namespace logtally::tools {
namespace {

constexpr size_t kPages = 3000;
constexpr size_t kClients = 5000;

struct StatusWeight {
  int status;
  double weight;
};

constexpr StatusWeight kAssetStatuses[] = {{200, 700}, {304, 265}, {206, 8}, {404, 24},
                                           {403, 1},   {416, 1},   {499, 1}};
constexpr StatusWeight kDocumentStatuses[] = {{200, 880}, {301, 30}, {302, 20}, {304, 25},
                                              {308, 2},   {404, 28}, {410, 1},  {403, 2},
                                              {499, 8},   {500, 2},  {503, 1},  {504, 1}};
constexpr StatusWeight kApiStatuses[] = {{200, 820}, {201, 35}, {202, 3},  {204, 40}, {400, 15},
                                         {401, 30},  {403, 6},  {404, 22}, {405, 1},  {409, 2},
                                         {412, 1},   {413, 1},  {415, 1},  {422, 3},  {429, 8},
                                         {499, 6},   {500, 3},  {502, 1},  {503, 1},  {504, 1}};
constexpr StatusWeight kFormStatuses[] = {{302, 560}, {303, 90}, {200, 270}, {400, 12}, {401, 45},
                                          {403, 6},   {408, 1},  {422, 10},  {500, 3},  {502, 3}};
constexpr StatusWeight kScanStatuses[] = {{404, 860}, {403, 80}, {400, 20}, {301, 25}, {444, 15}};
constexpr StatusWeight kBurstStatuses[] = {{500, 640}, {502, 160}, {503, 90}, {504, 110}};

Picker PickerOf(std::span<const StatusWeight> rows) {
  std::vector<double> weights;
  for (const StatusWeight& row : rows) weights.push_back(row.weight);
  return Picker::Weighted(weights);
}

// Browsers say where they come from, programs do not.
enum class Sends { kReferrer, kNoReferrer };

struct UserAgent {
  double weight;
  std::string_view text;
  Sends sends = Sends::kReferrer;
};
constexpr UserAgent kUserAgents[] = {
    {22,
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.0.0 Safari/537.36"},
    {13,
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) Version/17.5 Mobile/15E148 Safari/604.1"},
    {12,
     "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
     "Mobile Safari/537.36"},
    {9,
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
     "Version/17.4 Safari/605.1.15"},
    {9, "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"},
    {8, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"},
    {7,
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"},
    {6, "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example.org/about.html)",
     Sends::kNoReferrer},
    {4, "ShopApp/4.12 (Android 14; okhttp/4.12.0)", Sends::kNoReferrer},
    {4, "ShopApp/4.12 (iOS 17.5; CFNetwork/1496.0.7)", Sends::kNoReferrer},
    {2, "curl/7.88.1", Sends::kNoReferrer},
    {2, "python-requests/2.31.0", Sends::kNoReferrer},
    {1, "Go-http-client/1.1", Sends::kNoReferrer},
    {1, "-", Sends::kNoReferrer},
};

constexpr std::array<std::string_view, 4> kHosts = {"www.example.com", "shop.example.com",
                                                    "api.example.com", "static.example.com"};
constexpr std::array<std::string_view, 12> kScanTargets = {
    "/.env",
    "/wp-login.php",
    "/.git/config",
    "/xmlrpc.php",
    "/phpmyadmin/index.php",
    "/admin/config.php",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    "/cgi-bin/luci/;stok=/locale?form=country&operation=write",
    "/boaform/admin/formLogin?username=admin&psd=admin",
    "/actuator/health",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/?XDEBUG_SESSION_START=phpstorm",
};

std::string AddressOf(size_t index, Random& random) {
  // A quarter speaks IPv6. The documentation prefixes hold 762 IPv4 hosts: the rest is IPv6 too.
  static constexpr std::array<std::string_view, 3> kPrefixes = {"192.0.2", "198.51.100",
                                                                "203.0.113"};
  if (index % 4 != 0 && index < 1000) {
    return absl::StrFormat("%s.%d", kPrefixes[index % 3], 1 + index / 4);
  }
  return absl::StrFormat("2001:db8:%x:%x::%x", random.Below(0x1000), random.Below(0x10000),
                         1 + random.Below(0xfffe));
}

std::string AssetTarget(Random& random) {
  static constexpr std::array<std::string_view, 6> kShapes = {
      "/static/js/chunk.%08x.js", "/static/css/theme.%08x.css", "/media/catalog/%08x.webp",
      "/media/thumb/%08x.jpg",    "/fonts/inter-%08x.woff2",    "/static/img/icon-%08x.svg"};
  std::string target(kShapes[random.Below(kShapes.size())]);
  const size_t hole = target.find("%08x");
  return target.replace(hole, 4, absl::StrFormat("%08x", random.Below(UINT32_MAX)));
}

std::string DocumentTarget(Random& random) {
  switch (random.Below(5)) {
    case 0:
      return absl::StrFormat("/category/%d?page=%d&sort=price", random.Below(60),
                             1 + random.Below(9));
    case 1:
      return absl::StrFormat("/search?q=item+%d", random.Below(900));
    case 2:
      return absl::StrFormat("/blog/2024/%02d/how-to-choose-number-%d", 1 + random.Below(12),
                             random.Below(200));
    default:
      return absl::StrFormat("/products/%d-a-fine-thing-to-have", random.Below(20000));
  }
}

std::string ApiTarget(Random& random) {
  switch (random.Below(4)) {
    case 0:
      return absl::StrFormat("/api/v1/cart/%08x", random.Below(UINT32_MAX));
    case 1:
      return absl::StrFormat("/api/v1/products/%d/stock", random.Below(20000));
    case 2:
      return absl::StrFormat("/api/v2/orders/%08x-%04x-4%03x", random.Below(UINT32_MAX),
                             random.Below(0x10000), random.Below(0x1000));
    default:
      return absl::StrFormat("/api/v1/suggest?q=%c%c", 'a' + random.Below(26),
                             'a' + random.Below(26));
  }
}

std::string FormTarget(Random& random) {
  static constexpr std::array<std::string_view, 5> kForms = {"/checkout", "/login", "/cart/add",
                                                             "/account/address", "/newsletter"};
  return std::string(kForms[random.Below(kForms.size())]);
}

bool HasNoBody(int status) {
  return status == 204 || status == 304 || status == 408 || status == 444 || status == 499;
}

}  // namespace

Traffic::Traffic(uint64_t seed)
    : random_(seed),
      page_(Picker::Zipf(kPages)),
      client_(Picker::Zipf(kClients)),
      user_agent_([] {
        std::vector<double> weights;
        for (const UserAgent& row : kUserAgents) weights.push_back(row.weight);
        return Picker::Weighted(weights);
      }()),
      burst_status_(PickerOf(kBurstStatuses)) {
  status_ = {PickerOf(kAssetStatuses), PickerOf(kDocumentStatuses), PickerOf(kApiStatuses),
             PickerOf(kFormStatuses), PickerOf(kScanStatuses)};
  pages_.push_back({Kind::kDocument, 5120, "/"});
  pages_.push_back({Kind::kForm, 830, "/checkout"});
  while (pages_.size() < kPages) {
    const uint32_t draw = random_.Below(100);
    if (draw < 45) {
      const auto bytes = static_cast<int32_t>(900 + random_.Below(90000));
      pages_.push_back({Kind::kAsset, bytes, AssetTarget(random_)});
    } else if (draw < 72) {
      const auto bytes = static_cast<int32_t>(4000 + random_.Below(40000));
      pages_.push_back({Kind::kDocument, bytes, DocumentTarget(random_)});
    } else if (draw < 95) {
      const auto bytes = static_cast<int32_t>(40 + random_.Below(4000));
      pages_.push_back({Kind::kApi, bytes, ApiTarget(random_)});
    } else {
      const auto bytes = static_cast<int32_t>(400 + random_.Below(2000));
      pages_.push_back({Kind::kForm, bytes, FormTarget(random_)});
    }
  }
  for (const std::string_view target : kScanTargets) {
    scans_.push_back({Kind::kScan, 153, std::string(target)});
  }
  for (size_t i = 0; i < kClients; ++i) clients_.push_back(AddressOf(i, random_));
  referrers_ = {"https://www.example.com/", "https://search.example.net/?q=fine+things",
                "https://news.example.org/2024/best-of"};
  for (int i = 0; i < 200; ++i) {
    referrers_.push_back("https://www.example.com" + DocumentTarget(random_));
  }
}

std::string_view Traffic::MethodFor(Kind kind) {
  const uint32_t draw = random_.Below(1000);
  switch (kind) {
    case Kind::kForm:
      return draw < 920 ? "POST" : "GET";
    case Kind::kApi:
      if (draw < 740) return "GET";
      if (draw < 890) return "POST";
      if (draw < 930) return "PUT";
      if (draw < 950) return "PATCH";
      if (draw < 970) return "DELETE";
      return "OPTIONS";
    case Kind::kScan:
      return draw < 900 ? "GET" : draw < 970 ? "POST" : "PROPFIND";
    case Kind::kAsset:
    case Kind::kDocument:
      return draw < 985 ? "GET" : "HEAD";
  }
  return "GET";
}

int Traffic::StatusFor(Kind kind, Health health) {
  // In a burst the application fails; files are still served.
  const bool application = kind == Kind::kApi || kind == Kind::kForm || kind == Kind::kDocument;
  if (health == Health::kErrorBurst && application && random_.PerMille(300)) {
    return kBurstStatuses[burst_status_.Pick(random_)].status;
  }
  const size_t picked = status_[static_cast<size_t>(kind)].Pick(random_);
  switch (kind) {
    case Kind::kAsset:
      return kAssetStatuses[picked].status;
    case Kind::kDocument:
      return kDocumentStatuses[picked].status;
    case Kind::kApi:
      return kApiStatuses[picked].status;
    case Kind::kForm:
      return kFormStatuses[picked].status;
    case Kind::kScan:
      return kScanStatuses[picked].status;
  }
  return 200;
}

Visit Traffic::Next(Health health) {
  const bool scan = random_.PerMille(8);
  const Page& page = scan ? scans_[random_.Below(static_cast<uint32_t>(scans_.size()))]
                          : pages_[page_.Pick(random_)];
  Visit visit;
  visit.target = page.target;
  visit.method = MethodFor(page.kind);
  visit.status = StatusFor(page.kind, health);
  visit.client = clients_[client_.Pick(random_)];
  visit.host = kHosts[page.kind == Kind::kAsset ? 3
                      : page.kind == Kind::kApi ? 2
                                                : random_.Below(2)];
  const uint32_t draw = random_.Below(100);
  visit.protocol = draw < 70 ? "HTTP/2.0" : draw < 97 ? "HTTP/1.1" : "HTTP/1.0";
  static constexpr UserAgent kScanner = {0, "-", Sends::kNoReferrer};
  const UserAgent& user_agent = scan ? kScanner : kUserAgents[user_agent_.Pick(random_)];
  visit.user_agent = user_agent.text;
  const bool direct = user_agent.sends == Sends::kNoReferrer ||
                      (page.kind == Kind::kDocument && random_.PerMille(450));
  visit.referrer = "-";
  if (!direct) visit.referrer = referrers_[random_.Below(static_cast<uint32_t>(referrers_.size()))];
  if (visit.method == "HEAD" || HasNoBody(visit.status)) {
    visit.bytes = 0;
  } else if (visit.status >= 300) {
    visit.bytes = visit.status >= 500 ? 157 : 153 + page.bytes % 16;
  } else {
    visit.bytes = page.bytes + random_.Below(64);
  }
  return visit;
}

}  // namespace logtally::tools
