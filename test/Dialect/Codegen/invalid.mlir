// RUN: qcc-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{'codegen.target' is a #codegen.target on a module}}
module attributes {codegen.target = "x86_64"} {
}

// -----

func.func @whole_block(%x: tensor<1xf32>) {
  // expected-error@+1 {{'codegen.whole_block' is a unit attribute beside 'codegen.offset'}}
  func.call @whole_block(%x) {codegen.whole_block} : (tensor<1xf32>) -> ()
  return
}

// -----

// expected-error@+1 {{'codegen.arena' is a #codegen.arena on a function}}
func.func private @f() attributes {codegen.arena = 64 : i64}

// -----

// expected-error@+1 {{'codegen.entry' is a #codegen.entry on a function}}
func.func private @f() attributes {codegen.entry = "run"}

// -----

// expected-error@+1 {{'codegen.strategy' is a strategy of the codegen dialect on a kernel}}
func.func private @f() attributes {codegen.strategy = "fast"}

// -----

// expected-error@+1 {{'codegen.kernel' is a unit attribute of a function}}
func.func private @f() attributes {codegen.kernel = 1 : i64}

// -----

// expected-error@+1 {{'codegen.scaled_fits' is a unit attribute of a cnn.requantize}}
func.func private @f() attributes {codegen.scaled_fits}

// -----

// expected-error@+1 {{'codegen.offset' is a number of bytes (i64)}}
func.func private @f() attributes {codegen.offset = -1 : i64}

// -----

// expected-error@+1 {{'codegen.speed' is not an attribute of the codegen dialect}}
func.func private @f() attributes {codegen.speed = 1 : i64}

// -----

// expected-error@+1 {{'codegen.buffer' is not 'codegen.buffer' with a memref type}}
func.func private @f(tensor<4xf32> {codegen.buffer = tensor<4xf32>})

// -----

func.func @f(%p: tensor<1x9x16x4xi8>) {
  // expected-error@+1 {{the packed shape must be [1, 18, 16, 4], not 'tensor<1x9x16x4xi8>'}}
  %0 = codegen.unpack %p <dot> : tensor<1x9x16x4xi8> -> tensor<8x3x3x5xi8>
  return
}

// -----

func.func @f(%p: tensor<9x4xi8>) {
  // expected-error@+1 {{only weights of one input channel per group are packed by taps}}
  %0 = codegen.unpack %p <taps> : tensor<9x4xi8> -> tensor<4x3x3x2xi8>
  return
}

// -----

func.func @f(%p: tensor<9x4xi8>) {
  // expected-error@+1 {{packs elements, it does not convert them}}
  %0 = codegen.unpack %p <taps> : tensor<9x4xi8> -> tensor<4x3x3x1xf32>
  return
}

// -----

func.func @f(%p: tensor<9x4xi8>) {
  // expected-error@+1 {{4 output channels cannot form 3 groups}}
  %0 = codegen.unpack %p <taps> {groups = 3 : i64} : tensor<9x4xi8> -> tensor<4x3x3x1xi8>
  return
}

// -----

func.func @f(%p: tensor<1x48x16x4xi8>) {
  // expected-error@+1 {{the depth cannot be filled up to a multiple of 30}}
  %0 = codegen.unpack %p <dot> {fold_taps, depth_multiple = 30 : i64} : tensor<1x48x16x4xi8> -> tensor<8x3x3x1xi8>
  return
}

// -----

func.func @f(%p: tensor<1x3x16x4xi8>) {
  // expected-error@+1 {{the packed shape must be [1, 48, 16, 4], not}}
  %0 = codegen.unpack %p <dot> {fold_taps, depth_multiple = 64 : i64} : tensor<1x3x16x4xi8> -> tensor<8x3x3x1xi8>
  return
}

// -----

func.func @f(%x: tensor<?x2xui8>) {
  // expected-error@+1 {{one side must be unsigned and the other signed}}
  %0 = codegen.flip_sign %x : tensor<?x2xui8> -> tensor<?x2xui8>
  return
}

// -----

func.func @f(%acc: vector<8xi32>, %a: vector<4xi8>, %w: vector<64xi8>) {
  // expected-error@+1 {{8 accumulators need 32 weights, not 64}}
  %0 = codegen.dot %acc, %a, %w : vector<8xi32>, vector<4xi8>, vector<64xi8>
  return
}

// -----

