import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Authority } from './certificates.ts';
import { program } from './installed.ts';

/** A small API server over TLS: it checks the token, lists services and proxies to one of them. */
export interface Cluster extends AsyncDisposable {
  readonly kubeconfig: string;
  /** `METHOD path` and the headers of every request. */
  readonly requests: { readonly line: string; readonly headers: NodeJS.Dict<string | string[]> }[];
}

export const clusterToken = 'cluster-token-of-ann-0123456789';

const proxied = /^\/api\/v1\/namespaces\/([^/]+)\/services\/([^/:]+):(\d+)\/proxy(\/.*)$/;

/** What kubectl asks before it knows the kinds of objects. */
const discoveries: Readonly<Record<string, object>> = {
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      ['namespaces', 'Namespace', false] as const,
      ['services', 'Service', true] as const,
      ['pods', 'Pod', true] as const,
    ].map(([name, kind, namespaced]) => ({
      ...{ name, kind, namespaced, singularName: kind.toLowerCase() },
      verbs: ['get', 'list', 'watch'],
    })),
  },
};

const runningPod = {
  metadata: { name: 'cost-analyzer-0', namespace: 'kubecost' },
  spec: { containers: [{ name: 'cost-model', ports: [{ containerPort: 9090 }] }] },
  status: { phase: 'Running' },
};

/** What else a cluster of tests is made with. */
export interface ClusterSetup {
  /** Namespaces whose services may not be listed; `*`: nor those of the whole cluster. */
  readonly forbidden?: readonly string[];
  /** Users beside ann and the stranger, each with a context of its own: as a kubeconfig has them. */
  readonly users?: readonly { readonly name: string; readonly user: object }[];
  /** Every service has a running pod, to which nobody may forward. */
  readonly hasPods?: boolean;
  /** The namespace of every context. */
  readonly namespace?: string;
}

/**
 * @param services `namespace/name:port` to the address behind it
 */
