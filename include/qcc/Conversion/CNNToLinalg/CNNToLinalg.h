//===- CNNToLinalg.h - The cnn dialect to linalg on tensors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference lowering of every operation at the float and at the integer level. The pass is
// `convert-cnn-to-linalg`; the pieces are here for conversions that lower some operations otherwise
// and leave the rest to this one.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CONVERSION_CNNTOLINALG_CNNTOLINALG_H
#define QCC_CONVERSION_CNNTOLINALG_CNNTOLINALG_H

#include "mlir/Transforms/DialectConversion.h"

namespace qcc {

/// Converts tensors of unsigned codes to tensors of signless ones (`ui8` to `i8`) and keeps every
/// other type that may occur at the float and at the integer level. Quantized types have no
/// conversion.
class CNNToLinalgTypeConverter : public mlir::TypeConverter {
public:
  CNNToLinalgTypeConverter();
};

/// One pattern for each operation of the cnn dialect. `typeConverter` must convert as
/// CNNToLinalgTypeConverter does and must outlive the patterns.
void populateCNNToLinalgPatterns(const mlir::TypeConverter &typeConverter,
                                 mlir::RewritePatternSet &patterns);

} // namespace qcc

#endif // QCC_CONVERSION_CNNTOLINALG_CNNTOLINALG_H
