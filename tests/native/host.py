"""A host of ONNX Runtime in Python: runs a model with the sparse execution provider and prints every float of its output.

    python3 host.py PROVIDER_LIBRARY MODEL

The model has one input, float [1, 3, 8, 8], called x, and an output y.
"""
import sys

import numpy
import onnxruntime

library, model = sys.argv[1:]
onnxruntime.register_execution_provider_library("sparse", library)
devices = [d for d in onnxruntime.get_ep_devices() if d.ep_name == "PruneSharpSparse"]
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
options.add_provider_for_devices(devices, {"claim": "estimated"})
session = onnxruntime.InferenceSession(model, sess_options=options)
x = (numpy.arange(3 * 8 * 8) * 7919 % 1000 / 500 - 1).astype(numpy.float32).reshape(1, 3, 8, 8)
for number in session.run(["y"], {"x": x})[0].ravel():
    print(f"{number:.9g}")
