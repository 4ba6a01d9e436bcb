/** A path that exists and is no file. */
export class NotAFileError extends Error {}

/** The operations that a store needs of a file system; each is one step that can be the last. */
export interface StoreFiles {
  /**
   * The text of a file; null where there is none.
   *
   * @throws NotAFileError for a folder and for a link that leads nowhere, with what it is
   */
  read(path: string): Promise<string | null>;
  /** A text that differs once the file is replaced or changed; null where that is not known. */
  version(path: string): Promise<string | null>;
  /** Writes a new file and makes sure that it is on disk. */
  create(path: string, text: string): Promise<void>;
  /** Replaces `to`, at once. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Removes files of a folder that were last changed an hour or more before `newer`, as far as it can. */
  removeOld(folder: string, names: RegExp, newer: string): Promise<void>;
  /**
   * Every file below a folder, as paths below it; empty where there is no folder. Links count as files, and
   * so do folders with the name of a JSON file: what stands in a file's place is not to be overlooked.
   */
  list(path: string): Promise<string[]>;
  /** Names of the folders in a folder; empty where there is none. */
  folders(path: string): Promise<string[]>;
}
