import { auditTypeNames, auditTypes } from '../../audits/types.ts';
import { findOption } from '../../config/resolve.ts';
import { KcEtlError } from '../../errors.ts';
import { eventKinds } from '../../events/kinds.ts';
import { windowForms } from '../../kubecost/window.ts';
import { formatNames } from '../../output/formats/names.ts';
import type { Deps } from '../deps.ts';
import { globalOptions } from '../globals.ts';
import { type Candidate, complete, type DynamicValues } from './candidates.ts';
import { contextNames, namespaceNames } from './from-kubectl.ts';
import { shells } from './scripts.ts';

/** Whether a shell may offer files, too; numbers of the protocol of cobra, which kubectl uses. */
const directives = { files: 0, noFiles: 4, noFilesNoSpace: 6 } as const;

/**
 * Answers a shell that asks what could come next, in the protocol of `kubectl_complete-…`: a
 * candidate a line with its description behind a tab, and a directive at the end.
 */
export async function answerShell(words: readonly string[], deps: Deps): Promise<void> {
  const profiles = () => profileNames(deps);
  const { candidates, files } = await complete(
    words,
    {
      window: async () => windows(),
      profile: profiles,
      type: async () =>
        auditTypeNames.flatMap((type) => [
          { text: type, description: auditTypes[type].description },
          { text: auditTypes[type].short, description: auditTypes[type].description },
        ]),
      report: async () => formatNames.map((name) => ({ text: `${name}=` })),
      context: () => contextNames(words, deps),
      'kubecost-namespace': () => namespaceNames(words, deps),
      finding: findingCodes,
      kind: async () => eventKinds.map(({ kind, description }) => ({ text: kind, description })),
    },
    { ...argumentValues, 'config use': profiles },
  );
  const lines = candidates.map(({ text, description }) =>
    description ? `${text}\t${description.split('\n', 1)[0]}` : text,
  );
  const goesOn = candidates.length > 0 && candidates.every(({ text }) => text.endsWith('='));
  const directive = files
    ? directives.files
    : goesOn
      ? directives.noFilesNoSpace
      : directives.noFiles;
  await deps.io.stdout.write(`${[...lines, `:${directive}`].join('\n')}\n`);
}

async function findingCodes(): Promise<Candidate[]> {
  const { codeInfo, codeNames } = await import('../../diagnosis/codes.ts');
  return codeNames.map((code) => ({ text: code, description: codeInfo(code).meaning }));
}

const argumentValues: DynamicValues = {
  'audit explain': findingCodes,
  completion: async () => shells.map((text) => ({ text })),
  help: async () => ['options', 'exit-codes', 'environment', 'man'].map((text) => ({ text })),
  schema: async () => {
    const { schemaNames } = await import('../schema.ts');
    return schemaNames.map((text) => ({ text }));
  },
};

/** The forms that are words or durations; a pair is for the user to type. */
function windows(): Candidate[] {
  return windowForms.slice(0, 3).flatMap(({ form, meaning }) =>
    form
      .split(', ')
      .filter((text) => !text.includes(' '))
      .map((text) => ({ text, description: meaning })),
  );
}

/** A broken configuration must not break the shell: then there are none. */
async function profileNames({ env, cwd }: Deps): Promise<Candidate[]> {
  try {
    const { readConfiguration } = await import('../../config/files.ts');
    const { knownKeys } = await import('../known-keys.ts');
    const profileOption = findOption(globalOptions.profile, new Map(), {});
    const request = { profileOption, trusted: false };
    const { user } = await readConfiguration(env, cwd(), request, (wanted) =>
      knownKeys({}, wanted),
    );
    return [...(user?.profiles.keys() ?? [])].map((text) => ({ text }));
  } catch (error) {
    if (error instanceof KcEtlError) return [];
    throw error;
  }
}
