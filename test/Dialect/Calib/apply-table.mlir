// RUN: split-file %s %t
// RUN: qcc-opt %t/model.mlir -calib-apply-table=table=%t/table.yaml 2>%t/err | FileCheck %s
// RUN: FileCheck %s --check-prefix=WARNING < %t/err

// [-1, 2] over 0 to 127: scale 3 / 127, zero point 42.33. Weights: 1 / 127.5 and 2 / 127.5.
// CHECK: calib.observe %arg0 {{.*}}name = "x", {{.*}}params = !quant.uniform<u8:f32, 0.02362204{{[0-9]*}}:42>
// CHECK: calib.observe {{.*}}name = "fc.weight", {{.*}}params = !quant.uniform<i8:f32:0, {0.00784313{{[0-9]*}},0.0156862{{[0-9]*}}}>
// CHECK: calib.observe {{.*}}keep_float, {{.*}}name = "fc", {{.*}}params = !quant.uniform<u8:f32, 5.000000e-01:7>
// CHECK: calib.observe {{.*}}name = "s", {{.*}}params = !quant.uniform<u8:f32, 1.000000e+00>
// CHECK: calib.observe {{.*}}name = "u.weight", {{.*}}params = !quant.uniform<i8:f32:0, {2.500000e-01,2.500000e-01}>

// WARNING: warning: nothing was observed of 's': it gets scale 1 and zero point 0; calibrate with data that reaches it, or give it a range in the calibration table
// WARNING-NOT: warning

// RUN: not qcc-opt %t/model.mlir -calib-apply-table=table=%t/missing.yaml 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: the calibration table has no entry for 'fc.weight'; it has 1 entries: was it made from this model and qconfig?
// RUN: not qcc-opt %t/model.mlir -calib-apply-table=table=%t/channels.yaml 2>&1 | FileCheck %s --check-prefix=CHANNELS
// CHANNELS: error: the calibration table has 3 ranges for 'fc.weight', which has 2 channels
// RUN: not qcc-opt %t/model.mlir -calib-apply-table=table=%t/per-channel.yaml 2>&1 | FileCheck %s --check-prefix=TENSOR
// TENSOR: model.mlir:{{.*}} error: {{.*}}'x'
// RUN: not qcc-opt %t/model.mlir -calib-apply-table 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: error: calib-apply-table needs the option 'table': a calibration table's path
// RUN: not qcc-opt %t/model.mlir -calib-apply-table=table=%t/absent.yaml 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: {{.*}}absent.yaml
// RUN: not qcc-opt %t/model.mlir -calib-apply-table=table=%t/broken.yaml 2>&1 | FileCheck %s --check-prefix=BROKEN
// BROKEN: error: {{.*}}broken.yaml:3
// A model without observers needs nothing of the table.
// RUN: qcc-opt %t/float.mlir -calib-apply-table=table=%t/table.yaml -o %t/out.mlir && qcc-opt %t/float.mlir | diff %t/out.mlir -

//--- model.mlir
func.func @main(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 127 : i64} : tensor<?x2xf32>
  %w = cnn.constant dense<1.0> : tensor<2x2xf32>
  %1 = calib.observe %w {name = "fc.weight", observer = #calib.observer<per_channel_min_max>, axis = 0 : i64, storage = si8, min = -128 : i64, max = 127 : i64, symmetric} : tensor<2x2xf32>
  %2 = cnn.linear %0, %1 {cnn.name = "fc"} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %3 = calib.observe %2 {name = "fc", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 127 : i64} : tensor<?x2xf32>
  %4 = cnn.sigmoid %3 {cnn.name = "s"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %5 = calib.observe %4 {name = "s", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 127 : i64} : tensor<?x2xf32>
  %6 = calib.observe %w {name = "u.weight", observer = #calib.observer<per_channel_min_max>, axis = 0 : i64, storage = si8, min = -128 : i64, max = 127 : i64, symmetric} : tensor<2x2xf32>
  %7 = cnn.linear %5, %6 {cnn.name = "u"} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %5, %7 : tensor<?x2xf32>, tensor<?x2xf32>
}

//--- float.mlir
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  return %x : tensor<?x2xf32>
}

//--- table.yaml
version: 1
qconfig: fbgemm
entries:
  - name: x
    observer: min-max
    batches: 0
    range: [-1, 2]
  - name: fc.weight
    observer: per-channel-min-max
    batches: 0
    range: [[-1, 0.5], [-2, 2]]
  - name: fc
    observer: min-max
    batches: 0
    float: true
    scale: 0.5
    zero_point: 7
  - name: s
    observer: min-max
    batches: 0
  - name: u.weight
    observer: per-channel-min-max
    batches: 0
    scale: 0.25

//--- missing.yaml
version: 1
qconfig: fbgemm
entries:
  - name: x
    observer: min-max
    batches: 0
    range: [-1, 2]

//--- channels.yaml
version: 1
qconfig: fbgemm
entries:
  - name: x
    observer: min-max
    batches: 0
    range: [-1, 2]
  - name: fc.weight
    observer: per-channel-min-max
    batches: 0
    range: [[-1, 0.5], [-2, 2], [0, 1]]

//--- per-channel.yaml
version: 1
qconfig: fbgemm
entries:
  - name: x
    observer: per-channel-min-max
    batches: 0
    range: [[-1, 0.5], [-2, 2]]

//--- broken.yaml
version: 1
qconfig: fbgemm
entries: [
