//===- NetworkReport.h - What is told of a network and its peer ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_NETWORKREPORT_H
#define QCC_BENCHMARKS_PEERS_NETWORKREPORT_H

#include "NetworkOptions.h"
#include "Peaks.h"
#include "QccNetwork.h"
#include "Report.h"
#include "Turns.h"

namespace qcc::peers {

/// The times of a network, as qcc and as another run it, with so many images per call.
struct NetworkResult {
  /// The other, in texts and in the names of JSON's fields.
  llvm::StringRef peer, key;
  int64_t batch = 0;
  Turns turns;
  /// What else is told: fields, and the end of the line.
  llvm::json::Object fields;
  std::string text;
};

/// A line of text, with times per image and how near qcc is to the limit of the machine, and one of
/// JSON.
void addResult(Report &report, const NetworkOptions &options, const QccNetwork &network,
               const Limits &limits, NetworkResult result);

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_NETWORKREPORT_H
