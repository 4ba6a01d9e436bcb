/** A server of a `--servers` file: an address, a kubectl context or a profile; a profile also with one of them. */
export interface ServerEntry {
  /** As reports name it. */
  readonly name: string;
  readonly url: string | null;
  /** A kubectl context. */
  readonly context: string | null;
  /** Where credentials and further settings come from. */
  readonly profile: string | null;
  /** The file and its line: `servers.txt:3`. */
  readonly source: string;
}

/** A server as a file has it, before it is known to be valid. */
export interface ServerFields extends Partial<Record<keyof Omit<ServerEntry, 'source'>, string>> {
  readonly source: string;
}
