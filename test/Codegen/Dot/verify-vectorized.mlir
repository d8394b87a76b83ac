// RUN: qcc-opt %s --qcc-verify-vectorized --split-input-file --verify-diagnostics

// A loop over elements, in a kernel that was meant to have vectors.
func.func private @scalar(%n: index, %x: memref<1x8xf32>, %y: memref<1x8xf32>) attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  // expected-remark@-1 {{'scalar' computes elements one by one}}
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %0 = memref.load %x[%c0, %i] : memref<1x8xf32>
    // expected-note@+1 {{here}}
    %1 = arith.addf %0, %0 : f32
    memref.store %1, %y[%c0, %i] : memref<1x8xf32>
  }
  return
}

// -----

// The reference lowering of one image is a function of its own; the strategy says why.
func.func private @reference(%n: index, %x: memref<1x8xi8>, %y: memref<1x8xi8>) attributes {codegen.kernel, codegen.strategy = #codegen.reference<"weights of more than 8 bits">} {
  // expected-remark@-1 {{'reference' computes elements one by one: weights of more than 8 bits}}
  call @reference_image(%x, %y) : (memref<1x8xi8>, memref<1x8xi8>) -> ()
  return
}
func.func private @reference_image(%x: memref<1x8xi8>, %y: memref<1x8xi8>) {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0, %c0] : memref<1x8xi8>
  %1 = arith.muli %0, %0 : i8
  memref.store %1, %y[%c0, %c0] : memref<1x8xi8>
  return
}

// -----

// Vectors, the scalars that feed them, and elements that are only moved.
func.func private @vectors(%n: index, %x: memref<8xf32>, %s: memref<1xf32>) attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %c0 = arith.constant 0 : index
  %0 = vector.load %x[%c0] : memref<8xf32>, vector<8xf32>
  %1 = memref.load %s[%c0] : memref<1xf32>
  %2 = arith.addf %1, %1 : f32
  %3 = vector.broadcast %2 : f32 to vector<8xf32>
  %4 = arith.addf %0, %3 : vector<8xf32>
  vector.store %4, %x[%c0] : memref<8xf32>, vector<8xf32>
  return
}
func.func private @copy(%n: index, %x: memref<8xf32>, %y: memref<8xf32>) attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %j = arith.muli %i, %n : index
    %0 = memref.load %x[%j] : memref<8xf32>
    memref.store %0, %y[%i] : memref<8xf32>
  }
  return
}
func.func private @no_kernel(%x: f32) -> f32 {
  %0 = arith.addf %x, %x : f32
  return %0 : f32
}
