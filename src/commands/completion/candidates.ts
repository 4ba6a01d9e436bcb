import type { Option, OptionSet } from '../../config/option.ts';
import { longName } from '../../config/resolve.ts';
import type { ResultKind } from '../../output/result.ts';
import { globalOptions } from '../globals.ts';
import { type CommandEntry, type CommandGroup, commandTree, nameOf } from '../index.ts';

/** One thing that could be typed next. */
export interface Candidate {
  readonly text: string;
  readonly description?: string;
}

/** What fits the last word; `files`: the shell may offer files, too. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly files: boolean;
}

const nothing: Completion = { candidates: [], files: false };

/** Values that are not in the record of an option, by its long name. */
export type DynamicValues = Readonly<Record<string, () => Promise<readonly Candidate[]>>>;

/**
 * What could stand in place of the last of the words.
 *
 * @param words what is typed behind the program's name; the last one is not finished, and may be empty
 * @param argumentsOf what a command takes that is no option, by what is typed for it: `config use`
 */
export async function complete(
  words: readonly string[],
  dynamic: DynamicValues,
  argumentsOf: DynamicValues,
): Promise<Completion> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const at = await commandAt(before);
  const pending = valueWanted(before.at(-1), at.options);
  if (pending) return valuesOf(pending, current, '', { ...(await formatsAt(at)), ...dynamic });
  const assignment = /^(--[a-z-]+=)(.*)$/s.exec(current);
  if (assignment) {
    const [, flag = '', value = ''] = assignment;
    const option = valueWanted(flag.slice(0, -1), at.options);
    const values = { ...(await formatsAt(at)), ...dynamic };
    return option ? valuesOf(option, value, flag, values) : nothing;
  }
  if (current.startsWith('-')) return fitting(flagsOf(at.options), current);
  if (at.children.length > 0 && at.arguments === 0) {
    const names = at.children.map((child) => ({
      text: nameOf(child),
      description: child.summary,
    }));
    return fitting(names, current);
  }
  const wanted = argumentsOf[at.typed];
  if (wanted) return fitting(await wanted(), current);
  return { candidates: [], files: at.takesArguments };
}

interface Place {
  /** What is typed for the command: `audit list`. */
  readonly typed: string;
  readonly options: readonly Option<unknown>[];
  readonly children: readonly (CommandGroup | CommandEntry)[];
  readonly takesArguments: boolean;
  /** What it prints, where there is a command yet. */
  readonly prints: ResultKind | null;
  /** How many there are already. */
  readonly arguments: number;
}

/** The command that the finished words lead to, and the options it takes. */
async function commandAt(words: readonly string[]): Promise<Place> {
  let options = listed(globalOptions);
  let children: readonly (CommandGroup | CommandEntry)[] = commandTree;
  let typed = '';
  let takesArguments = false;
  let prints: ResultKind | null = null;
  let count = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (valueWanted(word, options)) i++;
    if (word.startsWith('-')) continue;
    const found = children.find((child) => nameOf(child) === word);
    if (!found) {
      count++;
      continue;
    }
    typed = `${typed} ${word}`.trim();
    children = 'commands' in found ? found.commands : [];
    const entry = 'commands' in found ? found.commands[0] : found;
    takesArguments = entry?.usage.includes(' ') ?? false;
    const spec = await entry?.load();
    prints = spec?.prints ?? null;
    options = [...listed(globalOptions), ...listed(spec?.options ?? {})];
  }
  if (words.includes('--demo')) {
    const { demoOptions } = await import('../demo-options.ts');
    options = [...options, ...listed(demoOptions)];
  }
  return { typed, options, children, takesArguments, prints, arguments: count };
}

/** The formats in which the result of the command can be printed. */
async function formatsAt({ prints }: Place): Promise<DynamicValues> {
  if (prints === null) return {};
  const { formatsOf } = await import('../../output/render.ts');
  return { output: async () => formatsOf(prints).map((text) => ({ text })) };
}

function listed(options: OptionSet): readonly Option<unknown>[] {
  return Object.values(options);
}

/** The option that a word names and that takes a value behind it. */
function valueWanted(
  word: string | undefined,
  options: readonly Option<unknown>[],
): Option<unknown> | undefined {
  if (!word?.startsWith('-') || word.includes('=')) return undefined;
  return options.find(
    ({ flags }) => flags.includes('<') && flags.split(/[ ,]+/).some((part) => part === word),
  );
}

async function valuesOf(
  option: Option<unknown>,
  current: string,
  flag: string,
  dynamic: DynamicValues,
): Promise<Completion> {
  if (/<(file|path)>/.test(option.flags)) return { candidates: [], files: true };
  const values =
    (await dynamic[longName(option)]?.()) ?? (option.values ?? []).map((text) => ({ text }));
  // of a list with commas only the last part is not finished
  const finished = option.repeatable ? current.slice(0, current.lastIndexOf(',') + 1) : '';
  const offered = values.map(({ text, ...rest }) => ({
    text: `${flag}${finished}${text}`,
    ...rest,
  }));
  return fitting(offered, `${flag}${current}`);
}

function flagsOf(options: readonly Option<unknown>[]): Candidate[] {
  const described = options.flatMap((option) => [option, option.negation ?? []].flat());
  const flags = described.map(({ flags: text, description }) => ({
    text: text.split(/[ ,]+/).find((part) => part.startsWith('--')) ?? text,
    description,
  }));
  return [...flags, { text: '--help', description: 'help' }];
}

function fitting(candidates: readonly Candidate[], current: string): Completion {
  const lower = current.toLowerCase();
  return {
    candidates: candidates.filter(({ text }) => text.toLowerCase().startsWith(lower)),
    files: false,
  };
}
