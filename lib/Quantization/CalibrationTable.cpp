//===- CalibrationTable.cpp - entries, parameters, merging --------------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/CalibrationTable.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;

//===--------------------------------------------------------------------===//
// Entries
//===--------------------------------------------------------------------===//

CalibrationEntry CalibrationEntry::fromObserver(StringRef name, const Observer &observer) {
  CalibrationEntry entry;
  entry.name = name.str();
  entry.observer = observer.spec().kind;
  if (entry.observer == ObserverKind::Percentile)
    entry.percentile = observer.spec().percentile;
  entry.statistics = observer.statistics();
  entry.range = observer.chosenRange();
  return entry;
}

bool CalibrationEntry::hasEditedRange() const {
  return !range.empty() && range != chooseRange(observer, statistics, percentile);
}

/// The hand-written parameters, completed by zero points that follow from the range.
static Expected<SmallVector<ChosenParams>> resolveEdited(const CalibrationEntry &entry,
                                                         ArrayRef<FloatRange> ranges,
                                                         const ObserverSpec &spec) {
  CodeRange codes = spec.storageRange();
  size_t zeroPoints = entry.zeroPoint.size();
  if (zeroPoints > 1 && zeroPoints != entry.scale.size())
    return makeError("'{}': there are {} scales, but {} zero points", entry.name,
                     entry.scale.size(), zeroPoints);
  SmallVector<ChosenParams> result;
  for (auto [i, scale] : llvm::enumerate(entry.scale)) {
    if (!std::isfinite(scale) || scale <= 0)
      return makeError("'{}': the scale {} is not a positive number", entry.name, scale);
    int64_t zeroPoint = 0;
    if (zeroPoints != 0) {
      zeroPoint = entry.zeroPoint[zeroPoints == 1 ? 0 : i];
    } else if (spec.symmetric) {
      zeroPoint = spec.chooseParams(0, 0).params.zeroPoint;
    } else {
      if (ranges.size() != 1 && ranges.size() != entry.scale.size())
        return makeError("'{}': 'scale' without 'zero_point' needs a range or statistics to choose "
                         "the zero point from; add 'zero_point'",
                         entry.name);
      FloatRange range = ranges[ranges.size() == 1 ? 0 : i];
      // The code of 0 that lets the range begin at the smallest code.
      zeroPoint = quantmath::zeroPointFor(std::min(range.lo, 0.0f), scale, spec.codeRange());
    }
    if (zeroPoint < codes.min || zeroPoint > codes.max)
      return makeError("'{}': the zero point {} is not within the codes {} to {}", entry.name,
                       zeroPoint, codes.min, codes.max);
    if (spec.symmetric && zeroPoint != spec.chooseParams(0, 0).params.zeroPoint)
      return makeError("'{}': the zero point {} is not the {} that symmetric quantization requires",
                       entry.name, zeroPoint, spec.chooseParams(0, 0).params.zeroPoint);
    result.push_back({{scale, zeroPoint}, true});
  }
  return result;
}

Expected<SmallVector<ChosenParams>> qcc::resolve(const CalibrationEntry &entry,
                                                 const ObserverSpec &spec) {
  if (Error error = checkStatistics(entry.observer, entry.statistics))
    return addContext(std::move(error), "'" + entry.name + "'");
  if (entry.scale.empty() && !entry.zeroPoint.empty())
    return makeError("'{}': 'zero_point' means nothing without 'scale'", entry.name);
  SmallVector<FloatRange> ranges = entry.range;
  if (ranges.empty())
    ranges = chooseRange(entry.observer, entry.statistics, entry.percentile);

  SmallVector<ChosenParams> result;
  if (!entry.scale.empty()) {
    Expected<SmallVector<ChosenParams>> edited = resolveEdited(entry, ranges, spec);
    if (!edited)
      return edited.takeError();
    result = std::move(*edited);
  } else {
    for (FloatRange range : ranges)
      result.push_back(spec.chooseParams(range.lo, range.hi));
  }
  if (result.empty())
    result.push_back({{}, /*observed=*/false});
  if (!spec.isPerChannel() && result.size() > 1)
    return makeError("'{}' has parameters for {} channels, but is quantized with one scale for the "
                     "whole tensor",
                     entry.name, result.size());
  return result;
}

//===--------------------------------------------------------------------===//
// The table
//===--------------------------------------------------------------------===//

const CalibrationEntry *CalibrationTable::find(StringRef name) const {
  auto it = index.find(name);
  return it == index.end() ? nullptr : &entryList[it->second];
}

