/** What a page answers. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** Pages by path: what a GET answers now. */
export type Pages = ReadonlyMap<string, () => Page | Promise<Page>>;

/** A line of plain text. */
export function textPage(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}
