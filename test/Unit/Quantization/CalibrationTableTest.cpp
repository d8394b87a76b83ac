//===- CalibrationTableTest.cpp - text, edits, merging ---*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/CalibrationTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <random>

using namespace qcc;
using llvm::cantFail;
using llvm::StringRef;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

CalibrationEntry makeEntry(StringRef name, ObserverKind kind, llvm::ArrayRef<float> values,
                           llvm::ArrayRef<int64_t> shape = {}, int64_t bins = 2048) {
  ObserverSpec spec;
  spec.kind = kind;
  spec.bins = bins;
  std::unique_ptr<Observer> observer = createObserver(spec);
  cantFail(observer->observe(values, shape));
  return CalibrationEntry::fromObserver(name, *observer);
}

std::vector<float> someValues(uint32_t seed, size_t size = 4000) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(size);
  for (float &value : values)
    value = std::max(normal(generator), -0.2f);
  return values;
}

CalibrationTable makeTable(uint32_t seed) {
  CalibrationTable table("fbgemm");
  int64_t number = 12; // not in the order of names
  for (ObserverKind kind : allObserverKinds()) {
    std::string name = "conv" + std::to_string(--number);
    cantFail(table.add(makeEntry(name, kind, someValues(seed++), {4, 1000})));
  }
  return table;
}

CalibrationTable parse(StringRef text) {
  llvm::Expected<CalibrationTable> table = CalibrationTable::parse(text, "t.yaml");
  if (table)
    return std::move(*table);
  ADD_FAILURE() << toString(table.takeError());
  return CalibrationTable();
}

std::string errorOf(StringRef text) {
  llvm::Expected<CalibrationTable> table = CalibrationTable::parse(text, "t.yaml");
  return table ? "" : toString(table.takeError());
}

std::string header = "version: 1\nqconfig: fbgemm\nentries:\n";

/// The table with one entry of these lines, of which the first begins with "- ".
std::string withEntry(StringRef lines) { return header + lines.str(); }

//===--------------------------------------------------------------------===//
// Text
//===--------------------------------------------------------------------===//

TEST(TableText, RoundTripsExactly) {
  CalibrationTable table = makeTable(1);
  CalibrationEntry odd =
      makeEntry("it's: \"odd\"\n#[{", ObserverKind::MinMax, {1e-45f, 3.4e38f, nan});
  odd.keepFloat = true;
  odd.scale = {0.1f};
  odd.zeroPoint = {3};
  cantFail(table.add(odd));
  cantFail(
      table.add(makeEntry("weights", ObserverKind::PerChannelMinMax, {1, 2, nan, nan}, {2, 2})));
  CalibrationEntry unseen;
  unseen.name = "unseen";
  cantFail(table.add(unseen));

  std::string text = table.toText();
  CalibrationTable read = parse(text);
  EXPECT_EQ(read.toText(), text);
  EXPECT_EQ(read.qconfig(), "fbgemm");
  ASSERT_EQ(read.entries().size(), table.entries().size());
  for (const CalibrationEntry &entry : table.entries()) {
    const CalibrationEntry *other = read.find(entry.name);
    ASSERT_TRUE(other) << entry.name;
    EXPECT_EQ(other->observer, entry.observer);
    EXPECT_EQ(other->statistics, entry.statistics) << entry.name;
    EXPECT_EQ(other->range, entry.range);
    EXPECT_EQ(other->keepFloat, entry.keepFloat);
    EXPECT_EQ(other->scale, entry.scale);
    EXPECT_EQ(other->zeroPoint, entry.zeroPoint);
    EXPECT_FALSE(other->hasEditedRange()) << entry.name;
  }
}

TEST(TableText, IsSortedAndOneLinePerKey) {
  std::string text = makeTable(1).toText();
  size_t conv5 = text.find("conv5"), conv9 = text.find("conv9"), conv10 = text.find("conv10");
  EXPECT_LT(conv5, conv9);
  EXPECT_LT(conv9, conv10);
  EXPECT_NE(conv10, std::string::npos);
  EXPECT_EQ(StringRef(text).count("histogram:"), 4u);
  llvm::SmallVector<StringRef> lines;
  StringRef(text).split("---\n").second.split(lines, '\n', -1, /*KeepEmpty=*/false);
  EXPECT_EQ(lines.pop_back_val(), "...");
  for (StringRef line : lines)
    EXPECT_TRUE(line == "entries:" || line.contains(": ")) << "no key in: " << line.str();
}

