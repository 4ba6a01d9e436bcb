import { type Markup, markup } from './markup.ts';

export interface Heading {
  readonly head: string;
  /** A name is kept on one line. */
  readonly kind: 'text' | 'name' | 'number';
  /** Direction, where the rows are already in this order. */
  readonly sorted?: 'ascending' | 'descending';
}

/** A cell and the value it is sorted by. */
export interface Cell {
  readonly shown: Markup;
  readonly by: string | number;
}

export interface SortedTable {
  /** The id of the heading in front of it. */
  readonly id: string;
  readonly headings: readonly Heading[];
  readonly rows: Iterable<{
    readonly cells: readonly Cell[];
    readonly type: string;
    readonly id?: string;
  }>;
  /** Audit types to filter by. */
  readonly types: readonly string[];
  readonly count: number;
}

/**
 * A table that the script sorts and filters. Roles are explicit: on a phone rows are laid out as
 * cards, which removes the implicit ones.
 */
export function* sortedTable({ id, headings, rows, types, count }: SortedTable): Iterable<string> {
  yield controls(id, headings, types, count).html;
  const heads = headings.map(
    ({ head, kind, sorted }, i) =>
      markup`<th scope="col" role="columnheader" class="${kind}" aria-sort="${sorted ?? 'none'}"><button type="button" data-column="${i}">${head}<span class="arrow" aria-hidden="true"></span></button></th>`,
  );
  yield markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of ${id}, to scroll">
<table role="table" class="rows" id="${id}-table" aria-labelledby="${id}">
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
`.html;
  for (const { cells, type, id: rowId } of rows) {
    const shown = cells.map(({ shown, by }, i) => {
      const { head = '', kind = 'text' } = headings[i] ?? {};
      return markup`<td role="cell" class="${kind}" data-label="${head}" data-by="${by}">${shown}</td>`;
    });
    const anchor = rowId === undefined ? null : markup` id="${rowId}"`;
    yield `${markup`<tr role="row"${anchor} data-type="${type}">${shown}</tr>`.html}\n`;
  }
  yield '</tbody>\n</table>\n</div>\n';
}

/** Controls, hidden until the script shows them. */
function controls(
  id: string,
  headings: readonly Heading[],
  types: readonly string[],
  count: number,
): Markup {
  const sorts = headings.map(
    ({ head, sorted }, i) =>
      markup`<option value="${i}"${sorted ? markup` selected` : null}>${head}</option>`,
  );
  return markup`<form class="controls" data-for="${id}-table" hidden>
<label>Search <input type="search" autocomplete="off" placeholder="any text"></label>
<label>Audit <select class="type"><option value="">all</option>${types.map((type) => markup`<option>${type}</option>`)}</select></label>
<label class="narrow">Sort by <select class="sort">${sorts}</select></label>
<p role="status">${count} shown</p>
</form>
`;
}
