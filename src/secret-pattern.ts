/** A search for every spelling that an output format can give a secret. */
export interface SecretPattern {
  /** The text with each occurrence replaced. */
  replace(text: string, mark: string): string;
}

/**
 * Finds a secret in JSON and JavaScript escapes, HTML and XML entities, percent escapes (also escaped
 * again), doubled quotes, with backslashes before punctuation, and in mixtures of them.
 *
 * @param unit how a plain character is found: as text, or as its UTF-8 bytes in a latin1 text
 */
export function secretPattern(secret: string, unit: 'text' | 'bytes'): SecretPattern {
  // a format may double each quote and each backslash of several
  const runs = secret.match(/\\+|"+|'+|[^\\"']/gu) ?? [];
  const units = runs.map((run, at) => formsOf(run, unit, at === runs.length - 1));
  const start = new RegExp(units.slice(0, 2).map(alternatives).join(''), 'g');
  return {
    replace(text, mark) {
      let clean = '';
      let done = 0;
      start.lastIndex = 0;
      for (let found = start.exec(text); found; found = start.exec(text)) {
        const end = endOf(text, found.index, units);
        if (end < 0) {
          start.lastIndex = found.index + 1;
          continue;
        }
        clean += text.slice(done, found.index) + mark;
        done = end;
        start.lastIndex = end;
      }
      return done === 0 ? text : clean + text.slice(done);
    },
  };
}

/** The most characters that one character of a secret can take. */
export const maxSpellingLength = 40;

/** The spellings of one character or run, the plain one first; each a sticky expression. */
type Forms = readonly RegExp[];

function alternatives(forms: Forms): string {
  return `(?:${forms.map(({ source }) => source).join('|')})`;
}

/** Where the units end that begin at `at`; -1 where they are not there. Several spellings may fit: `%25` is `%` or `%25`. */
function endOf(text: string, at: number, units: readonly Forms[]): number {
  const failed = new Set<number>();
  const from = (index: number, position: number): number => {
    const forms = units[index];
    if (!forms) return position;
    const state = position * (units.length + 1) + index;
    if (failed.has(state)) return -1;
    for (const form of forms) {
      form.lastIndex = position;
      if (!form.test(text)) continue;
      const end = from(index + 1, form.lastIndex);
      if (end >= 0) return end;
    }
    failed.add(state);
    return -1;
  };
  return from(0, at);
}

const known = new Map<string, Forms>();

function formsOf(run: string, unit: 'text' | 'bytes', isLast: boolean): Forms {
  const key = `${unit} ${isLast} ${run}`;
  const made = known.get(key) ?? [...plainForms(run, unit, isLast), ...escapes(run)].map(sticky);
  known.set(key, made);
  return made;
}

function sticky(source: string): RegExp {
  return new RegExp(source, 'y');
}

/**
 * A character as it is, with the backslashes or the second quote that a format adds. The last one takes
 * none of what may follow the secret, so that JSON and CSV stay what they are.
 */
function plainForms(run: string, unit: 'text' | 'bytes', isLast: boolean): string[] {
  const plain = unit === 'text' ? run : Buffer.from(run, 'utf8').toString('latin1');
  const literal = plain.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const { length } = run;
  if (/^[\p{L}\p{N}]$/u.test(run)) return [literal];
  if (run.startsWith('\\')) {
    const times = isLast ? [2, 1] : [8, 4, 2, 1];
    return times.map((count) => `\\\\{${count * length}}`);
  }
  if (run.startsWith('"')) {
    return [`(?:\\\\{1,7}"){${length}}`, `"{${2 * length}}`, `"{${length}}`];
  }
  // the quotes of YAML and of a shell
  if (run.startsWith("'")) {
    return [`(?:'\\\\{1,7}''|\\\\{1,7}'){${length}}`, `'{${2 * length}}`, `'{${length}}`];
  }
  if (/^\s$/.test(run)) return [literal, '\\+', '\\\\{1,7}[nrt]'];
  return [`\\\\{0,7}${literal}`];
}

const names: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

function escapes(run: string): string[] {
  const [character = ''] = run;
  const code = character.codePointAt(0) ?? 0;
  const name = names[character];
  const units = character
    .split('')
    .map((part) => `\\\\{1,7}u${anyCase(part.charCodeAt(0).toString(16).padStart(4, '0'))}`);
  const bytes = [...Buffer.from(character, 'utf8')];
  const forms = [
    units.join(''),
    ...(code < 0x100 ? [`\\\\{1,7}x${anyCase(code.toString(16).padStart(2, '0'))}`] : []),
    ...nested((again) =>
      bytes.map((byte) => `%(?:25)${again}${anyCase(byte.toString(16).padStart(2, '0'))}`).join(''),
    ),
    `&(?:amp;){0,3}#0{0,4}${code};`,
    `&(?:amp;){0,3}#[xX]0{0,4}${anyCase(code.toString(16))};`,
    ...(name === undefined ? [] : nested((again) => `&(?:amp;)${again}${name};`)),
  ];
  const times = run.length / character.length;
  return times === 1 ? forms : forms.map((form) => `(?:${form}){${times}}`);
}

/** Escaped once to four times. Each by itself: `%2525` is `%25` escaped again, or `%` and `25`. */
function nested(form: (again: string) => string): string[] {
  return [0, 1, 2, 3].map((again) => form(`{${again}}`));
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);
}
