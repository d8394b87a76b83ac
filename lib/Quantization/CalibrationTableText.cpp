//===- CalibrationTableText.cpp - the table as YAML -----------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// Plain structs (TextTable, TextEntry) mirror the file for llvm::yaml's reader and writer;
// converting them from and to CalibrationTable is where contents are checked.
//
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/CalibrationTable.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/YAMLTraits.h"
#include <charconv>

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static constexpr StringRef leadingComment =
    R"(# Calibration table: what was seen of each value of a network, and the range for its codes.
#
#   version     the format's version
#   qconfig     the recipe that the values were observed for
#   entries     one for each value, sorted by name:
#     name        the value: a layer, <layer>.weight, or input
#     observer    min-max, moving-average-min-max, per-channel-min-max,
#                 moving-average-per-channel-min-max, histogram,
#                 histogram-torch-1.13, percentile (with its percentile), entropy
#     batches     how many batches were seen
#     nonfinite   how many NaN or infinite values were dropped (left out: none)
#     min, max    the observed bounds: a number, or a list with one for each channel (inf and -inf
#                 for a channel without finite values)
#     histogram   counts in equal bins from min to max; 5*0 stands for 0, 0, 0, 0, 0
#     range       the range that the codes cover, [lo, hi] or a list of such; may be changed by hand
#   and only by hand:
#     float       true keeps the layer in float
#     scale       the scale itself, a number or a list; wins over range
#     zero_point  the code of 0 that goes with scale (left out: chosen from range)
)";

//===--------------------------------------------------------------------===//
// The file's structure
//===--------------------------------------------------------------------===//

namespace {
/// A number printed in the shortest form that reads back as the same number.
template <typename Real> struct Number {
  Real value = 0;
};

/// "value" or "length*value".
struct Run {
  uint64_t length = 1;
  float value = 0;
};

template <typename T> struct FlowList {
  std::vector<T> items;
};

/// "1.5" or "[1.5, 2]".
template <typename T> struct ScalarOrList {
  bool isList = false;
  T scalar;
  FlowList<T> list;

  static ScalarOrList from(ArrayRef<decltype(T::value)> values) {
    ScalarOrList result;
    result.isList = values.size() != 1;
    if (!result.isList)
      result.scalar.value = values.front();
    else
      for (auto value : values)
        result.list.items.push_back({value});
    return result;
  }

  llvm::SmallVector<decltype(T::value)> values() const {
    llvm::SmallVector<decltype(T::value)> result;
    if (!isList)
      result.push_back(scalar.value);
    for (const T &item : list.items)
      result.push_back(item.value);
    return result;
  }
};

using FloatNumber = Number<float>;
using DoubleNumber = Number<double>;
using IntNumber = Number<int64_t>;
using FloatOrList = ScalarOrList<FloatNumber>;
using IntOrList = ScalarOrList<IntNumber>;
/// "[lo, hi]" or "[[lo, hi], [lo, hi]]".
using RangeList = FlowList<FloatOrList>;

struct TextEntry {
  std::string name;
  std::string observer;
  std::optional<DoubleNumber> percentile;
  int64_t batches = 0;
  int64_t nonFinite = 0;
  std::optional<FloatOrList> minimum, maximum;
  std::optional<FlowList<Run>> histogram;
  std::optional<RangeList> range;
  std::optional<bool> keepFloat;
  std::optional<FloatOrList> scale;
  std::optional<IntOrList> zeroPoint;
};

struct TextTable {
  int64_t version = 0;
  std::string qconfig;
  std::vector<TextEntry> entries;
};

/// What the reader knows when an error is found.
struct ReadState {
  StringRef fileName;
  std::string currentEntry;
  llvm::StringSet<> names;
  std::string message;
};
} // namespace

//===--------------------------------------------------------------------===//
// Entries and their text forms
//===--------------------------------------------------------------------===//

static FlowList<Run> encodeHistogram(ArrayRef<float> counts) {
  FlowList<Run> runs;
  for (float count : counts) {
    if (!runs.items.empty() && runs.items.back().value == count)
      ++runs.items.back().length;
    else
      runs.items.push_back({1, count});
  }
  return runs;
}

