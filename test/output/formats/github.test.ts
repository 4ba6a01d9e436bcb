import { expect, test } from 'vitest';
import { escapeData, escapeProperty } from '../../../src/output/formats/github.ts';
import { audit, failed, hostileReport, january, rendered, reportOf } from '../../support/audits.ts';

/** As the runner's own parser reads a command: properties first, then the message. */
function parseCommands(text: string) {
  const unescapeData = (data: string) =>
    data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.startsWith('::'))
    .map((line) => {
      const [, name, title, message] = /^::(\w+) title=([^,]*?)::(.*)$/.exec(line) ?? [];
      const property = (title ?? '').replaceAll('%3A', ':').replaceAll('%2C', ',');
      return { name, title: unescapeData(property), message: unescapeData(message ?? '') };
    });
}

test('every character of a message and of a property, one by one', () => {
  const data = new Map([
    ['%', '%25'],
    ['\r', '%0D'],
    ['\n', '%0A'],
  ]);
  const property = new Map([...data, [':', '%3A'], [',', '%2C']]);
  for (let code = 0; code < 0x300; code++) {
    const character = String.fromCharCode(code);
    expect(escapeData(character)).toBe(data.get(character) ?? character);
    expect(escapeProperty(character)).toBe(property.get(character) ?? character);
  }
  expect(escapeData('%0A')).toBe('%250A');
  expect(escapeProperty('100%, a:b\r\n')).toBe('100%25%2C a%3Ab%0D%0A');
});

test('worst first, and what it found', async () => {
  const text = await rendered(
    reportOf([
      audit({ status: 'Warning', missing: [{ key: ['node-3'], description: 'no asset' }] }),
      failed([[['small'], 1, 1.5]], { window: january(15) }),
      failed([[['large'], 10, 20]], { window: january(16) }),
      audit({ status: 'Skipped', description: 'no answer', window: january(17) }),
      audit({ status: 'NotRun', window: january(18) }),
    ]),
    'github',
  );
  expect(text.split('\n')[0]).toBe('5 audits: 2 failed, 1 warning, 1 skipped, 1 not run, 0 passed');
  expect(parseCommands(text)).toEqual([
    {
      name: 'error',
      title: 'AuditClusterEquality FAILED, 2023-01-16',
      message: 'large: expected 10.00, actual 20.00, delta +10.00 (+100.00 %)',
    },
    {
      name: 'error',
      title: 'AuditClusterEquality FAILED, 2023-01-15',
      message: 'small: expected 1.00, actual 1.50, delta +0.50 (+50.00 %)',
    },
    {
      name: 'warning',
      title: 'AuditClusterEquality skipped, 2023-01-17',
      message: 'no answer',
    },
    {
      name: 'warning',
      title: 'AuditClusterEquality warning, 2023-01-14',
      message: 'node-3: missing, no asset',
    },
  ]);
});

test('no more annotations than GitHub shows; the last one says how many are left', async () => {
  const audits = Array.from({ length: 25 }, (_, i) =>
    failed([[['cluster'], 1, 2 + i]], { window: january(i + 1) }),
  );
  const commands = parseCommands(await rendered(reportOf(audits), 'github'));
  expect(commands).toHaveLength(10);
  expect(commands[0]?.title).toBe('AuditClusterEquality FAILED, 2023-01-25');
  expect(commands.at(-1)).toEqual({
    name: 'notice',
    title: 'kc-etl audit',
    message: '16 more: see the step summary',
  });
  const ten = parseCommands(await rendered(reportOf(audits.slice(0, 10)), 'github'));
  expect(ten.map(({ name }) => name)).toEqual(Array(10).fill('error'));
});

test('what is only too young to judge is no annotation', async () => {
  const description = 'not settled yet: the window ended 3 h ago';
  const text = await rendered(
    reportOf([audit(), audit({ status: 'Skipped', description })]),
    'github',
  );
  expect(parseCommands(text)).toEqual([]);
  expect(text).toContain('1 skipped');
});

test('a name from the server cannot start a command of its own', async () => {
  const commands = parseCommands(await rendered(hostileReport(), 'github'));
  expect(commands.map(({ name }) => name)).toEqual(['error', 'warning']);
  expect(commands.map(({ title }) => title)).toEqual([
    'AuditClusterEquality FAILED, 2023-01-14',
    'AuditAssetTotalStore skipped, 2023-01-14',
  ]);
});
