/** Numbers that are kept for so many ids are one page. */
export const pageSize = 4096;
const pageBits = Math.log2(pageSize);

/** Columns of numbers by id, which grow page by page: nothing is copied, and none is much too large. */
export class Pages<Page> {
  readonly #make: () => Page;
  readonly #pages: Page[] = [];

  constructor(make: () => Page) {
    this.#make = make;
  }

  /** The page of an id that may be new; its place there is `id % pageSize`. */
  of(id: number): Page {
    const at = id >>> pageBits;
    let page = this.#pages[at];
    while (page === undefined) {
      this.#pages.push(this.#make());
      page = this.#pages[at];
    }
    return page;
  }

  /** The page of an id, where there is one. */
  known(id: number): Page | undefined {
    return this.#pages[id >>> pageBits];
  }

  clear(): void {
    this.#pages.length = 0;
  }

  /** Drops all pages but the first. */
  keepFirst(): void {
    this.#pages.length = Math.min(this.#pages.length, 1);
  }
}
