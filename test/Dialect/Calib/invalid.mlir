// RUN: qcc-opt %s -split-input-file -verify-diagnostics

func.func @name(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{needs a name: calibration tables are keyed by it}}
  %0 = calib.observe %x {name = "", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<?x2xf32>
  return
}

// -----

func.func @range(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{code range [-1, 255] is not a range within 'ui8'}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8, min = -1 : i64, max = 255 : i64} : tensor<?x2xf32>
  return
}

// -----

func.func @range_above(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{code range [-128, 128] is not a range within 'si8'}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = si8, min = -128 : i64, max = 128 : i64} : tensor<?x2xf32>
  return
}

// -----

func.func @range_empty(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{code range [7, 7] is not a range within 'ui8'}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8, min = 7 : i64, max = 7 : i64} : tensor<?x2xf32>
  return
}

// -----

func.func @no_axis(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{a per-channel observer needs an axis}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<per_channel_min_max>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<?x2xf32>
  return
}

// -----

func.func @axis_of_tensor(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{only a per-channel observer has an axis}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<histogram>, axis = 0 : i64, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<?x2xf32>
  return
}

// -----

func.func @axis_outside(%x: tensor<2x2xf32>) {
  // expected-error @+1 {{axis 2 is outside of rank 2}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<per_channel_min_max>, axis = 2 : i64, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<2x2xf32>
  return
}

// -----

func.func @axis_negative(%x: tensor<2x2xf32>) {
  // expected-error @+1 {{axis -1 is outside of rank 2}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<per_channel_min_max>, axis = -1 : i64, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<2x2xf32>
  return
}

// -----

func.func @params(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{params must be a uniform quantized type, not 'f32'}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64, params = f32} : tensor<?x2xf32>
  return
}

// -----

func.func @storage(%x: tensor<?x2xf32>) {
  // expected-error @+1 {{attribute 'storage' failed to satisfy constraint}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = i8, min = 0 : i64, max = 127 : i64} : tensor<?x2xf32>
  return
}

// -----

func.func @quantized(%x: tensor<?x2xui8>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 32-bit float values}}
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<?x2xui8>
  return
}
