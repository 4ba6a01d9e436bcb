import { UsageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { defineCommand } from '../command.ts';

/** `config use`: writes the name of the current profile, and leaves the rest of the file as it is. */
export const configUse = defineCommand({
  examples: ['kc-etl config use staging'],
  options: {},
  prints: 'text',
  async run(_options, { configuration }, [name = '']) {
    const { user } = configuration;
    const names = [...(user?.profiles.keys() ?? [])];
    if (!user || !names.includes(name)) {
      const near = nearest(name, names);
      throw new UsageError(
        `there is no profile '${name}'${near ? `; did you mean ${near}?` : ''}`,
        names.length > 0
          ? `the profiles are ${names.join(', ')}`
          : `profiles live in ${configuration.paths.user}; create it with: kc-etl config init`,
      );
    }
    await writeProfile(user.path, name);
    return { result: { kind: 'text', text: `current profile: ${name}\n` }, exitCode: 0 };
  },
});

async function writeProfile(path: string, name: string): Promise<void> {
  const [{ parseDocument }, { readFile, realpath }, { replaceFile }] = await Promise.all([
    import('yaml'),
    import('node:fs/promises'),
    import('../../files/replacement.ts'),
  ]);
  const file = await realpath(path);
  const document = parseDocument(await readFile(file, 'utf8'));
  document.set('profile', name);
  try {
    await replaceFile(file, document.toString({ lineWidth: 0 }));
  } catch (error) {
    const { cannotWrite } = await import('../../files/target.ts');
    throw cannotWrite('config use', file, error);
  }
}