CalibrationEntry *CalibrationTable::find(StringRef name) {
  auto it = index.find(name);
  return it == index.end() ? nullptr : &entryList[it->second];
}

Error CalibrationTable::add(CalibrationEntry entry) {
  if (entry.name.empty())
    return makeError("an entry of a calibration table needs a name");
  if (!index.try_emplace(entry.name, entryList.size()).second)
    return makeError("the calibration table already has an entry '{}'", entry.name);
  entryList.push_back(std::move(entry));
  return Error::success();
}

Expected<CalibrationTable> CalibrationTable::load(StringRef path) {
  Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer = openInputFile(path);
  if (!buffer)
    return buffer.takeError();
  return parse((*buffer)->getBuffer(), path);
}

Error CalibrationTable::save(StringRef path) const { return writeFileAtomically(path, toText()); }

//===--------------------------------------------------------------------===//
// Merging
//===--------------------------------------------------------------------===//

/// Takes over an edit that one part has; fails when two parts have different ones.
template <typename Edit>
static Error mergeEdit(Edit &merged, const Edit &part, bool isSet, bool wasSet, StringRef entry,
                       StringRef key) {
  if (!isSet)
    return Error::success();
  if (wasSet && !(merged == part))
    return makeError("'{}': two calibration tables set '{}' by hand to different values; make them "
                     "agree",
                     entry, key);
  merged = part;
  return Error::success();
}

static Expected<CalibrationEntry> mergeEntries(ArrayRef<const CalibrationEntry *> parts) {
  const CalibrationEntry &first = *parts.front();
  CalibrationEntry merged;
  merged.name = first.name;
  merged.observer = first.observer;
  merged.percentile = first.percentile;

  SmallVector<const ObservedStatistics *> statistics;
  for (const CalibrationEntry *part : parts) {
    if (part->observer != first.observer)
      return makeError("'{}': one calibration table has the observer '{}', another '{}'",
                       first.name, stringifyObserverKind(first.observer),
                       stringifyObserverKind(part->observer));
    if (part->observer == ObserverKind::Percentile && part->percentile != first.percentile)
      return makeError("'{}': one calibration table has the percentile {}, another {}", first.name,
                       first.percentile, part->percentile);
    statistics.push_back(&part->statistics);
    bool edited = part->hasEditedRange();
    if (Error error = mergeEdit(merged.range, part->range, edited, !merged.range.empty(),
                                first.name, "range"))
      return std::move(error);
    if (Error error = mergeEdit(merged.keepFloat, part->keepFloat, part->keepFloat.has_value(),
                                merged.keepFloat.has_value(), first.name, "float"))
      return std::move(error);
    if (Error error = mergeEdit(merged.scale, part->scale, !part->scale.empty(),
                                !merged.scale.empty(), first.name, "scale"))
      return std::move(error);
    if (Error error = mergeEdit(merged.zeroPoint, part->zeroPoint, !part->zeroPoint.empty(),
                                !merged.zeroPoint.empty(), first.name, "zero_point"))
      return std::move(error);
  }
  Expected<ObservedStatistics> result = mergeStatistics(first.observer, statistics);
  if (!result)
    return addContext(result.takeError(), "'" + first.name + "'");
  merged.statistics = std::move(*result);
  if (merged.range.empty())
    merged.range = chooseRange(merged.observer, merged.statistics, merged.percentile);
  return merged;
}

Expected<CalibrationTable> CalibrationTable::merge(ArrayRef<CalibrationTable> tables) {
  if (tables.empty())
    return makeError("there are no calibration tables to merge");
  CalibrationTable merged(tables.front().qconfigName);
  for (const CalibrationTable &table : tables)
    if (table.qconfigName != merged.qconfigName)
      return makeError("calibration tables of different qconfigs ('{}' and '{}') cannot be merged",
                       merged.qconfigName, table.qconfigName);

  for (const CalibrationTable &table : tables) {
    for (const CalibrationEntry &entry : table.entries()) {
      if (merged.find(entry.name))
        continue;
      SmallVector<const CalibrationEntry *> parts;
      for (const CalibrationTable &other : tables)
        if (const CalibrationEntry *part = other.find(entry.name))
          parts.push_back(part);
      Expected<CalibrationEntry> result = mergeEntries(parts);
      if (!result)
        return result.takeError();
      if (Error error = merged.add(std::move(*result)))
        return std::move(error);
    }
  }
  return merged;
}
