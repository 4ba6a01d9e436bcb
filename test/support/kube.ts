import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, makeAuthority } from './certificates.ts';
import {
  type Cluster,
  type ClusterSetup,
  type Forwarding,
  kubectlThatForwards,
  startCluster,
} from './cluster.ts';
import { type Ran, ran, testDeps } from './deps.ts';

/** A cluster, a kubectl that reaches it, and a folder for what a test writes. */
export interface Kube extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly directory: string;
  readonly env: Record<string, string>;
  /** The ids of the forwards that were started, in order. */
  readonly forwards: () => number[];
  readonly run: (argv: readonly string[]) => Promise<Ran>;
}

/** One authority for all clusters of a test file: making it takes a while. */
let authority: Authority | undefined;

export function disposeAuthority(): void {
  authority?.[Symbol.dispose]();
  authority = undefined;
}

/** @param services `namespace/name:port` to the address behind it; a port-forward leads to the first */
export async function startKube(
  services: Readonly<Record<string, string>>,
  { forwarding, ...setup }: ClusterSetup & { readonly forwarding?: Forwarding } = {},
): Promise<Kube> {
  authority ??= makeAuthority();
  const cluster = await startCluster(authority, new Map(Object.entries(services)), setup);
  const directory = mkdtempSync(join(tmpdir(), 'kc-etl-kube-'));
  const target = Object.values(services)[0] ?? 'http://127.0.0.1:1';
  const { path, pid } = kubectlThatForwards(directory, target, forwarding);
  const env = { PATH: path, HOME: directory, KUBECONFIG: cluster.kubeconfig };
  return {
    cluster,
    directory,
    env,
    forwards: () =>
      existsSync(pid) ? readFileSync(pid, 'utf8').trim().split('\n').map(Number) : [],
    run: (argv) => ran(argv, testDeps({ env })),
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Whether a process exists. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