export async function startCluster(
  authority: Authority,
  services: ReadonlyMap<string, string>,
  { forbidden = [], users = [], namespace: ownNamespace, hasPods = false }: ClusterSetup = {},
): Promise<Cluster> {
  const requests: Cluster['requests'] = [];
  const { cert, key } = authority.issue('api', ['IP:127.0.0.1', 'DNS:localhost']);
  const server = createServer(
    { cert: readFileSync(cert), key: readFileSync(key) },
    (incoming, response) => {
      const path = incoming.url ?? '';
      requests.push({ line: `${incoming.method} ${path}`, headers: incoming.headers });
      const status = (code: number, message: string) =>
        response.writeHead(code, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            kind: 'Status',
            apiVersion: 'v1',
            status: 'Failure',
            code,
            message,
            reason: message,
          }),
        );
      if (incoming.headers.authorization !== `Bearer ${clusterToken}`) {
        status(401, 'Unauthorized');
        return;
      }
      const [, namespace, name, port, rest] = proxied.exec(path) ?? [];
      if (namespace !== undefined) {
        const behind = services.get(`${namespace}/${name}:${port}`);
        if (behind === undefined) {
          status(404, `services "${name}" not found`);
          return;
        }
        const { authorization: _, host: __, ...headers } = incoming.headers;
        const forwarded = request(
          `${behind}${rest}`,
          { method: incoming.method, headers },
          (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
          },
        );
        forwarded.on('error', () => status(503, 'no endpoints available for service'));
        incoming.pipe(forwarded);
        return;
      }
      if (/^\/api\/v1\/namespaces(\?|$)/.test(path)) {
        const names = new Set([...services.keys()].map((text) => text.split('/')[0]));
        const items = [...names].map((name) => ({ metadata: { name } }));
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ kind: 'NamespaceList', apiVersion: 'v1', items }));
        return;
      }
      if (path.startsWith('/api?') || path === '/api') {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ kind: 'APIVersions', versions: ['v1'] }));
        return;
      }
      const discovery = discoveries[path.replace(/\?.*/, '')];
      if (discovery) {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(discovery));
        return;
      }
      const one = /^\/api\/v1\/namespaces\/([^/]+)\/services\/([^/?]+)$/.exec(path);
      const known = [...services.keys()].find((text) =>
        text.startsWith(`${one?.[1]}/${one?.[2]}:`),
      );
      if (one && known !== undefined) {
        const [, number] = known.split(':');
        response.writeHead(200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            kind: 'Service',
            apiVersion: 'v1',
            metadata: { name: one[2], namespace: one[1] },
            spec: { ports: [{ port: Number(number) }], selector: { app: 'cost-analyzer' } },
          }),
        );
        return;
      }
      if (/^\/api\/v1\/namespaces\/[^/]+\/pods\?/.test(path)) {
        response.writeHead(200, { 'content-type': 'application/json' });
        if (path.includes('watch=')) response.flushHeaders();
        else {
          const meta = { resourceVersion: '1' };
          response.end(
            JSON.stringify({
              kind: 'PodList',
              apiVersion: 'v1',
              metadata: meta,
              items: hasPods ? [runningPod] : [],
            }),
          );
        }
        return;
      }
      if (hasPods && path.endsWith('/pods/cost-analyzer-0')) {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ kind: 'Pod', apiVersion: 'v1', ...runningPod }));
        return;
      }
      if (path.endsWith('/portforward')) {
        const who = 'pods "cost-analyzer-0" is forbidden: User "ann" cannot create resource';
        status(403, `${who} "pods/portforward" in API group "" in the namespace "kubecost"`);
        return;
      }
      const list = /^\/api\/v1(?:\/namespaces\/([^/]+))?\/services$/.exec(path);
      if (!list) {
        status(404, 'the server could not find the requested resource');
        return;
      }
      if (forbidden.includes(list[1] ?? '*')) {
        const where = list[1] ? `in the namespace "${list[1]}"` : 'at the cluster scope';
        const who = 'services is forbidden: User "ann" cannot list resource "services"';
        status(403, `${who} in API group "" ${where}`);
        return;
      }
      const items = [...services.keys()].flatMap((text) => {
        const [, at, service, number] = /^(.*)\/(.*):(\d+)$/.exec(text) ?? [];
        return list[1] === undefined || list[1] === at
          ? [
              {
                metadata: { name: service, namespace: at },
                spec: { ports: [{ port: Number(number) }] },
              },
            ]
          : [];
      });
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ kind: 'ServiceList', apiVersion: 'v1', items }));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  const kubeconfig = join(authority.directory, `kubeconfig-${port}`);
  const user = (name: string, token: string) => ({ name, user: { token } });
  const context = ({ name }: { readonly name: string }) => ({
    name,
    context: { cluster: 'tests', user: name, namespace: ownNamespace },
  });
  const all = [user('ann', clusterToken), user('stranger', 'no-token-of-this-cluster'), ...users];
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'ann',
      clusters: [
        {
          name: 'tests',
          cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': authority.ca },
        },
      ],
      users: all,
      contexts: all.map(context),
    }),
  );
  return {
    kubeconfig,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How a kubectl of tests forwards a port. */
export interface Forwarding {
  /** It waits for the forward as its child, as a wrapper script does that forgets `exec`. */
  readonly isWrapped?: boolean;
  /** It ends, as kubectl does where the pod goes away, once so many connections were made. */
  readonly connections?: number;
  /** Only the first forward ends so. */
  readonly recovers?: boolean;
  /** No other can be started after the first. */
  readonly isLast?: boolean;
  /** What it prints on stderr for each connection, which it then closes. */
  readonly refusal?: string;
}

/**
 * A folder to put in front of the PATH: its kubectl forwards a port by itself, since that needs a
 * kubelet, and leaves everything else to the real one. Its process adds its id to `pid`, a line each.
 */
export function kubectlThatForwards(
  directory: string,
  target: string,
  { isWrapped, connections = Number.MAX_SAFE_INTEGER, recovers, isLast, refusal }: Forwarding = {},
): { path: string; pid: string } {
  const pid = join(directory, 'forward.pid');
  const { hostname, port } = new URL(target);
  const forwarder = join(directory, 'forward.mjs');
  writeFileSync(
    forwarder,
    `import { connect, createServer } from 'node:net';
import { appendFileSync, existsSync } from 'node:fs';
let left = ${recovers ? `existsSync(${JSON.stringify(pid)}) ? Infinity : ${connections}` : connections};
${isLast ? `if (existsSync(${JSON.stringify(pid)})) { console.error('Error from server (NotFound): pods "kubecost-cost-analyzer-0" not found'); process.exit(1); }` : ''}
appendFileSync(${JSON.stringify(pid)}, process.pid + '\\n');
const server = createServer((socket) => {
  ${refusal === undefined ? '' : `console.error(${JSON.stringify(refusal)}); socket.destroy(); return;`}
  if (--left < 0) { console.error('error: lost connection to pod'); process.exit(1); }
  const other = connect(${port}, ${JSON.stringify(hostname)});
  for (const end of [socket, other]) end.on('error', () => { socket.destroy(); other.destroy(); });
  socket.pipe(other).pipe(socket);
});
server.listen(0, '127.0.0.1', () =>
  console.log(\`Forwarding from 127.0.0.1:\${server.address().port} -> 9090\`));
`,
  );
  const script = join(directory, 'kubectl');
  writeFileSync(
    script,
    `#!/bin/sh
for word; do
  [ "$word" = port-forward ] && ${isWrapped ? `{ '${process.execPath}' '${forwarder}'; exit; }` : `exec '${process.execPath}' '${forwarder}'`}
done
exec '${program('kubectl')}' "$@"
`,
  );
  chmodSync(script, 0o755);
  return { path: `${directory}:${process.env['PATH'] ?? ''}`, pid };
}