static Expected<std::vector<float>> decodeHistogram(const FlowList<Run> &runs) {
  std::vector<float> counts;
  for (const Run &run : runs.items) {
    if (run.length > maximumBins - counts.size())
      return makeError("the histogram has more than {} bins", maximumBins);
    counts.insert(counts.end(), run.length, run.value);
  }
  return counts;
}

static RangeList encodeRange(ArrayRef<FloatRange> ranges, bool perChannel) {
  RangeList list;
  for (FloatRange range : ranges) {
    if (perChannel) {
      list.items.push_back(FloatOrList::from({range.lo, range.hi}));
    } else {
      list.items.push_back(FloatOrList::from(range.lo));
      list.items.push_back(FloatOrList::from(range.hi));
    }
  }
  return list;
}

static Expected<llvm::SmallVector<FloatRange>> decodeRange(const RangeList &list) {
  llvm::SmallVector<FloatRange> ranges;
  auto add = [&](float lo, float hi) -> Error {
    bool emptyChannel = std::isinf(lo) && std::isinf(hi) && lo > 0 && hi < 0;
    if (!emptyChannel && !(std::isfinite(lo) && std::isfinite(hi)))
      return makeError("the range [{}, {}] is not finite", lo, hi);
    if (!emptyChannel && lo > hi)
      return makeError("the range [{}, {}] ends before it begins", lo, hi);
    ranges.push_back({lo, hi});
    return Error::success();
  };
  bool pairs = !list.items.empty() && list.items.front().isList;
  if (!pairs && list.items.size() != 2)
    return makeError("'range' must be [lo, hi] or a list of such pairs");
  for (const FloatOrList &item : list.items)
    if (item.isList != pairs || (pairs && item.list.items.size() != 2))
      return makeError("'range' must be [lo, hi] or a list of such pairs");
  if (!pairs) {
    if (Error error = add(list.items[0].scalar.value, list.items[1].scalar.value))
      return std::move(error);
    return ranges;
  }
  for (const FloatOrList &item : list.items)
    if (Error error = add(item.list.items[0].value, item.list.items[1].value))
      return std::move(error);
  return ranges;
}

static TextEntry encodeEntry(const CalibrationEntry &entry) {
  TextEntry text;
  const ObservedStatistics &statistics = entry.statistics;
  text.name = entry.name;
  text.observer = stringifyObserverKind(entry.observer).str();
  if (entry.observer == ObserverKind::Percentile)
    text.percentile = DoubleNumber{entry.percentile};
  text.batches = statistics.batches;
  text.nonFinite = statistics.nonFinite;
  if (statistics.isObserved()) {
    text.minimum = FloatOrList::from(statistics.minValues);
    text.maximum = FloatOrList::from(statistics.maxValues);
  }
  if (!statistics.histogram.empty())
    text.histogram = encodeHistogram(statistics.histogram);
  if (!entry.range.empty())
    text.range = encodeRange(entry.range, isPerChannel(entry.observer) || entry.range.size() > 1);
  text.keepFloat = entry.keepFloat;
  if (!entry.scale.empty())
    text.scale = FloatOrList::from(entry.scale);
  if (!entry.zeroPoint.empty())
    text.zeroPoint = IntOrList::from(entry.zeroPoint);
  return text;
}