func.func @f(%p: tensor<1x3x1x16x4xi8>) {
  // expected-error@+1 {{the packed shape must be [2, 3, 1, 16, 4], not 'tensor<1x3x1x16x4xi8>'}}
  %0 = codegen.unpack %p <tap_rows> {groups = 4 : i64, rows = 2 : i64} : tensor<1x3x1x16x4xi8> -> tensor<4x3x3x1xi8>
  return
}

// -----

func.func @f(%p: tensor<1x3x1x16x4xf32>) {
  // expected-error@+1 {{only codes of one input channel per group are packed by rows of taps}}
  %0 = codegen.unpack %p <tap_rows> {groups = 4 : i64} : tensor<1x3x1x16x4xf32> -> tensor<4x3x3x1xf32>
  return
}

// -----

func.func @f(%p: tensor<1x3x1x16x4xi8>) {
  // expected-error@+1 {{packs for 1 rows and blocks of 24 channels}}
  %0 = codegen.unpack %p <tap_rows> {groups = 4 : i64, block = 24 : i64} : tensor<1x3x1x16x4xi8> -> tensor<4x3x3x1xi8>
  return
}

// -----

func.func @f(%acc: vector<4xi32>, %a: vector<8xi8>, %w: vector<16xi8>) {
  // expected-error@+1 {{activations are four, or as many as there are weights, not 8}}
  %0 = codegen.dot %acc, %a, %w : vector<4xi32>, vector<8xi8>, vector<16xi8>
  return
}

// -----

func.func @f(%x: vector<8xf32>) {
  // expected-error@+1 {{four vectors of 8 elements do not become 16 codes}}
  %0 = codegen.narrow %x, %x, %x, %x zero_point 0 : vector<8xf32> -> vector<16xi8>
  return
}

// -----

func.func @transformed(%p: tensor<1x16x2x16x2xi8>) -> tensor<8x3x3x4xi8> {
  // expected-error@+1 {{only codes of 3x3 taps in one group are transformed, to 16 bits}}
  %0 = codegen.unpack %p <winograd> : tensor<1x16x2x16x2xi8> -> tensor<8x3x3x4xi8>
  return %0 : tensor<8x3x3x4xi8>
}

// -----

func.func @transformed_shape(%p: tensor<1x16x4x16x2xi16>) -> tensor<8x3x3x4xi8> {
  // expected-error@+1 {{the packed shape must be [1, 16, 2, 16, 2], not 'tensor<1x16x4x16x2xi16>'}}
  %0 = codegen.unpack %p <winograd> : tensor<1x16x4x16x2xi16> -> tensor<8x3x3x4xi8>
  return %0 : tensor<8x3x3x4xi8>
}

// -----

func.func @mixed(%acc: vector<4xi32>, %a: vector<2xi16>, %w: vector<16xi8>) -> vector<4xi32> {
  // expected-error@+1 {{activations and weights must have elements of one type}}
  %0 = codegen.dot %acc, %a, %w : vector<4xi32>, vector<2xi16>, vector<16xi8>
  return %0 : vector<4xi32>
}

// -----

func.func @unsigned_pairs(%acc: vector<4xi32>, %a: vector<2xi16>, %w: vector<8xi16>) -> vector<4xi32> {
  // expected-error@+1 {{elements of 16 bits are signed}}
  %0 = codegen.dot %acc, %a, %w unsigned : vector<4xi32>, vector<2xi16>, vector<8xi16>
  return %0 : vector<4xi32>
}

// -----

func.func @four_of_two(%acc: vector<4xi32>, %a: vector<4xi16>, %w: vector<8xi16>) -> vector<4xi32> {
  // expected-error@+1 {{activations are two, or as many as there are weights, not 4}}
  %0 = codegen.dot %acc, %a, %w : vector<4xi32>, vector<4xi16>, vector<8xi16>
  return %0 : vector<4xi32>
}

// -----

// expected-error@+1 {{'codegen.tuned' is a dictionary of levels on a module}}
module attributes {codegen.tuned = {avx2 = #codegen.copy}} {
}

// -----

// expected-error@+1 {{each a dictionary of kernels with a strategy of the codegen dialect}}
module attributes {codegen.tuned = {avx2 = {"conv2d-0" = 4 : i64}}} {
}

// -----

// expected-error@+1 {{'codegen.tuned' is a dictionary of levels on a module}}
func.func private @f() attributes {codegen.tuned = {}}
