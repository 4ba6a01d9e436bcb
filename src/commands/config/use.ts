import { UsageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { defineCommand } from '../command.ts';

/** `config use`: writes which profile is used, and leaves everything else as it is written. */
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
          ? `there are ${names.join(', ')}`
          : `profiles stand in ${configuration.paths.user}`,
      );
    }
    await writeProfile(user.path, name);
    return { result: { kind: 'text', text: `${name} is used from now on\n` }, exitCode: 0 };
  },
});

/** Written beside it and moved into place, with the same permissions. */
async function writeProfile(path: string, name: string): Promise<void> {
  const [{ parseDocument }, { chmod, readFile, realpath, rename, stat, writeFile }] =
    await Promise.all([import('yaml'), import('node:fs/promises')]);
  const file = await realpath(path);
  const document = parseDocument(await readFile(file, 'utf8'));
  document.set('profile', name);
  const { mode } = await stat(file);
  const temporary = `${file}.${process.pid}.new`;
  await writeFile(temporary, document.toString({ lineWidth: 0 }), { mode: 0o600 });
  await chmod(temporary, mode & 0o7777);
  await rename(temporary, file);
}