/// Checks what can be checked without the network; the caller adds file, line and name to the
/// error.
static Expected<CalibrationEntry> decodeEntry(const TextEntry &text) {
  CalibrationEntry entry;
  entry.name = text.name;
  Expected<ObserverKind> kind = parseObserverKind(text.observer);
  if (!kind)
    return kind.takeError();
  entry.observer = *kind;
  if (text.percentile) {
    entry.percentile = text.percentile->value;
    if (*kind != ObserverKind::Percentile)
      return makeError("'percentile' belongs to the observer 'percentile', not '{}'",
                       text.observer);
    if (!(entry.percentile >= 50 && entry.percentile <= 100))
      return makeError("the percentile {} is not within 50 to 100", entry.percentile);
  }
  entry.statistics.batches = text.batches;
  entry.statistics.nonFinite = text.nonFinite;
  if (text.minimum)
    entry.statistics.minValues = text.minimum->values();
  if (text.maximum)
    entry.statistics.maxValues = text.maximum->values();
  if (text.histogram) {
    Expected<std::vector<float>> counts = decodeHistogram(*text.histogram);
    if (!counts)
      return counts.takeError();
    entry.statistics.histogram = std::move(*counts);
  }
  if (Error error = checkStatistics(entry.observer, entry.statistics))
    return std::move(error);

  if (text.range) {
    Expected<llvm::SmallVector<FloatRange>> range = decodeRange(*text.range);
    if (!range)
      return range.takeError();
    entry.range = std::move(*range);
    size_t channels = entry.statistics.minValues.size();
    if (channels != 0 && entry.range.size() != channels && entry.range.size() != 1)
      return makeError("'range' has {} pairs, but {} channels were observed", entry.range.size(),
                       channels);
    if (!isPerChannel(entry.observer) && entry.range.size() != 1)
      return makeError("'range' has {} pairs, but the observer has one range for the whole tensor",
                       entry.range.size());
  }
  entry.keepFloat = text.keepFloat;
  if (text.scale)
    entry.scale = text.scale->values();
  if (text.zeroPoint)
    entry.zeroPoint = text.zeroPoint->values();
  if (text.scale && entry.scale.empty())
    return makeError("'scale' is an empty list");
  for (float scale : entry.scale)
    if (!std::isfinite(scale) || scale <= 0)
      return makeError("the scale {} is not a positive number", scale);
  for (int64_t zeroPoint : entry.zeroPoint)
    if (zeroPoint < -128 || zeroPoint > 255)
      return makeError("the zero point {} is not an 8-bit code", zeroPoint);
  if (!entry.zeroPoint.empty() && entry.zeroPoint.size() != 1 &&
      entry.zeroPoint.size() != entry.scale.size())
    return makeError("there are {} scales, but {} zero points", entry.scale.size(),
                     entry.zeroPoint.size());
  if (!entry.zeroPoint.empty() && entry.scale.empty())
    return makeError("'zero_point' means nothing without 'scale'");
  return entry;
}

//===--------------------------------------------------------------------===//
// llvm::yaml traits
//===--------------------------------------------------------------------===//

template <typename Real> static void printNumber(Real value, llvm::raw_ostream &os) {
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  os << StringRef(buffer, end - buffer);
}

template <typename Real> static bool parseNumber(StringRef text, Real &value) {
  // from_chars knows "inf" and "nan"; NaN is never meant.
  auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  return error == std::errc() && end == text.end() && value == value;
}

