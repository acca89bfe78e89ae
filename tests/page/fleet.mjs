// Simulated Envoys: each has a connection of its own and takes one filter (ECDS), as in a sidecar. Every tenth refuses
// what is new from then on when it is told to.
import http2 from "node:http2";

const filterType = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";

const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)]);
const bytes = (number, value) => {
  const data = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(data.length)]), data]);
};
const int = (number, n) => Buffer.from([...varint(number << 3), ...varint(n)]);

// field is the value of a field with a length at the top level of a message.
function field(message, wanted) {
  let at = 0;
  const read = () => {
    let n = 0;
    for (let shift = 0; ; shift += 7) {
      const b = message[at++];
      n += (b & 127) * 2 ** shift;
      if (b < 128) return n;
    }
  };
  while (at < message.length) {
    const tag = read();
    if ((tag & 7) !== 2) { read(); continue; }
    const length = read();
    if (tag >> 3 === wanted) return message.subarray(at, at + length);
    at += length;
  }
  return Buffer.alloc(0);
}

export class Fleet {
  sessions = [];
  refuses = false;

  // connect adds n of them that take the filter.
  async connect(port, n, filter) {
    for (let i = 0; i < n; i++) {
      const session = http2.connect(`http://127.0.0.1:${port}`);
      session.on("error", () => {});
      this.sessions.push(session);
      const stream = session.request({
        ":method": "POST", ":path": "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
        "content-type": "application/grpc", te: "trailers",
      });
      const send = (...fields) => {
        const message = Buffer.concat(fields);
        const head = Buffer.alloc(5);
        head.writeUInt32BE(message.length, 1);
        stream.write(Buffer.concat([head, message]));
      };
      const version = bytes(7, Buffer.concat([bytes(1, Buffer.concat([int(1, 1), int(2, 40)]))])); // user_agent_build_version
      const node = Buffer.concat([bytes(1, `edge-${String(i).padStart(3, "0")}`), bytes(2, "edge"), bytes(6, "envoy"), version]);
      let pending = Buffer.alloc(0);
      stream.on("error", () => {});
      stream.on("data", (data) => {
        pending = Buffer.concat([pending, data]);
        while (pending.length >= 5 && pending.length >= 5 + pending.readUInt32BE(1)) {
          const end = 5 + pending.readUInt32BE(1);
          const message = pending.subarray(5, end);
          pending = pending.subarray(end);
          const answer = [bytes(2, filterType), bytes(6, field(message, 5))];
          if (this.refuses && i % 10 === 7) answer.push(bytes(7, Buffer.concat([int(1, 13), bytes(2, "Unable to create Wasm plugin user-agents")])));
          send(...answer);
        }
      });
      send(bytes(1, node), bytes(2, filterType), bytes(3, filter));
    }
  }

  close() { for (const session of this.sessions) session.destroy(); }
}
