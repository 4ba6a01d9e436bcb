import { describe, expect, test } from 'vitest';
import { ran } from '../../../support/deps.ts';
import { reply, serve } from '../../../support/server.ts';

const service = '/api/v1/namespaces/kubecost/services/kubecost-cost-analyzer:9090/proxy';

function status(code: number, message: string): string {
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message });
}

const commands = [
  ['events', '--window', '7d'],
  ['events', 'coverage', '--window', '7d'],
  ['audit', 'list'],
  ['audit', 'run', '--window', '7d', '--engine', 'local'],
  ['audit', 'run', '--window', '7d'],
  ['reconciliation', '--window', '7d'],
  ['doctor'],
  ['api', '/allocation?window=1d'],
];

const answers = [
  {
    code: 401,
    body: status(401, 'Unauthorized'),
    exit: 4,
    hint: 'kubectl get namespaces',
  },
  {
    code: 403,
    body: status(
      403,
      'services "kubecost-cost-analyzer:9090" is forbidden: User "ann" cannot get resource "services/proxy" in API group "" in the namespace "kubecost"',
    ),
    exit: 4,
    hint: 'kubectl auth can-i get services --subresource=proxy -n kubecost',
  },
  {
    code: 404,
    body: status(404, 'services "kubecost-cost-analyzer" not found'),
    exit: 3,
    hint: 'kubectl get services -n kubecost',
  },
  {
    code: 500,
    body: status(500, 'an error on the server has prevented the request from succeeding'),
    exit: 3,
    hint: 'kubectl get namespaces',
  },
  {
    code: 503,
    body: status(503, 'no endpoints available for service "kubecost-cost-analyzer:9090"'),
    exit: 3,
    hint: 'kubectl get pods -n kubecost',
  },
  {
    code: 502,
    body: "Error trying to reach service: 'dial tcp 10.1.2.3:9090: connect: connection refused'",
    exit: 3,
    hint: 'kubectl get services -n kubecost',
  },
];

describe.each(commands.map((argv) => ({ argv, name: argv.join(' ') })))('$name', ({ argv }) => {
  test.each(answers)(
    'an answer $code of the API server is not one of Kubecost',
    async ({ code, body, exit, hint }) => {
      await using server = await serve({ '*': reply(body, 'application/json', code) });
      const result = await ran([...argv, '--url', `${server.url}${service}`, '--retries', '0']);
      expect(result.code).toBe(exit);
      const said = `${result.stdout}${result.stderr}`;
      expect(said).toContain(hint);
      expect(said).not.toMatch(/KC_ETL_TOKEN|no event log|keeps no|does not exist there/);
      expect(server.requests.length).toBeLessThan(12);
    },
  );
});

test('a Kubecost that mentions a Status is read as a Kubecost', async () => {
  const body = JSON.stringify({ code: 404, message: 'kind: "Status" is no known kind' });
  await using server = await serve({ '*': reply(body, 'application/json', 404) });
  const { stderr } = await ran(['events', '--url', server.url]);
  expect(stderr).not.toContain('Kubernetes');
});
