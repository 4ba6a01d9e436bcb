import { describe, expect, test } from 'vitest';
import { withEtl } from '../../src/diagnosis/codes/code.ts';
import {
  codeGroups,
  codeInfo,
  codeNames,
  defaultSeverity,
  isLegal,
} from '../../src/diagnosis/codes.ts';

/** All text of a code that people read. */
function texts(code: (typeof codeNames)[number]): string[] {
  const { title, titleMany, meaning, variants, confirm, actions } = codeInfo(code);
  return [
    title,
    titleMany,
    meaning,
    ...Object.values(variants).map((variant) => variant.meaning),
    ...[...confirm, ...actions].map(({ text }) => text),
  ];
}

describe('the record of codes', () => {
  test.each(codeNames)('%s: advice to rebuild data is marked as such', (code) => {
    const { actions, variants, repair } = codeInfo(code);
    for (const action of [
      ...actions,
      ...Object.values(variants).flatMap((variant) => variant.actions ?? []),
    ]) {
      expect(action.rebuilds ?? false, action.text).toBe(/\brebuild\b/i.test(action.text));
      if (!action.rebuilds) continue;
      expect(repair).not.toEqual([]);
      expect(action.products?.every((product) => withEtl.includes(product))).toBe(true);
    }
  });

  test('every code is in one table', () => {
    expect([...codeGroups.values()].flat()).toEqual(codeNames);
    expect(codeNames).toHaveLength(40);
  });

  test.each(codeNames)('%s: texts are whole sentences', (code) => {
    for (const text of texts(code)) expect(text).toMatch(/^(\p{Lu}|\{|\/).*\.$/u);
  });

  const legal = codeNames.flatMap((code) =>
    [null, ...Object.keys(codeInfo(code).variants)]
      .filter((variant) => isLegal(code, variant))
      .map((variant) => ({ code, variant })),
  );

  test('some codes are legal, in all variants or in one', () => {
    expect(legal).toContainEqual({ code: 'node-unpriced', variant: 'all-free' });
    expect(legal.some(({ variant }) => variant === null)).toBe(true);
  });

  test.each(legal)('$code, variant $variant, is legal: a warning at most', ({ code, variant }) => {
    expect(['warning', 'info']).toContain(defaultSeverity(code, variant));
  });

  test.each(codeNames)('%s: has a step to confirm it, one to take, and a public source', (code) => {
    const { confirm, actions, references } = codeInfo(code);
    expect(confirm).not.toEqual([]);
    expect(actions).not.toEqual([]);
    for (const reference of references)
      expect(reference).toMatch(/^[\w-]+\/[\w-]+(#\d+|:[\w.-]+)$/);
    expect(references).not.toEqual([]);
  });
});
