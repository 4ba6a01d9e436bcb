import { expect, test } from 'vitest';
import type { ProductVariantName } from '../../../src/demo/variants.ts';
import { minute } from '../../../src/time.ts';
import { audited, day, isOf, recorded, replay, sendWhole } from '../../support/recorded-audit.ts';

/** What is read and changed of an allocation. */
interface Row {
  start: string;
  end: string;
  minutes: number;
  totalCost: number;
}

const last = `${day}T11:00:00Z`;

/** The same rows of containers, where those of a cluster end at 11:00. */
function withoutAfternoon(body: string, cluster: string): string {
  const answer = JSON.parse(body);
  const sets = Array.isArray(answer.data) ? answer.data : answer.data.sets;
  for (const set of sets) {
    const rows: Record<string, Row> = set.allocations ?? set;
    for (const [name, row] of Object.entries(rows)) {
      if (!name.startsWith(`${cluster}/`) || name.includes('__')) continue;
      if (row.start >= last) delete rows[name];
      else if (row.end > last) {
        row.end = last;
        row.minutes = (Date.parse(last) - Date.parse(row.start)) / minute;
      }
    }
  }
  return JSON.stringify(answer);
}

test.each<ProductVariantName>(['kubecost-3', 'opencost'])(
  '%s: workloads of a cluster that all stop while its nodes run on are a warning',
  async (as) => {
    const recording = await recorded(as);
    await using server = await replay(recording, (answer, request, response) => {
      const isChanged = request.path.includes('/allocation') && isOf(day, request);
      const body =
        isChanged && answer.status === 200
          ? withoutAfternoon(answer.body, 'cluster-one')
          : answer.body;
      sendWhole({ ...answer, body }, request, response);
    });
    const { report } = await audited(server.url, '--type', 'CheckMissingWindow');
    expect(report?.audits.map(({ status }) => status)).toEqual(['Passed', 'Warning', 'Passed']);
    expect(report?.audits[1]?.differences).toMatchObject([
      { expected: 1440, actual: 660, causes: [{ code: 'partial-day' }] },
    ]);
    expect(report?.findings).toMatchObject([
      {
        code: 'partial-day',
        variant: 'workloads',
        severity: 'warning',
        title: expect.stringMatching(
          /^All workloads of cluster-one were recorded for 11 of 24 hours on 2026-03-07/,
        ),
      },
    ]);
  },
);
