import { expect, test } from 'vitest';
import { notesOf } from '../../../src/output/findings/notes.ts';
import { audit, january, reportOf } from '../../support/audits.ts';

const remark = (cluster: string, amount: string) =>
  `${cluster}: ${amount} of network has no bill yet`;

test('one remark about many days and clusters is one line, with the sum of a day', () => {
  const audits = [1, 2, 3].map((date) =>
    audit({
      window: january(date),
      description: `${remark('one', `${date}.25`)}; ${remark('two', '0.50')}; nothing else`,
    }),
  );
  expect(notesOf(reportOf(audits))[0]).toEqual({
    title: 'remarks (3)',
    texts: [
      '2 clusters: 3.75 of network has no bill yet; nothing else: AuditClusterEquality of 3 windows, amounts of 2023-01-03',
    ],
  });
});

test('remarks that say other things stay apart', () => {
  const audits = [
    audit({ window: january(1), description: remark('one', '1.25') }),
    audit({ window: january(2), description: remark('two', '1.25') }),
    audit({ window: january(3), description: 'one: 2 billed resources have no asset' }),
  ];
  expect(notesOf(reportOf(audits))[0]?.texts).toHaveLength(3);
});

test.each([
  ['server', 1],
  ['local', 0],
] as const)(
  'a report without findings says what audits of the %s engine do not see',
  (engine, lines) => {
    const notes = notesOf({ ...reportOf([audit({ description: '' })]), engine });
    expect(notes.filter(({ title }) => title === 'not checked')).toHaveLength(lines);
    if (lines > 0) expect(notes[0]?.texts[0]).toContain('kc-etl audit run --engine local');
  },
);