TEST(TableText, ReadsWhatAPersonWrites) {
  CalibrationTable table = parse(R"(# a comment
version: 1
qconfig: fbgemm
entries:
- name: "conv1"   # quoted
  observer: histogram
  batches: 2
  min: 0
  max: 4
  histogram: [3*0, 5, 2*1.5]
  range: [0, 2.5]
  float: true
- {name: fc, observer: per-channel-min-max, batches: 1, min: [0, -1], max: [1, 1],
   range: [[0, 1], [-1, 1]], scale: [0.5, 0.25], zero_point: 0}
)");
  ASSERT_EQ(table.entries().size(), 2u);
  EXPECT_EQ(table.find("conv1")->statistics.histogram,
            (std::vector<float>{0, 0, 0, 5, 1.5f, 1.5f}));
  EXPECT_TRUE(table.find("conv1")->hasEditedRange());
  EXPECT_EQ(table.find("conv1")->keepFloat, true);
  EXPECT_EQ(table.find("fc")->range[1], (FloatRange{-1, 1}));
  EXPECT_FALSE(table.find("fc")->hasEditedRange());
  EXPECT_EQ(table.find("missing"), nullptr);
}

TEST(TableText, ErrorsNameFileLineAndEntry) {
  std::string good = "- name: conv1\n  observer: min-max\n  batches: 1\n  min: 0\n  max: 1\n";
  EXPECT_EQ(errorOf(withEntry(good)), "");
  struct Case {
    std::string text;
    std::vector<StringRef> parts;
  };
  Case cases[] = {
      {withEntry(good + "- name: fc\n  observer: min-max\n  batches: 0\n" + good),
       {"t.yaml:", "'conv1'", "another entry"}},
      {withEntry("- name: a\n  observer: minmax\n  batches: 0\n"),
       {"t.yaml:4", "'a'", "unknown observer 'minmax'", "min-max"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: 1\n  min: 2\n  max: 1\n"),
       {"t.yaml:4", "'a'", "larger"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: 1\n  min: nan\n  max: 1\n"),
       {"t.yaml:7", "'a'", "number"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: 1\n  min: 0\n  max: inf\n"),
       {"'a'", "not finite"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: 1\n  min: 0\n  max: 1e99\n"),
       {"t.yaml:8", "'a'", "number"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: 1\n  min: 0\n"), {"'a'", "maxima"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: x\n"), {"t.yaml:6", "'a'"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: -1\n"), {"'a'", "negative"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: 0\n  mim: 3\n"),
       {"t.yaml:7", "'a'", "mim"}},
      {withEntry("- name: a\n  observer: min-max\n  batches: 0\n  min: {a: 1}\n"),
       {"t.yaml:", "'a'"}},
      {withEntry("- observer: min-max\n  batches: 0\n"), {"t.yaml:", "name"}},
      {withEntry(good + "  histogram: [1, 2]\n"), {"'conv1'", "histogram"}},
      {withEntry(good + "  percentile: 99\n"), {"'conv1'", "percentile"}},
      {withEntry(good + "  range: [2, 1]\n"), {"'conv1'", "ends before"}},
      {withEntry(good + "  range: [1]\n"), {"'conv1'", "[lo, hi]"}},
      {withEntry(good + "  range: [[0, 1], 2]\n"), {"'conv1'", "[lo, hi]"}},
      {withEntry(good + "  range: [[0, 1], [0, 1]]\n"), {"'conv1'", "pairs"}},
      {withEntry(good + "  scale: 0\n"), {"'conv1'", "scale"}},
      {withEntry(good + "  scale: []\n"), {"'conv1'", "scale"}},
      {withEntry(good + "  zero_point: 3\n"), {"'conv1'", "scale"}},
      {withEntry(good + "  scale: 1\n  zero_point: 256\n"), {"'conv1'", "256"}},
      {withEntry(good + "  float: perhaps\n"), {"t.yaml:9", "'conv1'"}},
      {withEntry("- name: a\n  observer: histogram\n  batches: 1\n  min: 0\n  max: 1\n"),
       {"'a'", "no histogram"}},
      {withEntry("- name: a\n  observer: histogram\n  batches: 1\n  min: 0\n  max: 1\n"
                 "  histogram: [99999999999*1]\n"),
       {"'a'", "bins"}},
      {withEntry("- name: a\n  observer: histogram\n  batches: 1\n  min: 0\n  max: 1\n"
                 "  histogram: [1, -2]\n"),
       {"'a'", "-2"}},
      {withEntry("- name: a\n  observer: histogram\n  batches: 1\n  min: 0\n  max: 1\n"
                 "  histogram: [0*1]\n"),
       {"'a'", "bins"}},
      {"version: 2\nqconfig: fbgemm\nentries: []\n", {"t.yaml:1", "version 2"}},
      {"qconfig: fbgemm\nentries: []\n", {"t.yaml:", "version"}},
      {"version: 1\nentries: []\n", {"t.yaml:", "qconfig"}},
      {"version: 1\nqconfig: x\nentries: []\nmore: 1\n", {"t.yaml:4", "more"}},
      {"version: 1\nqconfig: x\nentries: [\n", {"t.yaml:"}},
      {"- 1\n- 2\n", {"t.yaml:"}},
      {"just words", {"t.yaml:"}},
      {"", {"t.yaml:"}},
      {"# only a comment\n", {"t.yaml:"}},
      {std::string("\0\1\2\xff", 4), {"t.yaml:"}},
  };
  for (const Case &test : cases) {
    std::string error = errorOf(test.text);
    EXPECT_NE(error, "") << test.text;
    for (StringRef part : test.parts)
      EXPECT_NE(error.find(part.str()), std::string::npos)
          << test.text << "\ngives: " << error << "\nwithout: " << part.str();
  }
}

TEST(TableText, HostileTextIsRefusedQuickly) {
  std::string deep(100000, '[');
  auto repeat = [](StringRef part, int count) {
    std::string result;
    while (count--)
      result += part;
    return result;
  };
  std::string stairs;
  for (int i = 0; i < 300; ++i)
    stairs += std::string(i, ' ') + "a:\n";
  for (std::string text :
       {deep, "a: " + deep, std::string(100000, '{'), repeat("- ", 100000), repeat("? ", 100000),
        repeat("a: ", 100000), "[ 'x', \"" + deep, "\"" + deep + "\"", "a: \"x\n\", " + deep,
        "[ a', " + deep, stairs, std::string("a: &x [1]\nb: *x\n"), std::string("a: *x\n"),
        std::string("a: !t b\n"), std::string("a: |\n  x\n"),
        std::string(CalibrationTable::maximumTextSize + 1, ' ')})
    EXPECT_NE(errorOf(text), "") << text.substr(0, 40);
}

TEST(TableText, AnyPrefixIsReadOrRefused) {
  CalibrationTable table("fbgemm");
  cantFail(table.add(makeEntry("a", ObserverKind::Histogram, {0, 1, 2, 5}, {}, 8)));
  cantFail(table.add(makeEntry("b", ObserverKind::PerChannelMinMax, {0, 1, 2, 5}, {2, 2})));
  std::string text = table.toText();
  for (size_t size = 0; size < text.size(); ++size)
    (void)errorOf(StringRef(text).take_front(size));
  std::mt19937 generator(1);
  for (int i = 0; i < 3000; ++i) {
    std::string changed = text;
    for (int j = 0; j < 3; ++j)
      changed[generator() % changed.size()] =
          static_cast<char>(" \n-:[]{},#*09ae.\"'\t\xff"[generator() % 21]);
    (void)errorOf(changed);
  }
}

TEST(TableText, Files) {
  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("table", "yaml", path));
  CalibrationTable table = makeTable(2);
  cantFail(table.save(path));
  EXPECT_EQ(cantFail(CalibrationTable::load(path)).toText(), table.toText());
  (void)llvm::sys::fs::remove(path);
  std::string error = toString(CalibrationTable::load(path).takeError());
  EXPECT_NE(error.find(path.str().str()), std::string::npos) << error;
}

TEST(Table, AddRefusesDuplicates) {
  CalibrationTable table("fbgemm");
  CalibrationEntry entry;
  EXPECT_NE(toString(table.add(entry)), "");
  entry.name = "x";
  cantFail(table.add(entry));
  EXPECT_NE(toString(table.add(entry)), "");
}

//===--------------------------------------------------------------------===//
// Parameters
//===--------------------------------------------------------------------===//

TEST(Resolve, Precedence) {
  ObserverSpec spec;
  CalibrationEntry entry = makeEntry("x", ObserverKind::MinMax, {-1, 4});
  auto params = [&] { return cantFail(resolve(entry, spec))[0].params; };
  QuantParams observed = params();
  EXPECT_EQ(observed, (QuantParams{5.0f / 255.0f, 51}));
  entry.range.clear(); // chosen from the statistics
  EXPECT_EQ(params(), observed);
  entry.range = {{0, 2.55f}};
  EXPECT_EQ(params(), (QuantParams{2.55f / 255.0f, 0}));
  entry.range = {{-2, 2}};
  entry.scale = {0.125f};
  EXPECT_EQ(params(), (QuantParams{0.125f, 16}));
  entry.zeroPoint = {7};
  EXPECT_EQ(params(), (QuantParams{0.125f, 7}));
}

TEST(Resolve, EqualsTheObserver) {
  for (StringRef name : qconfigNames()) {
    QConfig config = cantFail(lookupQConfig(name));
    for (const ObserverSpec &spec : {config.activation, config.weight}) {
      std::unique_ptr<Observer> observer = createObserver(spec);
      cantFail(observer->observe(someValues(3), {8, 500}));
      CalibrationTable table(name.str());
      cantFail(table.add(CalibrationEntry::fromObserver("x", *observer)));
      table = parse(table.toText());
      auto params = cantFail(resolve(*table.find("x"), spec));
      ASSERT_EQ(params.size(), observer->quantParams().size());
      for (size_t i = 0; i < params.size(); ++i)
        EXPECT_EQ(params[i].params, observer->quantParams()[i].params);
    }
  }
}

TEST(Resolve, Unobserved) {
  CalibrationEntry entry;
  entry.name = "x";
  auto params = cantFail(resolve(entry, ObserverSpec()));
  ASSERT_EQ(params.size(), 1u);
  EXPECT_FALSE(params[0].observed);
  EXPECT_EQ(params[0].params, (QuantParams{1.0f, 0}));
}

TEST(Resolve, RefusesWhatDoesNotFit) {
  auto errorOfResolve = [](const CalibrationEntry &entry, const ObserverSpec &spec) {
    auto params = resolve(entry, spec);
    return params ? "" : toString(params.takeError());
  };
  CalibrationEntry channels = makeEntry("w", ObserverKind::PerChannelMinMax, {0, 1, 2, 3}, {2, 2});
  EXPECT_NE(errorOfResolve(channels, ObserverSpec()).find("'w'"), std::string::npos);
  ObserverSpec weights;
  weights.kind = ObserverKind::PerChannelMinMax;
  weights.symmetric = weights.isSigned = true;
  EXPECT_EQ(errorOfResolve(channels, weights), "");
  channels.scale = {1.0f};
  channels.zeroPoint = {1};
  EXPECT_NE(errorOfResolve(channels, weights).find("symmetric"), std::string::npos);
  CalibrationEntry entry;
  entry.name = "x";
  entry.scale = {0.5f};
  EXPECT_NE(errorOfResolve(entry, ObserverSpec()).find("zero_point"), std::string::npos);
  entry.zeroPoint = {-1};
  EXPECT_NE(errorOfResolve(entry, ObserverSpec()).find("0 to 255"), std::string::npos);
  entry.zeroPoint = {1, 2};
  EXPECT_NE(errorOfResolve(entry, ObserverSpec()), "");
  entry.scale = {nan};
  entry.zeroPoint = {1};
  EXPECT_NE(errorOfResolve(entry, ObserverSpec()), "");
}

//===--------------------------------------------------------------------===//
// Merging
//===--------------------------------------------------------------------===//

TEST(Merge, DoesNotDependOnOrder) {
  std::vector<CalibrationTable> tables = {makeTable(1), makeTable(50), makeTable(99)};
  cantFail(tables[1].add(makeEntry("only-here", ObserverKind::MinMax, {1, 2})));
  std::string text = cantFail(CalibrationTable::merge(tables)).toText();
  std::swap(tables[0], tables[2]);
  EXPECT_EQ(cantFail(CalibrationTable::merge(tables)).toText(), text);
  std::swap(tables[0], tables[1]);
  EXPECT_EQ(cantFail(CalibrationTable::merge(tables)).toText(), text);
  CalibrationTable merged = parse(text);
  EXPECT_TRUE(merged.find("only-here"));
  for (const CalibrationEntry &entry : merged.entries())
    EXPECT_FALSE(entry.hasEditedRange()) << entry.name;
}

TEST(Merge, OfOneIsTheSame) {
  CalibrationTable table = makeTable(4);
  EXPECT_EQ(cantFail(CalibrationTable::merge({table})).toText(), table.toText());
}

TEST(Merge, MinMaxIsTheUnion) {
  CalibrationTable first("q"), second("q");
  cantFail(first.add(makeEntry("x", ObserverKind::MinMax, {-1, 2})));
  cantFail(second.add(makeEntry("x", ObserverKind::MinMax, {0, 5, nan})));
  CalibrationTable merged = cantFail(CalibrationTable::merge({first, second}));
  EXPECT_EQ(merged.find("x")->range[0], (FloatRange{-1, 5}));
  EXPECT_EQ(merged.find("x")->statistics.batches, 2);
  EXPECT_EQ(merged.find("x")->statistics.nonFinite, 1);
}

TEST(Merge, EditsSurviveOrConflict) {
  CalibrationTable first("q"), second("q");
  cantFail(first.add(makeEntry("x", ObserverKind::MinMax, {-1, 2})));
  cantFail(second.add(makeEntry("x", ObserverKind::MinMax, {0, 5})));
  auto conflict = [&] {
    auto merged = CalibrationTable::merge({first, second});
    return merged ? "" : toString(merged.takeError());
  };
  first.find("x")->range = {{0, 1}};
  first.find("x")->keepFloat = true;
  second.find("x")->scale = {0.5f};
  CalibrationTable merged = cantFail(CalibrationTable::merge({first, second}));
  EXPECT_EQ(merged.find("x")->range[0], (FloatRange{0, 1}));
  EXPECT_EQ(merged.find("x")->keepFloat, true);
  EXPECT_EQ(merged.find("x")->scale[0], 0.5f);
  EXPECT_EQ(merged.find("x")->statistics.maxValues[0], 5); // what was seen is still merged

  second.find("x")->range = {{0, 1}}; // the same edit twice is none too many
  EXPECT_EQ(conflict(), "");
  second.find("x")->range = {{0, 3}};
  EXPECT_NE(conflict().find("'x'"), std::string::npos);
  EXPECT_NE(conflict().find("'range'"), std::string::npos);
  second.find("x")->range.clear();
  second.find("x")->keepFloat = false;
  EXPECT_NE(conflict().find("'float'"), std::string::npos);
  second.find("x")->keepFloat.reset();
  first.find("x")->scale = {0.25f};
  EXPECT_NE(conflict().find("'scale'"), std::string::npos);
}

TEST(Merge, RefusesWhatDoesNotFit) {
  auto errorOfMerge = [](llvm::ArrayRef<CalibrationTable> tables) {
    auto merged = CalibrationTable::merge(tables);
    return merged ? "" : toString(merged.takeError());
  };
  EXPECT_NE(errorOfMerge({}), "");
  CalibrationTable first("a"), second("b");
  EXPECT_NE(errorOfMerge({first, second}).find("'b'"), std::string::npos);
  second.setQConfig("a");
  cantFail(first.add(makeEntry("x", ObserverKind::MinMax, {-1, 2})));
  cantFail(second.add(makeEntry("x", ObserverKind::Histogram, {-1, 2})));
  EXPECT_NE(errorOfMerge({first, second}).find("'x'"), std::string::npos);
  CalibrationTable third("a");
  cantFail(third.add(makeEntry("x", ObserverKind::Histogram, {-1, 2}, {}, 16)));
  EXPECT_NE(errorOfMerge({second, third}).find("'x'"), std::string::npos);
  EXPECT_NE(errorOfMerge({second, third}).find("bins"), std::string::npos);
}

} // namespace
