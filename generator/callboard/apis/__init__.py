"""API definitions -> operations, channels, types: OpenAPI, AsyncAPI, GraphQL, protobuf."""

from callboard.apis.describe import describe, describe_apis, judge

__all__ = ["describe", "describe_apis", "judge"]
