"""The values that flow through the pipeline, and every path of the portal. No I/O."""
