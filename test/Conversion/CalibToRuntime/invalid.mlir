// RUN: qcc-opt %s -convert-calib-to-runtime -split-input-file -verify-diagnostics

// expected-error @below {{the name 'qcc_calib_observe' is taken: it is the calibration runtime's; was the module converted before?}}
func.func private @qcc_calib_observe()

func.func @main(%x: tensor<4xf32>) {
  %0 = calib.observe %x {name = "a", observer = #calib.observer<min_max>, storage = ui8,
                         min = 0 : i64, max = 255 : i64} : tensor<4xf32>
  return
}

// -----

// The names are free for others where nothing is observed.
func.func private @qcc_calib_observe()
