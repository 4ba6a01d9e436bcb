import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ageRules } from '../../../src/events/coverage/age-rules.ts';
import { rules } from '../../../src/events/coverage/rules.ts';

const page = new URL('../../../docs/coverage.md', import.meta.url);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const tables = {
  rules: table(
    ['', 'rule', 'state', 'source', 'when'],
    rules.map(({ name, state, source, when }, i) => [`${i + 1}`, name, state, source, when]),
  ),
  ages: table(
    ['', 'rule', 'state', 'when'],
    ageRules.map(({ name, state, when }, i) => [`${i + 1}`, name, state, when]),
  ),
} as const;

describe('docs/coverage.md', () => {
  test.each(['rules', 'ages'] as const)('has the table of %s that the code runs', (name) => {
    const text = readFileSync(page, 'utf8');
    const block = new RegExp(`<!-- ${name} -->\\n([^]*?)<!-- /${name} -->`);
    const expected = `<!-- ${name} -->\n${tables[name]}\n<!-- /${name} -->`;
    const updated = text.replace(block, () => expected);
    if (process.env['UPDATE_DOCS']) writeFileSync(page, updated);
    else expect(text).toBe(updated);
  });

  test('rule names are unique', () => {
    const names = [...rules, ...ageRules].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
