import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AnsiUp } from 'ansi_up';
import { expect, test } from 'vitest';
import { MemorySink } from '../src/io.ts';
import { openPage, startBrowser } from './support/browser.ts';
import { ran, TestClock, testDeps } from './support/deps.ts';

/*
 * The pictures of the README. `npm run pictures` makes them. Fonts differ between machines, so a test
 * compares what the drawn pages say, by hash, and not the pixels.
 */
const folder = new URL('../docs/pictures/', import.meta.url);
const sources = new URL('sources.json', folder);
const command = ['audit', 'run', '--demo', '--fault', 'lost-disk', '--window', '7d settled'];

const pictures = [
  { name: 'terminal', page: terminalPage, viewport: { width: 860, height: 100 }, fullPage: true },
  { name: 'report', page: reportPage, viewport: { width: 1000, height: 760 }, fullPage: false },
] as const;

test.runIf(process.env['UPDATE_README'])('draw', async () => {
  const drawn: Record<string, string> = {};
  const browser = await startBrowser();
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, page, viewport, fullPage } of pictures) {
      const html = await page();
      await using opened = await openPage(browser, html, { viewport, colorScheme: 'light' });
      expect([...opened.complaints, ...opened.requests]).toEqual([]);
      const path = fileURLToPath(new URL(`${name}.png`, folder));
      await opened.page.screenshot({ path, fullPage });
      drawn[name] = hashOf(html);
    }
  } finally {
    await browser.close();
  }
  writeFileSync(sources, `${JSON.stringify(drawn, null, 2)}\n`);
});

test.each(pictures)('the picture $name shows what the program prints', async ({ name, page }) => {
  const drawn: unknown = JSON.parse(readFileSync(sources, 'utf8'));
  expect(drawn, 'run npm run pictures').toMatchObject({ [name]: hashOf(await page()) });
  const image = readFileSync(new URL(`${name}.png`, folder));
  expect(image.subarray(1, 4).toString()).toBe('PNG');
});

test('the README shows the command of the pictures', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`kc-etl ${command.join(' ').replace('7d settled', '"7d settled"')}`);
  for (const { name } of pictures) expect(readme).toContain(`](docs/pictures/${name}.png)`);
});

async function terminalPage(): Promise<string> {
  const text = await printed(command, { isTTY: false, columns: 100, colorLevel: 2 });
  const prompt = `$ kc-etl ${command.join(' ').replace('7d settled', '"7d settled"')}\n`;
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  const body = ansi.ansi_to_html(prompt + text);
  return `<!doctype html><meta charset="utf-8"><title>kc-etl</title>
<style>
body { margin: 0; background: #1b1f24; color: #d7dce2 }
pre { margin: 0; padding: 16px 20px; font: 13px/1.45 "DejaVu Sans Mono", monospace }
.ansi-red-fg { color: #ff7b72 }
.ansi-green-fg { color: #56d364 }
.ansi-yellow-fg { color: #e3b341 }
.ansi-blue-fg, .ansi-cyan-fg { color: #79c0ff }
.ansi-bright-black-fg { color: #8b949e }
</style>
<pre>${body}</pre>`;
}

function reportPage(): Promise<string> {
  return printed([...command, '-o', 'html'], {});
}

/** What the command prints at a fixed time, with the address of a forwarded port. */
async function printed(
  argv: readonly string[],
  terminal: ConstructorParameters<typeof MemorySink>[0],
): Promise<string> {
  const stdout = new MemorySink(terminal);
  const io = { stdin: async function* () {}, stdout, stderr: new MemorySink() };
  const { code } = await ran(argv, testDeps({ io, clock: new TestClock('2026-03-12T09:30:00Z') }));
  expect(code, io.stderr.text).toBe(1);
  return stdout.text.replace(/127\.0\.0\.1:\d+/g, 'localhost:9090');
}

/** A hash of what a page says, whatever its style. */
function hashOf(html: string): string {
  const text = html.replaceAll(/<(style|script)\b.*?<\/\1>/gs, '');
  return createHash('sha256').update(text).digest('hex');
}
