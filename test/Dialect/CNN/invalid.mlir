// RUN: qcc-opt %s -split-input-file -verify-diagnostics

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected 'relu' or 'clamp'}}
func.func private @unknown_activation() attributes {a = #cnn.activation<gelu>}

// -----

// expected-error @+1 {{lower bound 6.000000e+00 is above upper bound 0.000000e+00}}
func.func private @crossed_activation() attributes {a = #cnn.activation<clamp, 6.0, 0.0>}

// -----

// A bound that is not a number.
// expected-error @+1 {{is above upper bound}}
func.func private @nan_activation() attributes {a = #cnn.activation<clamp, 0x7FC00000, 1.0>}

// -----

// expected-error @+1 {{divisor must be a finite f32 other than 0}}
module attributes {cnn.preprocessing = #cnn.preprocessing<divisor = 0.0, mean = [], std = []>} {}

// -----

// expected-error @+1 {{divisor must be a finite f32 other than 0}}
module attributes {cnn.preprocessing = #cnn.preprocessing<divisor = 0x7F800000, mean = [], std = []>} {}

// -----

// expected-error @+1 {{every element of std must be finite and not 0}}
module attributes {cnn.preprocessing = #cnn.preprocessing<divisor = 255.0, mean = [], std = [0.5, 0.0]>} {}

// -----

// expected-error @+1 {{every element of mean must be finite}}
module attributes {cnn.preprocessing = #cnn.preprocessing<divisor = 255.0, mean = [0x7FC00000], std = []>} {}

// -----

// expected-error @+1 {{'cnn.contract' must be a #cnn.contract}}
module attributes {cnn.contract = "fbgemm"} {}

// -----

// expected-error @+1 {{'cnn.preprocessing' must be a #cnn.preprocessing}}
module attributes {cnn.preprocessing = 255.0} {}

// -----

// expected-error @+1 {{'cnn.qconfig' must be a string}}
module attributes {cnn.qconfig = 1} {}

// -----

// expected-error @+1 {{'cnn.colour' is not an attribute of the cnn dialect}}
module attributes {cnn.colour = "blue"} {}

// -----

// expected-error @+1 {{'cnn.qconfig' belongs on a module}}
func.func private @misplaced() attributes {cnn.qconfig = "fbgemm"}

// -----

// expected-error @+1 {{'cnn.name' must be a string that is not empty}}
func.func private @empty_name() attributes {cnn.name = ""}

// -----

// expected-error @+1 {{'cnn.name' must be a string that is not empty}}
func.func private @argument_name(tensor<1xf32> {cnn.name = 3})

// -----

// expected-error @+1 {{'cnn.qconfig' does not belong on an argument}}
func.func private @argument_attribute(tensor<1xf32> {cnn.qconfig = "fbgemm"})

// -----

// expected-error @+1 {{'cnn.name' must be a string that is not empty}}
func.func private @result_name() -> (tensor<1xf32> {cnn.name = ""})

// -----

// expected-error @+1 {{'cnn.contract' does not belong on a result}}
func.func private @result_attribute() -> (tensor<1xf32> {cnn.contract = #cnn.contract<onnx>})

// -----

// expected-error @+1 {{'cnn.keep_float' is a unit attribute of a layer}}
func.func private @keep_float() attributes {cnn.keep_float}

// -----

func.func @keep_float_value(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'cnn.keep_float' is a unit attribute of a layer}}
  %0 = cnn.relu %x {cnn.keep_float = true} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Operand types, of the operations' definitions
//===----------------------------------------------------------------------===//

func.func @half(%x: tensor<4xf16>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of}}
  %0 = cnn.relu %x : (tensor<4xf16>) -> tensor<4xf16>
  return
}

// -----

func.func @softmax_quantized(%x: tensor<1x4x!quant.uniform<u8:f32, 0.5>>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 32-bit float values}}
  %0 = cnn.softmax %x {axis = 1 : i64} : (tensor<1x4x!quant.uniform<u8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @kernel_count(%x: tensor<1x4x4x1xf32>) {
  // expected-error @+1 {{attribute 'kernel' failed to satisfy constraint}}
  %0 = cnn.max_pool2d %x {kernel = array<i64: 2>} : (tensor<1x4x4x1xf32>) -> tensor<1x3x3x1xf32>
  return
}

// -----

func.func @stride_zero(%x: tensor<1x4x4x1xf32>) {
  // expected-error @+1 {{attribute 'strides' failed to satisfy constraint}}
  %0 = cnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 0, 1>} : (tensor<1x4x4x1xf32>) -> tensor<1x3x3x1xf32>
  return
}

// -----

func.func @padding_negative(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x1x1xf32>) {
  // expected-error @+1 {{attribute 'padding' failed to satisfy constraint}}
  %0 = cnn.conv2d %x, %w {padding = array<i64: -1, 0, 0, 0>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x3x4x1xf32>
  return
}

// -----

func.func @groups_zero(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x1x1xf32>) {
  // expected-error @+1 {{attribute 'groups' failed to satisfy constraint}}
  %0 = cnn.conv2d %x, %w {groups = 0 : i64} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// conv2d
//===----------------------------------------------------------------------===//

func.func @conv_input_rank(%x: tensor<4x4x1xf32>, %w: tensor<1x1x1x1xf32>) {
  // expected-error @+1 {{'cnn.conv2d' op input must have rank 4, but has rank 3}}
  %0 = cnn.conv2d %x, %w : (tensor<4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<4x4x1xf32>
  return
}

// -----

func.func @conv_weights_rank(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x1xf32>) {
  // expected-error @+1 {{weights must have rank 4, but has rank 3}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1xf32>, tensor<1x1x1xf32>) -> tensor<1x4x4x1xf32>
  return
}

// -----

func.func @conv_dynamic_weights(%x: tensor<1x4x4x1xf32>, %w: tensor<?x1x1x1xf32>) {
  // expected-error @+1 {{weights must have a static shape}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1xf32>, tensor<?x1x1x1xf32>) -> tensor<1x4x4x?xf32>
  return
}

// -----

func.func @conv_groups(%x: tensor<1x4x4x4xf32>, %w: tensor<3x1x1x2xf32>) {
  // expected-error @+1 {{3 output channels do not divide into 2 groups}}
  %0 = cnn.conv2d %x, %w {groups = 2 : i64} : (tensor<1x4x4x4xf32>, tensor<3x1x1x2xf32>) -> tensor<1x4x4x3xf32>
  return
}

// -----

func.func @conv_channels(%x: tensor<1x4x4x3xf32>, %w: tensor<4x1x1x2xf32>) {
  // expected-error @+1 {{input has 3 channels, but the weights expect 2 in each of 2 groups}}
  %0 = cnn.conv2d %x, %w {groups = 2 : i64} : (tensor<1x4x4x3xf32>, tensor<4x1x1x2xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

// 2 * 2^62 does not fit 64 bits.
func.func @conv_groups_overflow(%x: tensor<1x4x4x0xf32>, %w: tensor<4611686018427387904x1x1x4xf32>) {
  // expected-error @+1 {{input has 0 channels, but the weights expect 4 in each of 4611686018427387904 groups}}
  %0 = cnn.conv2d %x, %w {groups = 4611686018427387904 : i64} : (tensor<1x4x4x0xf32>, tensor<4611686018427387904x1x1x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @conv_empty(%x: tensor<1x4x4x1xf32>, %w: tensor<0x1x1x1xf32>) {
  // expected-error @+1 {{weights are empty}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1xf32>, tensor<0x1x1x1xf32>) -> tensor<1x4x4x0xf32>
  return
}

// -----

func.func @conv_bias(%x: tensor<1x4x4x1xf32>, %w: tensor<2x1x1x1xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{bias must be a tensor of 2 elements, but is 'tensor<3xf32>'}}
  %0 = cnn.conv2d %x, %w, %b : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<3xf32>) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @conv_dynamic_image(%x: tensor<1x?x4x1xf32>, %w: tensor<2x1x1x1xf32>) {
  // expected-error @+1 {{input has a dynamic dimension 1; only the batch, dimension 0, may be dynamic}}
  %0 = cnn.conv2d %x, %w : (tensor<1x?x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x?x4x2xf32>
  return
}

// -----

func.func @conv_too_large(%x: tensor<1x4x4x1xf32>, %w: tensor<2x3x3x1xf32>) {
  // expected-error @+1 {{window of 7 x 3 does not fit into the padded image of 6 x 4}}
  %0 = cnn.conv2d %x, %w {padding = array<i64: 1, 1, 0, 0>, dilations = array<i64: 3, 1>} : (tensor<1x4x4x1xf32>, tensor<2x3x3x1xf32>) -> tensor<1x1x2x2xf32>
  return
}

// -----

// No tensor has such sizes; the arithmetic must not overflow either.
func.func @conv_huge(%x: tensor<1x4x4x1xf32>, %w: tensor<2x3x3x1xf32>) {
  // expected-error @+1 {{does not fit into the padded image}}
  %0 = cnn.conv2d %x, %w {dilations = array<i64: 4611686018427387904, 1>} : (tensor<1x4x4x1xf32>, tensor<2x3x3x1xf32>) -> tensor<1x1x2x2xf32>
  return
}

// -----

func.func @conv_result(%x: tensor<?x4x4x1xf32>, %w: tensor<2x3x3x1xf32>) {
  // expected-error @+1 {{result should have shape 'tensor<?x2x2x2xf32>', but has 'tensor<?x4x4x2xf32>'}}
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xf32>, tensor<2x3x3x1xf32>) -> tensor<?x4x4x2xf32>
  return
}

// -----

func.func @conv_result_rank(%x: tensor<?x4x4x1xf32>, %w: tensor<2x3x3x1xf32>) {
  // expected-error @+1 {{result should have shape 'tensor<?x2x2x2xf32>', but has 'tensor<?x8xf32>'}}
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xf32>, tensor<2x3x3x1xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @conv_float_mixed(%x: tensor<1x4x4x1xf32>, %w: tensor<2x1x1x1xi8>) {
  // expected-error @+1 {{on a float input needs float weights, bias and result}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xi8>) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @conv_per_channel_input(%x: tensor<1x4x4x2x!quant.uniform<u8:f32:3, {0.5, 0.25}>>, %w: tensor<2x1x1x2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error @+1 {{on a quantized input needs input and result quantized per tensor}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x2x!quant.uniform<u8:f32:3, {0.5, 0.25}>>, tensor<2x1x1x2x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @conv_quantized_to_float(%x: tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>, %w: tensor<2x1x1x1x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error @+1 {{on a quantized input needs input and result quantized per tensor}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>, tensor<2x1x1x1x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @conv_float_weights(%x: tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>, %w: tensor<2x1x1x1xf32>) {
  // expected-error @+1 {{on a quantized input needs quantized weights}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>, tensor<2x1x1x1xf32>) -> tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @conv_weights_axis(%x: tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5>>, %w: tensor<2x1x1x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>) {
  // expected-error @+1 {{weights must be quantized along dimension 0, the output channels}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5>>, tensor<2x1x1x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>)
      -> tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @conv_quantized_bias(%x: tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>, %w: tensor<2x1x1x1x!quant.uniform<i8:f32, 0.5>>, %b: tensor<2xi32>) {
  // expected-error @+1 {{on a quantized input needs a float or quantized bias}}
  %0 = cnn.conv2d %x, %w, %b : (tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>, tensor<2x1x1x1x!quant.uniform<i8:f32, 0.5>>, tensor<2xi32>)
      -> tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @conv_code_weights(%x: tensor<1x4x4x1xui8>, %w: tensor<2x1x1x1xi32>) {
  // expected-error @+1 {{on codes needs weights of i8 or i16}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1xui8>, tensor<2x1x1x1xi32>) -> tensor<1x4x4x2xi32>
  return
}

// -----

func.func @conv_code_result(%x: tensor<1x4x4x1xui8>, %w: tensor<2x1x1x1xi8>) {
  // expected-error @+1 {{on codes produces accumulators of i32 or i64}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1xui8>, tensor<2x1x1x1xi8>) -> tensor<1x4x4x2xui8>
  return
}

// -----

func.func @conv_code_bias(%x: tensor<1x4x4x1xui8>, %w: tensor<2x1x1x1xi8>, %b: tensor<2xf32>) {
  // expected-error @+1 {{on codes needs a bias of i32 or i64}}
  %0 = cnn.conv2d %x, %w, %b : (tensor<1x4x4x1xui8>, tensor<2x1x1x1xi8>, tensor<2xf32>) -> tensor<1x4x4x2xi32>
  return
}

// -----

func.func @conv_code_activation(%x: tensor<1x4x4x1xui8>, %w: tensor<2x1x1x1xi8>) {
  // expected-error @+1 {{on codes cannot have an activation: it is a bound of the requantization}}
  %0 = cnn.conv2d %x, %w {activation = #cnn.activation<relu>} : (tensor<1x4x4x1xui8>, tensor<2x1x1x1xi8>) -> tensor<1x4x4x2xi32>
  return
}

// -----

func.func @conv_accumulators(%x: tensor<1x4x4x1xi32>, %w: tensor<2x1x1x1xi8>) {
  // expected-error @+1 {{cannot take accumulators; requantize them first}}
  %0 = cnn.conv2d %x, %w : (tensor<1x4x4x1xi32>, tensor<2x1x1x1xi8>) -> tensor<1x4x4x2xi32>
  return
}

// -----

func.func @conv_pad_value_float(%x: tensor<1x4x4x1xf32>, %w: tensor<2x1x1x1xf32>) {
  // expected-error @+1 {{pad_value is for codes; padding of real values is 0}}
  %0 = cnn.conv2d %x, %w {pad_value = 3 : i64} : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x4x4x2xf32>
  return
}

// -----

func.func @conv_pad_value_range(%x: tensor<1x4x4x1xui8>, %w: tensor<2x1x1x1xi8>) {
  // expected-error @+1 {{pad_value 256 is not a code of 'ui8'}}
  %0 = cnn.conv2d %x, %w {pad_value = 256 : i64} : (tensor<1x4x4x1xui8>, tensor<2x1x1x1xi8>) -> tensor<1x4x4x2xi32>
  return
}

// -----

// 2^32 + 3 is not 3.
func.func @conv_pad_value_64_bits(%x: tensor<1x4x4x1xui8>, %w: tensor<2x1x1x1xi8>) {
  // expected-error @+1 {{pad_value 4294967299 is not a code of 'ui8'}}
  %0 = cnn.conv2d %x, %w {pad_value = 4294967299 : i64} : (tensor<1x4x4x1xui8>, tensor<2x1x1x1xi8>) -> tensor<1x4x4x2xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// linear
//===----------------------------------------------------------------------===//

func.func @linear_input_rank(%x: tensor<1x4x1xf32>, %w: tensor<2x4xf32>) {
  // expected-error @+1 {{input must have rank 2, but has rank 3}}
  %0 = cnn.linear %x, %w : (tensor<1x4x1xf32>, tensor<2x4xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @linear_dynamic_features(%x: tensor<1x?xf32>, %w: tensor<2x4xf32>) {
  // expected-error @+1 {{input has a dynamic dimension 1}}
  %0 = cnn.linear %x, %w : (tensor<1x?xf32>, tensor<2x4xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @linear_weights_rank(%x: tensor<1x4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{weights must have rank 2, but has rank 1}}
  %0 = cnn.linear %x, %w : (tensor<1x4xf32>, tensor<8xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @linear_dynamic_weights(%x: tensor<1x4xf32>, %w: tensor<?x4xf32>) {
  // expected-error @+1 {{weights must have a static shape}}
  %0 = cnn.linear %x, %w : (tensor<1x4xf32>, tensor<?x4xf32>) -> tensor<1x?xf32>
  return
}

// -----

func.func @linear_features(%x: tensor<1x4xf32>, %w: tensor<2x5xf32>) {
  // expected-error @+1 {{input has 4 features, but the weights expect 5}}
  %0 = cnn.linear %x, %w : (tensor<1x4xf32>, tensor<2x5xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @linear_empty(%x: tensor<1x4xf32>, %w: tensor<0x4xf32>) {
  // expected-error @+1 {{weights are empty}}
  %0 = cnn.linear %x, %w : (tensor<1x4xf32>, tensor<0x4xf32>) -> tensor<1x0xf32>
  return
}

// -----

func.func @linear_bias(%x: tensor<1x4xf32>, %w: tensor<2x4xf32>, %b: tensor<1x2xf32>) {
  // expected-error @+1 {{bias must be a tensor of 2 elements, but is 'tensor<1x2xf32>'}}
  %0 = cnn.linear %x, %w, %b : (tensor<1x4xf32>, tensor<2x4xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return
}

// -----

func.func @linear_codes_to_float(%x: tensor<1x4xi8>, %w: tensor<2x4xi16>) {
  // expected-error @+1 {{on codes produces accumulators of i32 or i64}}
  %0 = cnn.linear %x, %w : (tensor<1x4xi8>, tensor<2x4xi16>) -> tensor<1x2xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

func.func @relu_codes(%x: tensor<4xui8>) {
  // expected-error @+1 {{on codes does not know the zero point; use cnn.clamp}}
  %0 = cnn.relu %x : (tensor<4xui8>) -> tensor<4xui8>
  return
}

// -----

func.func @relu_types(%x: tensor<4x!quant.uniform<u8:f32, 0.5>>) {
  // expected-error @+1 {{keeps its input's element type, but takes '!quant.uniform<u8:f32, 5.000000e-01>' and produces 'f32'}}
  %0 = cnn.relu %x : (tensor<4x!quant.uniform<u8:f32, 0.5>>) -> tensor<4xf32>
  return
}

// -----

func.func @relu_shape(%x: tensor<4xf32>) {
  // expected-error @+1 {{result should have shape 'tensor<4xf32>', but has 'tensor<5xf32>'}}
  %0 = cnn.relu %x : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @clamp_float_codes(%x: tensor<4xf32>) {
  // expected-error @+1 {{min must be f32 for 'f32'}}
  %0 = cnn.clamp %x {min = 0 : i32, max = 6.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @clamp_codes_float(%x: tensor<4xui8>) {
  // expected-error @+1 {{max must be i32 for 'ui8'}}
  %0 = cnn.clamp %x {min = 0 : i32, max = 6.0 : f32} : (tensor<4xui8>) -> tensor<4xui8>
  return
}

// -----

func.func @clamp_code_range(%x: tensor<4xi8>) {
  // expected-error @+1 {{min -129 is not a code of 'i8'}}
  %0 = cnn.clamp %x {min = -129 : i32, max = 6 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return
}

// -----

func.func @clamp_order(%x: tensor<4xf32>) {
  // expected-error @+1 {{min 6.000000e+00 : f32 is above max 0.000000e+00 : f32}}
  %0 = cnn.clamp %x {min = 6.0 : f32, max = 0.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @clamp_code_order(%x: tensor<4xi8>) {
  // expected-error @+1 {{min 6 : i32 is above max -6 : i32}}
  %0 = cnn.clamp %x {min = 6 : i32, max = -6 : i32} : (tensor<4xi8>) -> tensor<4xi8>
  return
}

// -----

func.func @clamp_type(%x: tensor<4xi8>) {
  // expected-error @+1 {{keeps its input's element type}}
  %0 = cnn.clamp %x {min = -6 : i32, max = 6 : i32} : (tensor<4xi8>) -> tensor<4xui8>
  return
}

// -----

func.func @softmax_axis(%x: tensor<1x4xf32>) {
  // expected-error @+1 {{axis 2 is outside of rank 2}}
  %0 = cnn.softmax %x {axis = 2 : i64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

func.func @pool_rank(%x: tensor<4x4x1xf32>) {
  // expected-error @+1 {{input must have rank 4, but has rank 3}}
  %0 = cnn.max_pool2d %x {kernel = array<i64: 2, 2>} : (tensor<4x4x1xf32>) -> tensor<3x3x1xf32>
  return
}

// -----

func.func @pool_padding(%x: tensor<1x4x4x1xf32>) {
  // expected-error @+1 {{padding must be smaller than the kernel, or some windows are empty}}
  %0 = cnn.max_pool2d %x {kernel = array<i64: 2, 2>, padding = array<i64: 0, 2, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x5x3x1xf32>
  return
}

// -----

func.func @pool_window(%x: tensor<1x4x4x1xf32>) {
  // expected-error @+1 {{window of 5 x 1 does not fit into the padded image of 4 x 4}}
  %0 = cnn.max_pool2d %x {kernel = array<i64: 5, 1>} : (tensor<1x4x4x1xf32>) -> tensor<1x1x4x1xf32>
  return
}

// -----

func.func @pool_type(%x: tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>) {
  // expected-error @+1 {{keeps its input's element type}}
  %0 = cnn.max_pool2d %x {kernel = array<i64: 2, 2>} : (tensor<1x4x4x1x!quant.uniform<u8:f32, 0.5>>) -> tensor<1x3x3x1x!quant.uniform<u8:f32, 0.25>>
  return
}

// -----

func.func @avg_pool_counted(%x: tensor<1x4x4x1xf32>) {
  // expected-error @+1 {{counted_padding cannot exceed padding}}
  %0 = cnn.avg_pool2d %x {kernel = array<i64: 2, 2>, counted_padding = array<i64: 1, 0, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x3x3x1xf32>
  return
}

// -----

func.func @avg_pool_padding(%x: tensor<1x4x4x1xf32>) {
  // expected-error @+1 {{padding must be smaller than the kernel}}
  %0 = cnn.avg_pool2d %x {kernel = array<i64: 2, 2>, padding = array<i64: 0, 0, 2, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x3x5x1xf32>
  return
}

// -----

func.func @global_avg_pool_empty(%x: tensor<1x0x4x1xf32>) {
  // expected-error @+1 {{mean of an empty image}}
  %0 = cnn.global_avg_pool %x : (tensor<1x0x4x1xf32>) -> tensor<1x1x1x1xf32>
  return
}

// -----

func.func @global_avg_pool_dynamic(%x: tensor<1x?x4x1xf32>) {
  // expected-error @+1 {{input has a dynamic dimension 1}}
  %0 = cnn.global_avg_pool %x : (tensor<1x?x4x1xf32>) -> tensor<1x1x1x1xf32>
  return
}

// -----

func.func @sum_pool_zero_point(%x: tensor<1x4x4x1xui8>) {
  // expected-error @+1 {{zero_point -1 is not a code of 'ui8'}}
  %0 = cnn.sum_pool2d %x {kernel = array<i64: 2, 2>, zero_point = -1 : i32} : (tensor<1x4x4x1xui8>) -> tensor<1x3x3x1xi32>
  return
}

// -----

func.func @sum_pool_padding(%x: tensor<1x4x4x1xui8>) {
  // expected-error @+1 {{padding must be smaller than the kernel}}
  %0 = cnn.sum_pool2d %x {kernel = array<i64: 2, 2>, padding = array<i64: 2, 0, 0, 0>, zero_point = 1 : i32} : (tensor<1x4x4x1xui8>) -> tensor<1x5x3x1xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Several inputs
//===----------------------------------------------------------------------===//

func.func @add_rank(%x: tensor<1x4xf32>, %y: tensor<4xf32>) {
  // expected-error @+1 {{operands must have the same rank, but have 2 and 1}}
  %0 = cnn.add %x, %y : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @mul_sizes(%x: tensor<1x4xf32>, %y: tensor<1x3xf32>) {
  // expected-error @+1 {{dimension 1 is 4 on one side and 3 on the other}}
  %0 = cnn.mul %x, %y : (tensor<1x4xf32>, tensor<1x3xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @concat_nothing() {
  // expected-error @+1 {{needs at least one input}}
  %0 = cnn.concat {axis = 0 : i64} : () -> tensor<1xf32>
  return
}

// -----

func.func @concat_axis(%x: tensor<1x4xf32>) {
  // expected-error @+1 {{axis 2 is outside of rank 2}}
  %0 = cnn.concat %x, %x {axis = 2 : i64} : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @concat_ranks(%x: tensor<1x4xf32>, %y: tensor<4xf32>) {
  // expected-error @+1 {{inputs must have the same rank, but have 2 and 1}}
  %0 = cnn.concat %x, %y {axis = 0 : i64} : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @concat_sizes(%x: tensor<1x4xf32>, %y: tensor<1x3xf32>) {
  // expected-error @+1 {{dimension 1 is 4 in one input and 3 in another}}
  %0 = cnn.concat %x, %y {axis = 0 : i64} : (tensor<1x4xf32>, tensor<1x3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @concat_mixed(%x: tensor<1x4x!quant.uniform<u8:f32, 0.5>>, %y: tensor<1x4xf32>) {
  // expected-error @+1 {{mixes quantized and other inputs}}
  %0 = cnn.concat %x, %y {axis = 0 : i64} : (tensor<1x4x!quant.uniform<u8:f32, 0.5>>, tensor<1x4xf32>) -> tensor<2x4x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @concat_code_types(%x: tensor<1x4xui8>, %y: tensor<1x4xi8>) {
  // expected-error @+1 {{keeps its input's element type, but takes 'i8' and produces 'ui8'}}
  %0 = cnn.concat %x, %y {axis = 0 : i64} : (tensor<1x4xui8>, tensor<1x4xi8>) -> tensor<2x4xui8>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

func.func @flatten_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{input must have a batch dimension}}
  %0 = cnn.flatten %x : (tensor<f32>) -> tensor<1x1xf32>
  return
}

// -----

func.func @flatten_dynamic(%x: tensor<1x?x4xf32>) {
  // expected-error @+1 {{only the batch, dimension 0, may be dynamic, and the others must have a product below 2^63}}
  %0 = cnn.flatten %x : (tensor<1x?x4xf32>) -> tensor<1x?xf32>
  return
}

// -----

func.func @flatten_huge(%x: tensor<?x4611686018427387904x4xf32>) {
  // expected-error @+1 {{must have a product below 2^63}}
  %0 = cnn.flatten %x : (tensor<?x4611686018427387904x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @flatten_type(%x: tensor<1x2x2xui8>) {
  // expected-error @+1 {{keeps its input's element type}}
  %0 = cnn.flatten %x : (tensor<1x2x2xui8>) -> tensor<1x4xi8>
  return
}

// -----

func.func @reshape_batch(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{a dynamic batch must be dimension 0 of both types}}
  %0 = cnn.reshape %x : (tensor<?x4xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @reshape_dynamic(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{only the batch, dimension 0, may be dynamic}}
  %0 = cnn.reshape %x : (tensor<?x?xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @reshape_count(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{cannot reshape 4 elements into 6 for each image}}
  %0 = cnn.reshape %x : (tensor<?x4xf32>) -> tensor<?x2x3xf32>
  return
}

// -----

func.func @reshape_static_count(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{cannot reshape 8 elements into 6}}
  %0 = cnn.reshape %x : (tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @transpose_repeats(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{permutation must name each of 2 dimensions once}}
  %0 = cnn.transpose %x {permutation = array<i64: 0, 0>} : (tensor<2x4xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @transpose_short(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{permutation must name each of 2 dimensions once}}
  %0 = cnn.transpose %x {permutation = array<i64: 0>} : (tensor<2x4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @transpose_negative(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{permutation must name each of 2 dimensions once}}
  %0 = cnn.transpose %x {permutation = array<i64: 0, -1>} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @pad_count(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{low and high must have one element for each of 2 dimensions}}
  %0 = cnn.pad %x {low = array<i64: 0>, high = array<i64: 0, 1>, value = 0.0 : f32} : (tensor<2x4xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @pad_negative(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{padding of dimension 1 is negative}}
  %0 = cnn.pad %x {low = array<i64: 0, -1>, high = array<i64: 0, 1>, value = 0.0 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @pad_batch(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{the batch cannot be padded}}
  %0 = cnn.pad %x {low = array<i64: 1, 0>, high = array<i64: 0, 0>, value = 0.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @pad_overflow(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{padding of dimension 1 is too large}}
  %0 = cnn.pad %x {low = array<i64: 0, 9223372036854775807>, high = array<i64: 0, 1>, value = 0.0 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @pad_value_type(%x: tensor<2x4xui8>) {
  // expected-error @+1 {{value must be i32 for 'ui8'}}
  %0 = cnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 1>, value = 0.0 : f32} : (tensor<2x4xui8>) -> tensor<2x6xui8>
  return
}

// -----

func.func @pad_value_range(%x: tensor<2x4xui8>) {
  // expected-error @+1 {{value 300 is not a code of 'ui8'}}
  %0 = cnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 1>, value = 300 : i32} : (tensor<2x4xui8>) -> tensor<2x6xui8>
  return
}

// -----

//===----------------------------------------------------------------------===//
// batch_norm
//===----------------------------------------------------------------------===//

func.func @batch_norm_rank(%x: tensor<4xf32>, %c: tensor<4xf32>) {
  // expected-error @+1 {{input must have a batch and a channel dimension}}
  %0 = cnn.batch_norm %x, %c, %c, %c, %c {epsilon = 0.0 : f32} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @batch_norm_mean(%x: tensor<1x4xf32>, %c: tensor<4xf32>, %d: tensor<3xf32>) {
  // expected-error @+1 {{mean must be a tensor of 4 elements, but is 'tensor<3xf32>'}}
  %0 = cnn.batch_norm %x, %c, %c, %d, %c {epsilon = 0.0 : f32} : (tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @batch_norm_epsilon(%x: tensor<1x4xf32>, %c: tensor<4xf32>) {
  // expected-error @+1 {{epsilon must not be negative}}
  %0 = cnn.batch_norm %x, %c, %c, %c, %c {epsilon = -1.0 : f32} : (tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @batch_norm_epsilon_nan(%x: tensor<1x4xf32>, %c: tensor<4xf32>) {
  // expected-error @+1 {{epsilon must not be negative}}
  %0 = cnn.batch_norm %x, %c, %c, %c, %c {epsilon = 0x7FC00000 : f32} : (tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// constant
//===----------------------------------------------------------------------===//

func.func @constant_shape() {
  // expected-error @+1 {{value has type 'tensor<2xi8>', but the result is 'tensor<3x!quant.uniform<i8:f32, 5.000000e-01>>'}}
  %0 = cnn.constant dense<1> : tensor<2xi8> as tensor<3x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @constant_storage() {
  // expected-error @+1 {{value must have elements of 'ui8' for a result of '!quant.uniform<u8:f32, 5.000000e-01>', not of 'i8'}}
  %0 = cnn.constant dense<1> : tensor<2xi8> as tensor<2x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @constant_reinterpreted() {
  // expected-error @+1 {{value must have elements of 'f32' for a result of 'f32', not of 'i8'}}
  %0 = cnn.constant dense<1> : tensor<2xi8> as tensor<2xf32>
  return
}

// -----

func.func @constant_scales() {
  // expected-error @+1 {{has 2 scales for dimension 0}}
  %0 = cnn.constant dense<1> : tensor<3x2xi8> as tensor<3x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return
}

// -----

func.func @constant_axis() {
  // expected-error @+1 {{has 2 scales for dimension 2}}
  %0 = cnn.constant dense<1> : tensor<3x2xi8> as tensor<3x2x!quant.uniform<i8:f32:2, {0.5, 0.25}>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Between the levels
//===----------------------------------------------------------------------===//

func.func @quantize_to_float(%x: tensor<4xf32>) {
  // expected-error @+1 {{needs codes on one side, not 'f32'}}
  %0 = cnn.quantize %x : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @quantize_twice_said(%x: tensor<4xf32>) {
  // expected-error @+1 {{has attribute 'scale', but the type holds the parameters}}
  %0 = cnn.quantize %x {scale = 0.5 : f32} : (tensor<4xf32>) -> tensor<4x!quant.uniform<u8:f32, 0.5>>
  return
}

// -----

func.func @quantize_not_said(%x: tensor<4xf32>) {
  // expected-error @+1 {{needs attribute 'contract': the type holds no parameters}}
  %0 = cnn.quantize %x {scale = 0.5 : f32, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<4xf32>) -> tensor<4xui8>
  return
}

// -----

func.func @quantize_scale(%x: tensor<4xf32>) {
  // expected-error @+1 {{scale must be positive and finite}}
  %0 = cnn.quantize %x {scale = 0.0 : f32, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<onnx>} : (tensor<4xf32>) -> tensor<4xui8>
  return
}

// -----

func.func @quantize_zero_point(%x: tensor<4xf32>) {
  // expected-error @+1 {{zero_point 256 is not a code of 'ui8'}}
  %0 = cnn.quantize %x {scale = 0.5 : f32, zero_point = 256 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<onnx>} : (tensor<4xf32>) -> tensor<4xui8>
  return
}

// -----

func.func @quantize_max(%x: tensor<4xf32>) {
  // expected-error @+1 {{max 128 is not a code of 'i8'}}
  %0 = cnn.quantize %x {scale = 0.5 : f32, zero_point = 0 : i32, min = 0 : i32, max = 128 : i32, contract = #cnn.contract<onnx>} : (tensor<4xf32>) -> tensor<4xi8>
  return
}

// -----

func.func @quantize_order(%x: tensor<4xf32>) {
  // expected-error @+1 {{min 5 is above max -3}}
  %0 = cnn.quantize %x {scale = 0.5 : f32, zero_point = 0 : i32, min = 5 : i32, max = -3 : i32, contract = #cnn.contract<onnx>} : (tensor<4xf32>) -> tensor<4xi8>
  return
}

// -----

func.func @quantize_axis(%x: tensor<2xf32>) {
  // expected-error @+1 {{has 2 scales for dimension 3}}
  %0 = cnn.quantize %x : (tensor<2xf32>) -> tensor<2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>
  return
}

// -----

func.func @dequantize_float(%x: tensor<4xf32>) {
  // expected-error @+1 {{needs codes on one side, not 'f32'}}
  %0 = cnn.dequantize %x : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @dequantize_not_said(%x: tensor<4xui8>) {
  // expected-error @+1 {{needs attribute 'zero_point': the type holds no parameters}}
  %0 = cnn.dequantize %x {scale = 0.5 : f32} : (tensor<4xui8>) -> tensor<4xf32>
  return
}

// -----

func.func @dequantize_scale(%x: tensor<4xui8>) {
  // expected-error @+1 {{scale must be positive and finite}}
  %0 = cnn.dequantize %x {scale = 0x7F800000 : f32, zero_point = 0 : i32} : (tensor<4xui8>) -> tensor<4xf32>
  return
}

// -----

func.func @dequantize_scales(%x: tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error @+1 {{has 2 scales for dimension 0}}
  %0 = cnn.dequantize %x : (tensor<3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) -> tensor<3xf32>
  return
}

// -----

func.func @requantize_multipliers(%x: tensor<1x2x2x3xi32>, %m: tensor<2xf32>) {
  // expected-error @+1 {{multipliers of type 'tensor<2xf32>' do not repeat along 'tensor<1x2x2x3xi32>'}}
  %0 = cnn.requantize %x, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<1x2x2x3xi32>, tensor<2xf32>) -> tensor<1x2x2x3xui8>
  return
}

// -----

func.func @requantize_multipliers_rank(%x: tensor<1x3xi32>, %m: tensor<1x1x3xf32>) {
  // expected-error @+1 {{do not repeat along 'tensor<1x3xi32>'}}
  %0 = cnn.requantize %x, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<1x3xi32>, tensor<1x1x3xf32>) -> tensor<1x3xui8>
  return
}

// -----

func.func @requantize_bias(%x: tensor<1x3xi32>, %m: tensor<3xf32>, %b: tensor<1xf32>) {
  // expected-error @+1 {{bias must be a tensor of 3 elements, but is 'tensor<1xf32>'}}
  %0 = cnn.requantize %x, %m, %b {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<1x3xi32>, tensor<3xf32>, tensor<1xf32>) -> tensor<1x3xui8>
  return
}

// -----

func.func @requantize_zero_point(%x: tensor<1x3xi32>, %m: tensor<3xf32>) {
  // expected-error @+1 {{zero_point -1 is not a code of 'ui8'}}
  %0 = cnn.requantize %x, %m {zero_point = -1 : i32, min = 0 : i32, max = 255 : i32} : (tensor<1x3xi32>, tensor<3xf32>) -> tensor<1x3xui8>
  return
}

// -----

func.func @requantize_order(%x: tensor<1x3xi32>, %m: tensor<3xf32>) {
  // expected-error @+1 {{min 7 is above max -7}}
  %0 = cnn.requantize %x, %m {zero_point = 0 : i32, min = 7 : i32, max = -7 : i32} : (tensor<1x3xi32>, tensor<3xf32>) -> tensor<1x3xi8>
  return
}

// -----

func.func @lookup_size(%x: tensor<1x3xui8>, %t: tensor<128xui8>) {
  // expected-error @+1 {{table must be a tensor of 256 elements, but is 'tensor<128xui8>'}}
  %0 = cnn.lookup %x, %t : (tensor<1x3xui8>, tensor<128xui8>) -> tensor<1x3xui8>
  return
}

// -----

func.func @lookup_type(%x: tensor<1x3xui8>, %t: tensor<256xui8>) {
  // expected-error @+1 {{produces elements of its table, 'ui8', not 'i8'}}
  %0 = cnn.lookup %x, %t : (tensor<1x3xui8>, tensor<256xui8>) -> tensor<1x3xi8>
  return
}

// -----

func.func @concat_overflow(%x: tensor<9223372036854775807x1xf32>) {
  // expected-error @+1 {{the sum of the sizes along axis 0}}
  %0 = cnn.concat %x, %x {axis = 0 : i64} : (tensor<9223372036854775807x1xf32>, tensor<9223372036854775807x1xf32>) -> tensor<1x1xf32>
  return
}
