import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingsPage } from '../support/findings-page.ts';

const page = 'docs/findings.md';

test('docs/findings.md is what the record of codes says', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, findingsPage());
  expect(existsSync(page) ? readFileSync(page, 'utf8') : '').toBe(findingsPage());
});
