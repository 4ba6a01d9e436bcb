import { UsageError } from '../../errors.ts';

/** Whether an address is on this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/i.test(
    hostname,
  );
}

/**
 * Whether a name is that of a service in the cluster: `*.svc` anywhere, since no other name ends so;
 * `kubecost-cost-analyzer` and `opencost.opencost` only in a pod, where the cluster's DNS answers.
 */
function isClusterService(hostname: string, inPod: boolean): boolean {
  if (/\.svc(\.cluster\.local)?\.?$/i.test(hostname)) return true;
  return inPod && /^[a-z]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)?$/i.test(hostname);
}

/**
 * Credentials in plain HTTP can be read by everyone on the way.
 *
 * @param base the address they would go to
 * @param inPod whether kc-etl itself runs in the cluster
 * @throws UsageError where they would leave this machine unencrypted
 */
export function assertUnexposed(base: string, inPod: boolean): void {
  const { protocol, hostname, host } = new URL(base);
  if (protocol === 'https:' || isLoopback(hostname) || isClusterService(hostname, inPod)) return;
  throw new UsageError(
    `http://${host} is not encrypted: kc-etl does not send credentials there`,
    `use https://, a port-forward or --kube; or accept that others can read them: --allow-insecure-auth`,
  );
}
