/** The `kc-etl doctor` command line to try next, for example with `--url https://host`. */
export function retryCommand(options: string): string {
  return `kc-etl doctor ${options}`;
}

/** A word quoted so that a POSIX shell reads it back unchanged. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
