//===- CalibrationTable.h - calibration results as text -------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// A calibration table holds, for each observed value of a network, what was seen and the range that
// was chosen. It is YAML, so that it can be read, compared by diff, merged (calibration on several
// machines), kept beside the model, and edited by hand: the file's leading comment explains its
// keys.
//
// Precedence, highest first: `scale` and `zero_point`; `range`; the range that follows from the
// statistics.
//
//===--------------------------------------------------------------------===//
#ifndef QCC_QUANTIZATION_CALIBRATIONTABLE_H
#define QCC_QUANTIZATION_CALIBRATIONTABLE_H

#include "qcc/Quantization/Observer.h"
#include "llvm/ADT/StringMap.h"
#include <optional>
#include <string>
#include <vector>

namespace qcc {

struct CalibrationEntry {
  /// The value's name: "conv1", "conv1.weight", "input".
  std::string name;
  ObserverKind observer = ObserverKind::MinMax;
  /// The Percentile kind's percentile.
  double percentile = 99.99;
  ObservedStatistics statistics;
  /// The range to use, per tensor or channel. What was chosen, or what somebody wrote instead;
  /// empty: choose it from the statistics.
  llvm::SmallVector<FloatRange> range;
  /// By hand: keep the layer that makes this value in float.
  std::optional<bool> keepFloat;
  /// By hand: the parameters themselves, per tensor or channel. zeroPoint may be empty, which means
  /// that it is chosen from the range with this scale (symmetric specs: the fixed one).
  llvm::SmallVector<float> scale;
  llvm::SmallVector<int64_t> zeroPoint;

  /// The entry that records an observer.
  static CalibrationEntry fromObserver(llvm::StringRef name, const Observer &observer);

  /// Whether the range is not what the statistics give, so that it must have been written by hand.
  bool hasEditedRange() const;
};

/// The parameters of an entry for a spec: one element per tensor or channel. An entry without
/// statistics or edits gives one element with observed == false (scale 1, zero point 0), so that
/// the caller can warn. A per-channel spec accepts a per-tensor entry (the caller repeats the one
/// element); a per-tensor spec refuses a per-channel entry. Errors name the entry.
llvm::Expected<llvm::SmallVector<ChosenParams>> resolve(const CalibrationEntry &entry,
                                                        const ObserverSpec &spec);

class CalibrationTable {
public:
  /// The format's version, the first key of a table. Another version is refused.
  static constexpr int64_t formatVersion = 1;
  /// Larger texts are refused before they are parsed.
  static constexpr size_t maximumTextSize = size_t(64) << 20;

  explicit CalibrationTable(std::string qconfig = "") : qconfigName(std::move(qconfig)) {}

  /// Reads a table. The error names the file, the line and the entry.
  static llvm::Expected<CalibrationTable> parse(llvm::StringRef text, llvm::StringRef fileName);

  /// The table as text: entries sorted by name (conv2 before conv10), one line per key, floats in
  /// the shortest form that reads back exactly. Equal tables give equal text.
  std::string toText() const;

  /// Reads a table from a file.
  static llvm::Expected<CalibrationTable> load(llvm::StringRef path);
  /// Writes it, by way of a temporary file that is renamed.
  llvm::Error save(llvm::StringRef path) const;

  /// One table out of several made with the same qconfig; entries that only some have are kept.
  /// Statistics merge as mergeStatistics says. Edits (range, float, scale, zero_point) outlive the
  /// merge; where two tables edit the same key of one entry differently, the error names it. A
  /// range that nobody edited is chosen anew. The order of the tables does not matter.
  static llvm::Expected<CalibrationTable> merge(llvm::ArrayRef<CalibrationTable> tables);

  llvm::StringRef qconfig() const { return qconfigName; }
  void setQConfig(std::string name) { qconfigName = std::move(name); }

  /// Null when there is no entry of that name. Pointers hold until the next add. A name may not be
  /// changed through one.
  const CalibrationEntry *find(llvm::StringRef name) const;
  CalibrationEntry *find(llvm::StringRef name);
  /// Fails for a name that is empty or already there.
  llvm::Error add(CalibrationEntry entry);
  llvm::ArrayRef<CalibrationEntry> entries() const { return entryList; }

private:
  std::string qconfigName;
  std::vector<CalibrationEntry> entryList;
  /// Name to position in entryList.
  llvm::StringMap<size_t> index;
};

} // namespace qcc

#endif // QCC_QUANTIZATION_CALIBRATIONTABLE_H
