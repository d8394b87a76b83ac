// RUN: qcc-opt %s -convert-calib-to-runtime -split-input-file | FileCheck %s

// CHECK: llvm.mlir.global external @qcc_calib_session()
// CHECK-SAME: : i8
// CHECK: func.func private @qcc_calib_observe(!llvm.ptr, i64, tensor<*xf32> {bufferization.access = "read"}) attributes {llvm.emit_c_interface}
// CHECK: func.func private @qcc_calib_fake_quantize(!llvm.ptr, i64, tensor<*xf32> {bufferization.access = "read"}, memref<*xf32>) attributes {llvm.emit_c_interface}

// A plain observe hands its value to the runtime and on.
// CHECK-LABEL: func.func @observe(
// CHECK-SAME:    %[[X:.*]]: tensor<?x8xf32>)
func.func @observe(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[SESSION:.*]] = llvm.mlir.addressof @qcc_calib_session : !llvm.ptr
  // CHECK: %[[NUMBER:.*]] = arith.constant 0 : i64
  // CHECK: %[[VALUE:.*]] = tensor.cast %[[X]] : tensor<?x8xf32> to tensor<*xf32>
  // CHECK: call @qcc_calib_observe(%[[SESSION]], %[[NUMBER]], %[[VALUE]])
  %0 = calib.observe %x {name = "a", observer = #calib.observer<histogram>, storage = ui8,
                         min = 0 : i64, max = 127 : i64} : tensor<?x8xf32>
  // CHECK: return %[[X]]
  return %0 : tensor<?x8xf32>
}

// What follows a fake-quantizing observe reads the buffer that the runtime filled.
// CHECK-LABEL: func.func @fake_quantize(
// CHECK-SAME:    %[[X:.*]]: tensor<?x8xf32>)
func.func @fake_quantize(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  // CHECK: %[[SESSION:.*]] = llvm.mlir.addressof
  // CHECK: %[[NUMBER:.*]] = arith.constant 1 : i64
  // CHECK: %[[VALUE:.*]] = tensor.cast %[[X]]
  // CHECK: %[[N:.*]] = tensor.dim %[[X]], %{{.*}} : tensor<?x8xf32>
  // CHECK: %[[BUFFER:.*]] = memref.alloc(%[[N]]) {alignment = 64 : i64} : memref<?x8xf32>
  // CHECK: %[[RESULT:.*]] = memref.cast %[[BUFFER]] : memref<?x8xf32> to memref<*xf32>
  // CHECK: call @qcc_calib_fake_quantize(%[[SESSION]], %[[NUMBER]], %[[VALUE]], %[[RESULT]])
  // CHECK: %[[Y:.*]] = bufferization.to_tensor %[[BUFFER]] restrict writable
  %0 = calib.observe %x {name = "b", observer = #calib.observer<moving_average_min_max>,
                         storage = ui8, min = 0 : i64, max = 127 : i64, fake_quantize}
      : tensor<?x8xf32>
  // CHECK: return %[[X]], %[[Y]]
  return %x, %0 : tensor<?x8xf32>, tensor<?x8xf32>
}

// Observes of one name have one number, that of its first appearance; an unused one stays.
// CHECK-LABEL: func.func @shared(
func.func @shared(%x: tensor<4xf32>, %y: tensor<2x2xf32>) {
  // CHECK: arith.constant 0 : i64
  // CHECK: tensor.cast %{{.*}} : tensor<4xf32> to tensor<*xf32>
  // CHECK: call @qcc_calib_observe
  %0 = calib.observe %x {name = "a", observer = #calib.observer<histogram>, storage = ui8,
                         min = 0 : i64, max = 127 : i64} : tensor<4xf32>
  // CHECK: arith.constant 2 : i64
  // CHECK: tensor.cast %{{.*}} : tensor<2x2xf32> to tensor<*xf32>
  // CHECK: call @qcc_calib_observe
  %1 = calib.observe %y {name = "c", observer = #calib.observer<per_channel_min_max>,
                         storage = si8, min = -128 : i64, max = 127 : i64, symmetric,
                         axis = 0 : i64} : tensor<2x2xf32>
  // CHECK-NOT: calib.observe
  return
}

// -----

// Nothing to observe: nothing changes.
// CHECK-LABEL: module
// CHECK-NEXT:    func.func @nothing(%{{.*}}: tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT:      return
func.func @nothing(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
