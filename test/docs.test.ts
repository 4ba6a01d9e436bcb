import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { auditTypeNames, auditTypes } from '../src/audits/types.ts';
import { faultNames } from '../src/demo/faults.ts';

const pages = [
  ...readdirSync('.'),
  ...readdirSync('docs').map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));
const textOf = (page: string) => readFileSync(page, 'utf8');
/** A page without its code blocks, in which `[a](b)` is no link. */
const proseOf = (page: string) => textOf(page).replaceAll(/^```.*?^```$/gms, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Why a relative link leads nowhere; null where it leads to a file, and to a heading of it. */
function broken(page: string, link: string): string | null {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : normalize(join(dirname(page), file));
  if (!existsSync(target)) return `${page}: ${link}: no such file`;
  if (anchor === undefined || anchorsOf(target).has(anchor)) return null;
  return `${page}: ${link}: no such heading`;
}

describe('docs', () => {
  test('every link leads to a file and a heading', () => {
    const links = pages.flatMap((page) =>
      [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ page, link })),
    );
    const internal = links.filter(({ link }) => !/^[a-z]+:/.test(link));
    expect(internal.length).toBeGreaterThan(15);
    expect(internal.map(({ page, link }) => broken(page, link)).filter(Boolean)).toEqual([]);
  });

  test('every path of this repository that a page names exists', () => {
    const named = pages.flatMap((page) =>
      [
        ...proseOf(page).matchAll(/`((?:src|test|docs|bin|packaging|\.github|\.ci)\/[^`\s]*)`/g),
      ].map(([, path = '']) => ({ page, path })),
    );
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(({ path }) => !existsSync(path));
    expect(missing).toEqual([]);
  });

  test('every excerpt of a file is in that file', () => {
    const excerpts = pages.flatMap((page) =>
      [...textOf(page).matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(
        ([, file = '', text = '']) => ({ page, file, text }),
      ),
    );
    expect(excerpts.length).toBeGreaterThan(3);
    const stale = excerpts.filter(({ file, text }) => !textOf(file).includes(text));
    expect(stale).toEqual([]);
  });

  test('every page is reachable from the index', () => {
    const index = textOf('docs/README.md');
    const pagesOfDocs = readdirSync('docs').filter(
      (name) => name.endsWith('.md') && name !== 'README.md',
    );
    expect(pagesOfDocs.filter((name) => !index.includes(`](${name})`))).toEqual([]);
  });

  test('docs/audits.md lists every audit, check and fault', () => {
    const page = textOf('docs/audits.md');
    expect(auditTypeNames.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
    expect(faultNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    for (const { field } of Object.values(auditTypes)) {
      if (field !== null) expect(page).toContain(`\`${field}\``);
    }
  });

  test('source and tests cite pages of this repository only', () => {
    const files = ['src', 'test'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const lost = files
      .filter((file) => /\.(ts|js|sh)$/.test(file) && statSync(file).isFile())
      .flatMap((file) =>
        [...textOf(file).matchAll(/(?<![\w/.-])([\w/-]+\.md)\b/g)]
          .map(([, cited = '']) => cited)
          .filter((cited) => /^(docs\/|[A-Z]+\.md$)/.test(cited) && !existsSync(cited))
          .map((cited) => `${file} cites ${cited}`),
      );
    expect(lost).toEqual([]);
  });
});
