import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The one file with timers: a wait for a condition, and the pause of a slow server. */
const waiting = 'support/waiting.ts';
/** Measurements are about time. */
const isMeasurement = (file: string) => file.startsWith('bench/');

const rules: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a timer', pattern: /\bset(?:Timeout|Interval)\(|timers\/promises/ },
  {
    what: 'a time that is measured',
    pattern: /performance\.now|hrtime|Date\.now\(\) - [a-z]/,
  },
  { what: 'a shell that sleeps for a second or more', pattern: /\bsleep [1-9]/ },
  {
    what: 'a file in the tree',
    pattern: /(?:mkdirSync|path:|mkdtempSync)\(? ?['`](?:\.\/)?(?:test|dist)\//,
  },
];

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:ts|js)$/.test(file))
  .filter((file) => file !== waiting && file !== 'conventions.test.ts' && !isMeasurement(file));

/** Lines of a text that a rule forbids. */
function violations(file: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .flatMap((line, i) => (pattern.test(line) ? [`test/${file}:${i + 1}: ${line.trim()}`] : []));
}

describe('tests depend neither on the speed of the machine nor on the tree', () => {
  test.each(rules)('$what is in no test', ({ pattern }) => {
    const found = files.flatMap((file) =>
      violations(file, readFileSync(join('test', file), 'utf8'), pattern),
    );
    expect(found).toEqual([]);
  });

  test.each([
    ['a timer', 'await new Promise((resolve) => setTimeout(resolve, 300));'],
    ['a timer', "import { setTimeout as sleep } from 'node:timers/promises';"],
    ['a time that is measured', 'expect(Date.now() - began).toBeLessThan(5_000);'],
    ['a shell that sleeps for a second or more', 'kc-etl events & sleep 1.5; kill -INT $!'],
    ['a file in the tree', "mkdirSync('test/.screenshots', { recursive: true });"],
  ])('%s would be found: %s', (what, line) => {
    const pattern = rules.find((rule) => rule.what === what)?.pattern ?? /^/;
    expect(violations('some.test.ts', line, pattern)).toHaveLength(1);
  });
});
