import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutSecrets } from '../src/kubecost/record/cleaning.ts';
import { hideSecrets, redact, redactParts } from '../src/redaction.ts';

const entity = (text: string, spell: (code: number) => string) =>
  [...text].map((character) => spell(character.codePointAt(0) ?? 0)).join('');
const unicodeEscaped = (text: string) =>
  [...Array(text.length).keys()]
    .map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');

const shell = (text: string) => text.replaceAll("'", "'\\''");

/** What the formats of kc-etl and the libraries of servers make of a text. */
const spellings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  'JSON of Go': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[<>&]/g, (mark) => unicodeEscaped(mark)),
  'JSON of PHP': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'JSON in ASCII': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[^ -~]/gu, unicodeEscaped),
  URL: encodeURIComponent,
  'URL in small letters': (text) =>
    encodeURIComponent(text).replace(/%../g, (found) => found.toLowerCase()),
  'URL in URL': (text) => encodeURIComponent(encodeURIComponent(text)),
  form: (text) => new URLSearchParams({ '': text }).toString().slice(1),
  HTML: (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  'XML entities': (text) => entity(text, (code) => `&#x${code.toString(16).toUpperCase()};`),
  'HTML entities': (text) => entity(text, (code) => `&#${code};`),
  CSV: (text) => text.replaceAll('"', '""'),
  'single quotes of YAML': (text) => text.replaceAll("'", "''"),
  shell,
  'shell in JSON': (text) => JSON.stringify(shell(text)).slice(1, -1),
  'JSON in shell in JSON': (text) => {
    const inner = JSON.stringify(text).slice(1, -1);
    return JSON.stringify(shell(inner)).slice(1, -1);
  },
  markdown: (text) => text.replace(/[\\`*_{}[\]|~$]/g, '\\$&'),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
};

const secret = fc
  .string({
    minLength: 9,
    maxLength: 30,
    unit: fc.constantFrom(...('aZ0<>&"\'%+/=\\.-_~$[](){}|*?^é節😀'.match(/./gu) ?? [])),
  })
  // nothing is left of a secret that a message could be about
  .filter((text) => !'[redacted]'.includes(text));

/** With a letter at both ends, what surrounds it is no part of it. */
const between = secret.map((text) => `k${text}k`);

describe('a secret is removed in every spelling', () => {
  test.each(Object.keys(spellings))('%s', async (name) => {
    const spell = spellings[name] ?? ((text) => text);
    await fc.assert(
      fc.asyncProperty(between, fc.integer({ min: 1, max: 40 }), async (text, size) => {
        const said = `a "${spell(text)}" b`;
        expect(redact(said, [text])).toMatch(/^a "\[redacted\]=*" b$/);
        async function* pieces() {
          const bytes = Buffer.from(said);
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        }
        const chunks: Uint8Array[] = [];
        for await (const chunk of withoutSecrets(pieces(), [text])) chunks.push(chunk);
        // a chunk may end before the last character of base64, which holds a few bits
        expect(Buffer.concat(chunks).toString()).toMatch(/^a "\[redacted\][\w+/-]?=*" b$/);
      }),
      { numRuns: 50 },
    );
  });
});

test('JSON and CSV stay what they are, whatever stands around the secret', () => {
  const around = fc.constantFrom('', '"', '""', '\\', '\\\\', '\n', ',', 'x', '\\"');
  fc.assert(
    fc.property(secret, around, around, (text, before, after) => {
      const said = JSON.stringify([before + text + after, 'b']);
      const [first, second] = JSON.parse(redact(said, [text])) as string[];
      expect(first).toContain('[redacted]');
      expect(second).toBe('b');
      const cell = `${text}${after}`.replaceAll('"', '""');
      expect(redact(`"${cell}","b"\n`, [text])).toMatch(/^"(?:[^"]|"")*","b"\n$/);
    }),
    { numRuns: 300 },
  );
});

test('other text stays as it is', () => {
  fc.assert(
    fc.property(secret, fc.string(), (text, other) => {
      fc.pre(!other.includes(text.slice(0, 1)));
      expect(redact(other, [text])).toBe(other);
    }),
  );
});

/** What is left of a text after the secrets are removed from it, at once and as a body in chunks. */
async function cleaned(text: string, secrets: readonly string[], size: number): Promise<string[]> {
  async function* body() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of withoutSecrets(body(), secrets)) chunks.push(chunk);
  return [redact(text, secrets), Buffer.concat(chunks).toString()];
}

// as a proxy echoes user:token (zotero/zotero#4665), a cookie or a whole header
describe('a secret within a longer text that is encoded is removed', () => {
  const encoded = (['base64', 'base64url', 'hex'] as const).flatMap((encoding) => [
    [encoding, (text: string) => Buffer.from(text).toString(encoding)] as const,
  ]);
  const written = [
    ...encoded,
    ['HEX', (text: string) => Buffer.from(text).toString('hex').toUpperCase()],
    ['base64 in JSON of PHP', (text: string) => btoaOf(text).replaceAll('/', '\\/')],
    ['base64 in a URL', (text: string) => encodeURIComponent(btoaOf(text))],
  ] as const;

  test.each(written)('%s, wherever it begins', async (_, encode) => {
    const around = fc.string({ maxLength: 7 });
    const size = fc.integer({ min: 1, max: 60 });
    await fc.assert(
      fc.asyncProperty(secret, around, around, size, async (text, before, after, chunk) => {
        const inner = encode(before + text + after);
        for (const clean of await cleaned(`a "${inner}" b`, [text], chunk)) {
          expect(clean).toMatch(/^a "[^"]*\[redacted\][^"]*" b$/);
          // what stays is what stood around it, and a few bits
          const rest = clean.slice(3, -3).replace('[redacted]', '');
          const spare = encode(before).length + encode(after).length + 12;
          expect(rest.length).toBeLessThanOrEqual(spare);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('on stderr also where the quote of it is cut', () => {
    const token = 'kc-0123456789abcdefghij';
    const inner = btoaOf(`ann:${token}`);
    const said = redactParts(`the proxy says ${inner.slice(0, 25)}…`, [token]);
    expect(said).toMatch(/^the proxy says .{1,10}\[redacted\].{0,11}…$/);
  });

  test('a short secret is not looked for in what it could be encoded as by chance', () => {
    expect(redact(btoaOf('ann:short'), ['short'])).toBe(btoaOf('ann:short'));
  });
});

function btoaOf(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('a large text with a long token takes a moment', () => {
  const token = `eyJ${'c3ViOmt1YmVjb3N0\\'.repeat(60)}`;
  const text = `${token.slice(0, 900)}${'\\'.repeat(20)}`.repeat(1_000);
  expect(redact(text, [token])).toBe(text);
});

test('the pieces of a secret that a split at its slashes leaves are hidden, too', () => {
  const secrets: string[] = [];
  hideSecrets(secrets, ['the-first-half-of-it/and-the-second-half/short']);
  for (const piece of ['the-first-half-of-it', 'and-the-second-half']) {
    expect(redact(`node ${piece}, 1`, secrets)).toBe('node [redacted], 1');
  }
  expect(redact('a short name', secrets)).toBe('a short name');
});
