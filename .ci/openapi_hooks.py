"""What schemathesis has to be told of our API: an upload's bytes are sent as they are."""
import json

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def offset_stream(ctx, value):
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    data = getattr(value, "data", None)
    return data if isinstance(data, bytes) else json.dumps(value).encode()
