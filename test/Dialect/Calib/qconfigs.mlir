// The observers of activations (of "fc") and weights under each configuration, and the contract that it implies.
// RUN: qcc-opt %s -calib-insert-observers | FileCheck %s --check-prefix=FBGEMM
// RUN: qcc-opt %s -calib-insert-observers=qconfig=fbgemm | FileCheck %s --check-prefix=FBGEMM
// RUN: qcc-opt %s -calib-insert-observers=qconfig=x86 | FileCheck %s --check-prefix=X86
// RUN: qcc-opt %s -calib-insert-observers=qconfig=onednn | FileCheck %s --check-prefix=ONEDNN
// RUN: qcc-opt %s -calib-insert-observers=qconfig=qnnpack | FileCheck %s --check-prefix=QNNPACK
// RUN: qcc-opt %s -calib-insert-observers=qconfig=fbgemm-qat | FileCheck %s --check-prefix=FBGEMMQAT
// RUN: qcc-opt %s -calib-insert-observers=qconfig=qnnpack-qat | FileCheck %s --check-prefix=QNNPACKQAT
// RUN: qcc-opt %s -calib-insert-observers=qconfig=tflite | FileCheck %s --check-prefix=TFLITE

// FBGEMM: {cnn.contract = #cnn.contract<fbgemm>, cnn.qconfig = "fbgemm"}
// FBGEMM: calib.observe {{.*}} {axis = 0 : i64, max = 127 : i64, min = -128 : i64, name = "fc.weight", observer = #calib.observer<per_channel_min_max>, storage = si8, symmetric}
// FBGEMM: calib.observe {{.*}} {max = 127 : i64, min = 0 : i64, name = "fc", observer = #calib.observer<histogram>, storage = ui8}

// X86: {cnn.contract = #cnn.contract<fbgemm>, cnn.qconfig = "x86"}
// X86: {axis = 0 : i64, max = 127 : i64, min = -128 : i64, name = "fc.weight", observer = #calib.observer<per_channel_min_max>, storage = si8, symmetric}
// X86: {max = 127 : i64, min = 0 : i64, name = "fc", observer = #calib.observer<histogram>, storage = ui8}

// ONEDNN: {cnn.contract = #cnn.contract<fbgemm>, cnn.qconfig = "onednn"}
// ONEDNN: {axis = 0 : i64, max = 127 : i64, min = -128 : i64, name = "fc.weight", observer = #calib.observer<per_channel_min_max>, storage = si8, symmetric}
// ONEDNN: {max = 255 : i64, min = 0 : i64, name = "fc", observer = #calib.observer<histogram>, storage = ui8}

// QNNPACK: {cnn.contract = #cnn.contract<qnnpack>, cnn.qconfig = "qnnpack"}
// QNNPACK: {max = 127 : i64, min = -128 : i64, name = "fc.weight", observer = #calib.observer<min_max>, storage = si8, symmetric}
// QNNPACK: {max = 255 : i64, min = 0 : i64, name = "fc", observer = #calib.observer<histogram>, storage = ui8}

// Weights are fake-quantized in training only.
// FBGEMMQAT: {cnn.contract = #cnn.contract<fbgemm>, cnn.qconfig = "fbgemm-qat"}
// FBGEMMQAT: {axis = 0 : i64, max = 127 : i64, min = -128 : i64, name = "fc.weight", observer = #calib.observer<moving_average_per_channel_min_max>, storage = si8, symmetric}
// FBGEMMQAT: {fake_quantize, max = 127 : i64, min = 0 : i64, name = "fc", observer = #calib.observer<moving_average_min_max>, storage = ui8}

// QNNPACKQAT: {cnn.contract = #cnn.contract<qnnpack>, cnn.qconfig = "qnnpack-qat"}
// QNNPACKQAT: {max = 127 : i64, min = -128 : i64, name = "fc.weight", observer = #calib.observer<moving_average_min_max>, storage = si8, symmetric}
// QNNPACKQAT: {fake_quantize, max = 255 : i64, min = 0 : i64, name = "fc", observer = #calib.observer<moving_average_min_max>, storage = ui8}

// TFLITE: {cnn.contract = #cnn.contract<onnx>, cnn.qconfig = "tflite"}
// TFLITE: {axis = 0 : i64, max = 127 : i64, min = -127 : i64, name = "fc.weight", observer = #calib.observer<per_channel_min_max>, storage = si8, symmetric}
// TFLITE: {max = 127 : i64, min = -128 : i64, name = "fc", observer = #calib.observer<min_max>, storage = si8}

// Another observer of activations; weights keep theirs.
// RUN: qcc-opt %s -calib-insert-observers="qconfig=qnnpack activation-observer=entropy" | FileCheck %s --check-prefix=ENTROPY
// ENTROPY: name = "fc.weight", observer = #calib.observer<min_max>
// ENTROPY: name = "fc", observer = #calib.observer<entropy>
// RUN: qcc-opt %s -calib-insert-observers="activation-observer=percentile=99.5" | FileCheck %s --check-prefix=PERCENTILE
// PERCENTILE: name = "fc", observer = #calib.observer<percentile>, percentile = 9.950000e+01 : f64

// RUN: not qcc-opt %s -calib-insert-observers=qconfig=fbgem 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: unknown qconfig 'fbgem'; did you mean 'fbgemm'?; known qconfigs: fbgemm, x86, onednn, qnnpack, fbgemm-qat, x86-qat, onednn-qat, qnnpack-qat, tflite
// RUN: not qcc-opt %s -calib-insert-observers=activation-observer=median 2>&1 | FileCheck %s --check-prefix=MEDIAN
// MEDIAN: error: unknown observer 'median'
// RUN: not qcc-opt %s -calib-insert-observers=activation-observer=per-channel-min-max 2>&1 | FileCheck %s --check-prefix=CHANNELS
// CHANNELS: error: observer 'per-channel-min-max' keeps channels apart and cannot observe activations
// RUN: not qcc-opt %s -calib-insert-observers=activation-observer=percentile=20 2>&1 | FileCheck %s --check-prefix=LOW
// LOW: error: observer 'percentile=20': the percentile must be a number from 50 to 100
// RUN: not qcc-opt %s -calib-insert-observers=activation-observer=entropy=20 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: error: observer 'entropy' takes no value, but 'entropy=20' gives one

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = cnn.constant dense<1.0> : tensor<2x2xf32>
  %0 = cnn.linear %x, %w {cnn.name = "fc"} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
