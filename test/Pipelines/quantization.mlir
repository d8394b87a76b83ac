// The pipelines of the levels, each with its options. (qcc-phases.test has what each makes of a whole model.)
// RUN: split-file %s %t

// RUN: qcc-opt %t/float.mlir -qcc-fuse | FileCheck %s --check-prefix=FUSE
// FUSE: cnn.conv2d {{.*}} {activation = #cnn.activation<relu>, cnn.name = "conv", padding = array<i64: 1, 1, 1, 1>}
// FUSE-NOT: cnn.pad
// FUSE-NOT: cnn.batch_norm
// FUSE-NOT: cnn.relu

// RUN: qcc-opt %t/float.mlir -qcc-fuse -qcc-observe="qconfig=qnnpack activation-observer=min-max" | FileCheck %s --check-prefix=OBSERVE
// OBSERVE: cnn.contract = #cnn.contract<qnnpack>, cnn.qconfig = "qnnpack"
// OBSERVE: calib.observe {{.*}}name = "conv", observer = #calib.observer<min_max>

// RUN: qcc-opt %t/float.mlir -qcc-fuse -qcc-observe=qconfig=qnnpack -calib-apply-table=table=%t/table.yaml -qcc-quantize=strict | FileCheck %s --check-prefix=QUANTIZE
// QUANTIZE: cnn.conv2d {{.*}} -> tensor<?x4x4x1x!quant.uniform<u8:f32, 6.250000e-02:20>>

// With what stays in float, strict fails and lax remarks.
// RUN: qcc-opt %t/float.mlir -qcc-fuse -qcc-observe=qconfig=qnnpack -calib-apply-table=table=%t/keep.yaml -qcc-quantize -o %t/keep.mlir 2>&1 | FileCheck %s --check-prefix=LAX
// LAX: remark: 'conv' stays in float: the calibration table keeps it in float
// RUN: not qcc-opt %t/float.mlir -qcc-fuse -qcc-observe=qconfig=qnnpack -calib-apply-table=table=%t/keep.yaml -qcc-quantize=strict 2>&1 | FileCheck %s --check-prefix=STRICT
// STRICT: error: 'conv' stays in float: the calibration table keeps it in float

// RUN: qcc-opt %t/float.mlir -qcc-fuse -qcc-observe=qconfig=qnnpack -calib-apply-table=table=%t/table.yaml -qcc-quantize -qcc-integer="contract=fbgemm report" -o %t/integer.mlir 2>&1 | FileCheck %s --check-prefix=REPORT
// REPORT: remark: 'conv' accumulates within
// RUN: FileCheck %s --check-prefix=INTEGER < %t/integer.mlir
// INTEGER: module attributes {cnn.contract = #cnn.contract<fbgemm>
// INTEGER: cnn.requantize %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}} {

// To the LLVM dialect from every level, the float model and the quantized one.
// RUN: qcc-opt %t/float.mlir -qcc-lower | FileCheck %s --check-prefix=LLVM
// RUN: qcc-opt %t/float.mlir -qcc-fuse -qcc-observe=qconfig=qnnpack -calib-apply-table=table=%t/table.yaml -qcc-quantize -qcc-lower | FileCheck %s --check-prefix=LLVM
// RUN: qcc-opt %t/integer.mlir -qcc-lower | FileCheck %s --check-prefix=LLVM
// LLVM-NOT: cnn.conv2d
// LLVM: llvm.func @main
// LLVM-NOT: cnn.conv2d

//--- float.mlir
func.func @main(%x: tensor<?x4x4x1xf32> {cnn.name = "x"}) -> tensor<?x4x4x1xf32> {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0.0 : f32} : (tensor<?x4x4x1xf32>) -> tensor<?x6x6x1xf32>
  %w = cnn.constant dense<1.0> : tensor<1x3x3x1xf32>
  %1 = cnn.conv2d %0, %w {cnn.name = "conv"} : (tensor<?x6x6x1xf32>, tensor<1x3x3x1xf32>) -> tensor<?x4x4x1xf32>
  %one = cnn.constant dense<1.0> : tensor<1xf32>
  %2 = cnn.batch_norm %1, %one, %one, %one, %one {epsilon = 1.0e-5 : f32}
    : (tensor<?x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x4x4x1xf32>
  %3 = cnn.relu %2 : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1xf32>
  %4 = cnn.sigmoid %3 {cnn.name = "s"} : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1xf32>
  return %4 : tensor<?x4x4x1xf32>
}

//--- table.yaml
version: 1
qconfig: qnnpack
entries:
  - {name: x, observer: histogram, batches: 0, scale: 0.1, zero_point: 3}
  - {name: conv, observer: histogram, batches: 0, scale: 0.0625, zero_point: 20}
  - {name: conv.weight, observer: min-max, batches: 0, scale: 0.01, zero_point: 0}
  - {name: s, observer: histogram, batches: 0, scale: 0.00390625, zero_point: 0}

//--- keep.yaml
version: 1
qconfig: qnnpack
entries:
  - {name: x, observer: histogram, batches: 0, scale: 0.1, zero_point: 3}
  - {name: conv, observer: histogram, batches: 0, scale: 0.0625, zero_point: 20, float: true}
  - {name: conv.weight, observer: min-max, batches: 0, scale: 0.01, zero_point: 0}
  - {name: s, observer: histogram, batches: 0, scale: 0.00390625, zero_point: 0}
