import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { marks } from '../../../src/output/coverage/marks.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';

const argv = ['events', 'coverage', '--demo', '--clusters', '1', '--nodes', '2', '--pods', '6'];
const faults = ['--fault', 'gap=2026-02-27', '--fault', 'empty=2026-03-01'];

async function printed(columns: number, env: Record<string, string> = {}): Promise<string> {
  const clock = new TestClock('2026-03-03T05:30:00Z');
  const { stdout } = await ran([...argv, ...faults], testDeps({ clock, columns, env }));
  return stdout;
}

const calendar40 = `allocation sets by day (UTC)
        1   5    10   15   20   25   30
2026-02                 ■■■■■■■■■■!■
2026-03 ○■~

asset sets by day (UTC)
        1   5    10   15   20   25   30
2026-02                 ■■■■■■■■■■!■
2026-03 ○■~

allocation sets by hour (UTC)
           0      6      12     18
2026-03-01      ○ ○○○○○○ ○○○○○○ ○○○○○○
2026-03-02 ■■■■■■ ■■■■■■ ■■■■■■ ■■■■■■
2026-03-03 ■■■■■~

`;

describe('the calendar', () => {
  test('has a line a month and a line a day', async () => {
    const text = await printed(40);
    expect(text.slice(0, calendar40.length)).toBe(calendar40);
  });

  test.each([40, 80, 200])('fits into %i columns', async (columns) => {
    const lines = (await printed(columns)).split('\n');
    for (const line of lines) {
      // an address to copy is never broken
      if (!line.includes('?window=')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
    const beside = lines.some((line) => /^allocation sets by day.* asset sets by day/.test(line));
    expect(beside).toBe(columns > 80);
  });

  test('of today has a table at every hour', async () => {
    for (let hour = 0; hour < 24; hour++) {
      const clock = new TestClock(`2026-03-03T${String(hour).padStart(2, '0')}:10:00Z`);
      for (const format of ['table', 'wide']) {
        const deps = testDeps({ clock, columns: 80 });
        const { stdout, stderr } = await ran([...argv, '--window', 'today', '-o', format], deps);
        expect(stdout).toContain('allocation sets by day (UTC)');
        expect(stderr).not.toContain('error:');
      }
    }
  });

  test('is ASCII where the locale is', async () => {
    const text = await printed(100, { LANG: 'C' });
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toContain('2026-03 0#~');
    const words = await printed(100);
    expect(words).not.toMatch(/^[\n -~]*$/);
  });

  test('tells every two states apart by their character', () => {
    for (const script of ['unicode', 'ascii'] as const) {
      const characters = Object.values(marks).map((mark) => mark[script]);
      expect(new Set(characters).size).toBe(characters.length);
      for (const character of characters) expect(stringWidth(character)).toBe(1);
    }
  });
});
