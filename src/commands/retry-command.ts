/** The command line to try next. */
export function retryCommand(options: string): string {
  return `kc-etl doctor ${options}`;
}

/** A word as a shell reads it back. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
