// A real server, its Envoys and an upstream, which end with the test.
import { spawn, execFileSync } from "node:child_process";
import { mkdtemp, rename, rm, writeFile, readFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
export const binary = path.join(root, "bin/xds-server");

// eventually waits until check returns something, and says what it waited for if it never does.
export async function eventually(what, check, patience = 60_000) {
  let last;
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    try {
      const found = await check();
      if (found) return found;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`not within ${patience} ms: ${what}`, { cause: last });
}

export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export class Stack {
  envoys = new Map();
  flags = [];

  static async start(t, flags = []) {
    const stack = new Stack();
    stack.flags = flags;
    stack.dir = await mkdtemp(path.join(tmpdir(), "livefilter-page-"));
    t.after(() => stack.end());
    stack.port = await freePort();
    stack.xds = await freePort();
    stack.admin = await freePort();
    // What it answers is in the path, but for keys that are worn out.
    stack.upstream = http.createServer((request, response) => {
      response.statusCode = request.headers["x-api-key"]?.startsWith("old") ? 429 : Number(request.url.slice(1)) || 200;
      response.end();
    }).listen(0, "127.0.0.1");
    await new Promise((done) => stack.upstream.once("listening", done));
    await stack.save(stack.config());
    await stack.startServer();
    return stack;
  }

  get url() { return `http://127.0.0.1:${this.admin}/`; }

  // config is the file with these filters.
  config(filters = `  - name: keys
    match: {path: /api/*}
    retry: {on: [429], tries: 3}
    headers:
      - name: X-Api-Key
        values: [{value: old-1, as: team-a}, {value: new-1, as: team-b}, {value: new-2, as: team-c, weight: 3}]
        evict: {on: [429], for: 5m}
  - name: user-agents
    headers: [{name: User-Agent, values: [hello, world]}]
  - name: tidy
    mutate: {response: {default: {X-Frame-Options: DENY}}}`) {
    return `listener: {address: 127.0.0.1, port: ${this.port}}
filters:
${filters}
upstreams:
  - {name: api, host: 127.0.0.1, port: ${this.upstream.address().port}}
`;
  }

  async save(text) {
    await writeFile(path.join(this.dir, "next"), text);
    await rename(path.join(this.dir, "next"), path.join(this.dir, "livefilter.yaml"));
  }

  async startServer() {
    this.server = this.run(binary, ["serve", "--config", "livefilter.yaml", "--xds-address", `127.0.0.1:${this.xds}`,
      "--admin-address", `127.0.0.1:${this.admin}`, ...this.flags]);
    await eventually("the server answers", () => fetch(this.url + "healthz").then((r) => r.ok));
  }

  async startEnvoy(id) {
    let bootstrap = execFileSync(binary, ["bootstrap", "--server", `127.0.0.1:${this.xds}`, "--node-id", id, "--admin-port", "0"], { encoding: "utf8" });
    bootstrap = bootstrap.replace("\nstats_flush_interval: 10s\n", "\nstats_flush_interval: 1s\n");
    const file = path.join(this.dir, id + ".yaml");
    await writeFile(file, bootstrap);
    this.envoys.set(id, this.run(process.env.ENVOY, ["--config-path", file, "--use-dynamic-base-id", "--concurrency", "1"]));
  }

  run(command, args) {
    const child = spawn(command, args, { cwd: this.dir, stdio: ["ignore", "ignore", "pipe"] });
    child.log = "";
    child.stderr.on("data", (text) => (child.log = (child.log + text).slice(-20_000)));
    child.ended = new Promise((done) => child.once("exit", done));
    return child;
  }

  async stop(child) {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await child.ended;
    clearTimeout(timer);
  }

  // send has requests answered through the Envoys' port.
  async send(n, path = "/api/x") {
    for (let i = 0; i < n; i++) await fetch(`http://127.0.0.1:${this.port}${path}`).then((r) => r.text());
  }

  status() { return fetch(this.url + "status").then((r) => r.json()); }

  async end() {
    await Promise.all([...this.envoys.values(), this.server].filter(Boolean).map((child) => this.stop(child)));
    this.upstream?.closeAllConnections();
    this.upstream?.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
