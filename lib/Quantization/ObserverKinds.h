//===- ObserverKinds.h - makers of the observers --------------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// One maker per family of kinds, private to the library; createObserver chooses among them.
//
//===--------------------------------------------------------------------===//
#ifndef QCC_LIB_QUANTIZATION_OBSERVERKINDS_H
#define QCC_LIB_QUANTIZATION_OBSERVERKINDS_H

#include "qcc/Quantization/Observer.h"

namespace qcc {

/// Running or moving-average bounds, per tensor or channel.
std::unique_ptr<Observer> createMinMaxObserver(const ObserverSpec &spec);

/// Counts over the running bounds; the kinds differ only in what chooseRange makes of them.
std::unique_ptr<Observer> createHistogramObserver(const ObserverSpec &spec);

/// The counts of PyTorch 1.13 (HistogramTorch113).
std::unique_ptr<Observer> createTorchHistogramObserver(const ObserverSpec &spec);

/// The bounds of the finite values; lo = +inf, hi = -inf if there is none.
FloatRange finiteRange(llvm::ArrayRef<float> values);

} // namespace qcc

#endif // QCC_LIB_QUANTIZATION_OBSERVERKINDS_H
