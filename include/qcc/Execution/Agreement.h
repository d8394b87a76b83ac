//===- Agreement.h - whether two lowerings of one model agree ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Codes must be equal in every byte. Floats may have been summed in another order; a tolerance that
// is far below one code's distance from the next keeps what was dequantized exact as well.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_AGREEMENT_H
#define QCC_EXECUTION_AGREEMENT_H

#include "qcc/Data/Dataset.h"
#include "qcc/Data/Preprocessing.h"
#include "qcc/Execution/Evaluation.h"
#include "qcc/Execution/Session.h"

namespace qcc {

/// One output, over all inputs.
struct OutputAgreement {
  std::string name;
  ElementType type = ElementType::F32;
  int64_t elements = 0;
  /// Elements whose bytes differ.
  int64_t differing = 0;
  /// The largest |a - b|, infinite if one is NaN and the other is not, and the largest |a|.
  double maxDifference = 0, maxMagnitude = 0;

  /// Adds the elements of two tensors of the same type and shape.
  void add(const HostTensor &expected, const HostTensor &actual);

  /// No byte differs; of floats, nothing by more than 1e-5 of the largest magnitude.
  bool agrees() const;
};

struct AgreementResult {
  std::vector<OutputAgreement> outputs;
  /// Images, or the batch of tensors.
  int64_t count = 0;

  bool agree() const;
};

/// Runs two forms of one model on the same tensors. Errors: those of Session::run, and outputs that
/// differ in number, type or shape.
llvm::Expected<AgreementResult> checkAgreement(const Session &reference, const Session &other,
                                               llvm::ArrayRef<HostTensor> inputs);

/// The same on images; see evaluate.
llvm::Expected<AgreementResult> checkAgreement(const Session &reference, const Session &other,
                                               const Dataset &dataset,
                                               const Preprocessing &preprocessing,
                                               const EvaluationOptions &options = {});

} // namespace qcc

#endif // QCC_EXECUTION_AGREEMENT_H