namespace llvm::yaml {
template <typename Real> struct ScalarTraits<Number<Real>> {
  static void output(const Number<Real> &number, void *, raw_ostream &os) {
    printNumber(number.value, os);
  }
  static StringRef input(StringRef text, void *, Number<Real> &number) {
    return parseNumber(text, number.value) ? "" : "not a number, or not within its type's range";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<Run> {
  static void output(const Run &run, void *, raw_ostream &os) {
    if (run.length != 1)
      os << run.length << '*';
    printNumber(run.value, os);
  }
  static StringRef input(StringRef text, void *, Run &run) {
    run.length = 1;
    auto [length, value] = text.split('*');
    if (length.size() != text.size() && (!to_integer(length, run.length, 10) || run.length == 0))
      return "not a number of bins before '*'";
    return parseNumber(length.size() != text.size() ? value : text, run.value) ? "" : "not a count";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <typename T> struct SequenceTraits<FlowList<T>> {
  static size_t size(IO &, FlowList<T> &list) { return list.items.size(); }
  static T &element(IO &, FlowList<T> &list, size_t index) {
    if (index >= list.items.size())
      list.items.resize(index + 1);
    return list.items[index];
  }
  static const bool flow = true;
};

template <typename T> struct PolymorphicTraits<ScalarOrList<T>> {
  static NodeKind getKind(const ScalarOrList<T> &value) {
    return value.isList ? NodeKind::Sequence : NodeKind::Scalar;
  }
  static T &getAsScalar(ScalarOrList<T> &value) {
    value.isList = false;
    return value.scalar;
  }
  static FlowList<T> &getAsSequence(ScalarOrList<T> &value) {
    value.isList = true;
    return value.list;
  }
  // A mapping is never right; reading it as a list reports that.
  static FlowList<T> &getAsMap(ScalarOrList<T> &value) { return getAsSequence(value); }
};

template <> struct MappingTraits<TextEntry> {
  static void mapping(IO &io, TextEntry &entry) {
    auto *state = static_cast<ReadState *>(io.getContext());
    if (state)
      state->currentEntry.clear();
    io.mapRequired("name", entry.name);
    if (state)
      state->currentEntry = entry.name;
    io.mapRequired("observer", entry.observer);
    io.mapOptional("percentile", entry.percentile);
    io.mapRequired("batches", entry.batches);
    io.mapOptional("nonfinite", entry.nonFinite, int64_t(0));
    io.mapOptional("min", entry.minimum);
    io.mapOptional("max", entry.maximum);
    io.mapOptional("histogram", entry.histogram);
    io.mapOptional("range", entry.range);
    io.mapOptional("float", entry.keepFloat);
    io.mapOptional("scale", entry.scale);
    io.mapOptional("zero_point", entry.zeroPoint);
  }
  static std::string validate(IO &io, TextEntry &entry) {
    auto *state = static_cast<ReadState *>(io.getContext());
    if (!state || io.error())
      return "";
    if (entry.name.empty())
      return "an entry needs a name";
    if (!state->names.insert(entry.name).second)
      return "there is another entry of this name";
    Expected<CalibrationEntry> checked = decodeEntry(entry);
    return checked ? "" : toString(checked.takeError());
  }
};

template <> struct SequenceTraits<std::vector<TextEntry>> {
  static size_t size(IO &, std::vector<TextEntry> &list) { return list.size(); }
  static TextEntry &element(IO &, std::vector<TextEntry> &list, size_t index) {
    if (index >= list.size())
      list.resize(index + 1);
    return list[index];
  }
};

template <> struct MappingTraits<TextTable> {
  static void mapping(IO &io, TextTable &table) {
    io.mapRequired("version", table.version);
    // Another version may have other keys, so nothing else is worth reading.
    if (!io.outputting() && !io.error() && table.version != CalibrationTable::formatVersion) {
      io.setError(Twine("version ") + Twine(table.version) +
                  " of the format is not known; this is " + Twine(CalibrationTable::formatVersion));
      return;
    }
    io.mapRequired("qconfig", table.qconfig);
    io.mapRequired("entries", table.entries);
    if (auto *state = static_cast<ReadState *>(io.getContext()))
      state->currentEntry.clear();
  }
};
} // namespace llvm::yaml

//===--------------------------------------------------------------------===//
// Reading and writing
//===--------------------------------------------------------------------===//

/// Finds the end of the quoted text that begins at `text.front()`: the position after the closing
/// quote, or npos.
static size_t findQuoteEnd(StringRef text) {
  char quote = text.front();
  for (size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\')
      ++i;
    else if (text[i] == quote && quote == '\'' && i + 1 < text.size() && text[i + 1] == quote)
      ++i;
    else if (text[i] == quote)
      return i + 1;
  }
  return StringRef::npos;
}

/// llvm::yaml's parser recurses, so nesting that no table has is refused before it can exhaust the
/// stack; so is everything (text quoted in odd places, anchors, block scalars) that could hide
/// nesting from this scan.
static Error checkNesting(StringRef text, StringRef fileName) {
  constexpr int maximumDepth = 8;
  constexpr size_t maximumIndent = 64;
  int depth = 0;
  size_t lineNumber = 0;
  while (!text.empty()) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    ++lineNumber;
    StringRef content = line.trim(" \t\r");
    int indicators = 0;
    char previous = ' ';
    for (size_t i = 0; i < content.size(); previous = content[i++]) {
      char c = content[i];
      bool afterBlank = previous == ' ' || previous == '\t';
      if (c == '#' && afterBlank)
        break;
      if (c == '"' || c == '\'') {
        StringRef before = content.take_front(i).rtrim(" \t");
        size_t end = findQuoteEnd(content.drop_front(i));
        StringRef after = end == StringRef::npos ? "" : content.drop_front(i + end).ltrim(" \t");
        bool startsValue = afterBlank && (before.ends_with(":") || before.ends_with("-"));
        if (depth != 0 || !startsValue || end == StringRef::npos ||
            !(after.empty() || after.front() == '#'))
          return makeError("{}:{}: a quote must begin a value and end on the same line", fileName,
                           lineNumber);
        break;
      }
      bool reserved = StringRef("&!|>`@%").contains(c) || (c == '*' && !llvm::isDigit(previous));
      if (reserved)
        return makeError("{}:{}: '{}' must stand in quotes", fileName, lineNumber, c);
      depth += c == '[' || c == '{';
      depth -= c == ']' || c == '}';
      indicators += (c == ' ' || c == '\t') && StringRef("-?:").contains(previous);
      if (depth > maximumDepth || indicators > maximumDepth)
        return makeError("{}:{}: nested too deeply for a calibration table", fileName, lineNumber);
    }
    if (line.find_first_not_of(" \t") > maximumIndent && !content.empty())
      return makeError("{}:{}: indented too deeply for a calibration table", fileName, lineNumber);
  }
  return Error::success();
}

Expected<CalibrationTable> CalibrationTable::parse(StringRef text, StringRef fileName) {
  if (text.size() > maximumTextSize)
    return makeError("{}: {} bytes are too many for a calibration table; at most {} are read",
                     fileName, text.size(), maximumTextSize);
  if (Error error = checkNesting(text, fileName))
    return std::move(error);

  ReadState state;
  state.fileName = fileName;
  auto report = [](const llvm::SMDiagnostic &diagnostic, void *context) {
    auto &state = *static_cast<ReadState *>(context);
    if (!state.message.empty()) // the first error is the cause of the others
      return;
    state.message = fmt::format("{}:{}: ", state.fileName, diagnostic.getLineNo());
    if (!state.currentEntry.empty())
      state.message += fmt::format("'{}': ", state.currentEntry);
    state.message += diagnostic.getMessage();
  };
  TextTable textTable;
  llvm::yaml::Input input(text, &state, report, &state);
  input >> textTable;
  if (input.error())
    return makeError("{}", state.message.empty()
                               ? fmt::format("{}: not a calibration table", fileName)
                               : state.message);
  if (textTable.version != formatVersion)
    return makeError("{}: the file holds no calibration table", fileName);

  CalibrationTable table(textTable.qconfig);
  for (const TextEntry &textEntry : textTable.entries) {
    Expected<CalibrationEntry> entry = decodeEntry(textEntry);
    if (!entry)
      return addContext(entry.takeError(), fileName);
    if (Error error = table.add(std::move(*entry)))
      return addContext(std::move(error), fileName);
  }
  return table;
}

std::string CalibrationTable::toText() const {
  TextTable textTable;
  textTable.version = formatVersion;
  textTable.qconfig = qconfigName;
  for (const CalibrationEntry &entry : entryList)
    textTable.entries.push_back(encodeEntry(entry));
  llvm::sort(textTable.entries, [](const TextEntry &left, const TextEntry &right) {
    int order = StringRef(left.name).compare_numeric(right.name);
    return order != 0 ? order < 0 : left.name < right.name;
  });

  std::string text;
  llvm::raw_string_ostream os(text);
  os << leadingComment;
  // Column 0 means that lines are not wrapped: one key, one line.
  llvm::yaml::Output output(os, /*Ctxt=*/nullptr, /*WrapColumn=*/0);
  output << textTable;
  return text;
}
