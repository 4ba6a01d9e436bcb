import type { Result, ResultKind } from './result.ts';
import type { TimeZone } from './time-zone.ts';

/** Columns by name. */
export interface SelectedColumns {
  readonly names: readonly string[];
  /** Whether a name that the table does not have is an error, or is skipped. */
  readonly isStrict: boolean;
}

/** What a user asked of tables; other formats ignore it. */
export interface TableView {
  /** The only columns to print, in this order; null for the usual ones. */
  readonly columns: SelectedColumns | null;
  /** Whether tables have heads. */
  readonly headers: boolean;
  /** The zone of timestamps; null for UTC. */
  readonly zone: TimeZone | null;
}

/** The stream or file that text is rendered for. */
export interface RenderContext {
  /** Width of the terminal in characters; undefined where nothing limits it. */
  readonly columns: number | undefined;
  /** 0: no colours, 1: 16, 2: 256, 3: 16 million. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean;
  /** Whether the text goes to the log of GitHub Actions, where a line can be a command. */
  readonly onGitHub?: boolean;
  /** What a user asked of tables. */
  readonly view?: TableView;
}

/** A function from a result of one kind to text, in chunks of any size. */
export type Renderer<K extends ResultKind> = (
  result: Extract<Result, { kind: K }>,
  context: RenderContext,
) => Iterable<string> | AsyncIterable<string>;

/** A format: one renderer for each kind of result it can print. */
export type Format = { readonly [K in ResultKind]?: Renderer<K> };
