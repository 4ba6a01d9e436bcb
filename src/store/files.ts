/** The operations that a store needs of a file system; each is one step that can be the last. */
export interface StoreFiles {
  /** The text of a file; null where there is none. */
  read(path: string): Promise<string | null>;
  /** Writes a new file and makes sure that it is on disk. */
  create(path: string, text: string): Promise<void>;
  /** Replaces `to`, at once. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Every file below a folder, as paths below it; empty where there is no folder. */
  list(path: string): Promise<string[]>;
  /** Names of the folders in a folder; empty where there is none. */
  folders(path: string): Promise<string[]>;
}
