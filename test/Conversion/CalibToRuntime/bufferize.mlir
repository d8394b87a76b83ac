// RUN: qcc-opt %s -convert-calib-to-runtime -canonicalize -cse \
// RUN:   -one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   -buffer-deallocation-pipeline -canonicalize -cse | FileCheck %s

// The calls stay in order through bufferization, nothing is copied for a plain observe, and buffers are released.
// CHECK-LABEL: func.func @main(
// CHECK-SAME:    %[[X:.*]]: memref<?x8xf32>)
func.func @main(%x: tensor<?x8xf32> {bufferization.writable = false}) -> tensor<?x8xf32> {
  // CHECK-NOT: memref.alloc
  // CHECK:     %[[VALUE:.*]] = memref.cast %[[X]] : memref<?x8xf32> to memref<*xf32>
  // CHECK:     call @qcc_calib_observe(%{{.*}}, %{{.*}}, %[[VALUE]])
  // CHECK:     %[[FIRST:.*]] = memref.alloc
  // CHECK:     %[[READ:.*]] = memref.cast %[[FIRST]] : memref<?x8xf32> to memref<*xf32>
  // CHECK:     call @qcc_calib_fake_quantize(%{{.*}}, %{{.*}}, %[[VALUE]], %[[READ]])
  // CHECK:     call @qcc_calib_observe(%{{.*}}, %{{.*}}, %[[READ]])
  // CHECK:     call @qcc_calib_observe(%{{.*}}, %{{.*}}, %[[READ]])
  // CHECK-NOT: memref.copy
  // CHECK:     return %[[FIRST]]
  %0 = calib.observe %x {name = "plain", observer = #calib.observer<min_max>, storage = ui8,
                         min = 0 : i64, max = 255 : i64} : tensor<?x8xf32>
  %1 = calib.observe %0 {name = "quantized", observer = #calib.observer<min_max>, storage = ui8,
                         min = 0 : i64, max = 255 : i64, fake_quantize} : tensor<?x8xf32>
  %2 = calib.observe %1 {name = "after", observer = #calib.observer<min_max>, storage = ui8,
                         min = 0 : i64, max = 255 : i64} : tensor<?x8xf32>
  %3 = calib.observe %1 {name = "after", observer = #calib.observer<min_max>, storage = ui8,
                         min = 0 : i64, max = 255 : i64} : tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}
