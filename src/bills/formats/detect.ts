import { BillError } from '../error.ts';
import { azure } from './azure.ts';
import { cur } from './cur.ts';
import { focus } from './focus.ts';
import { type BillFormat, columnName } from './format.ts';
import { gcp } from './gcp.ts';

/** Every format that a bill can have; the first that fits its header is taken. */
export const billFormats: readonly BillFormat[] = [focus, cur, azure, gcp];

/** A bill's format, and the header's column for each field that it has. */
export interface BillLayout {
  readonly format: BillFormat;
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * Recognises the format of a bill by its header.
 *
 * @param file its name, for errors
 * @throws BillError where no format fits, or the one that fits has not all columns that are needed
 */
export function detectFormat(header: readonly string[], file: string): BillLayout {
  const byName = new Map(header.map((column) => [columnName(column), column]));
  const found = billFormats.find((format) =>
    format.recognisedBy.every((field) => columnOf(format, field, byName) !== undefined),
  );
  if (!found) throw unknownFormat(header, file);
  const columns = new Map<string, string>();
  for (const field of Object.keys(found.columns)) {
    const column = columnOf(found, field, byName);
    if (column !== undefined) columns.set(field, column);
  }
  const missing = found.required.filter((field) => !columns.has(field));
  if (missing.length > 0) {
    const lost = missing.includes('id') ? '; without it no line can be matched to an asset' : '';
    throw new BillError(
      `--bill: ${file} is ${found.title} without ${columnsText(found, missing)}${lost}`,
      found.howToExport,
    );
  }
  return { format: found, columns };
}

function columnOf(format: BillFormat, field: string, byName: ReadonlyMap<string, string>) {
  const name = format.columns[field]?.find((one) => byName.has(one));
  return name === undefined ? undefined : byName.get(name);
}

/** `the columns ChargeCategory, ResourceId or InstanceId`, in the format's own writing. */
function columnsText(format: BillFormat, fields: readonly string[]): string {
  const names = fields.map((field) =>
    (format.columns[field] ?? []).map(format.header ?? ((name) => name)).join(' or '),
  );
  return `the column${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

/** The format of which a header has most of the required columns; null where none has half of them. */
function nearestFormat(byName: ReadonlyMap<string, string>) {
  const candidates = billFormats.map((format) => {
    const needed = [...new Set([...format.recognisedBy, ...format.required])];
    const missing = needed.filter((field) => columnOf(format, field, byName) === undefined);
    return { format, missing, found: needed.length - missing.length };
  });
  const [nearest] = candidates.sort((a, b) => b.found - a.found);
  return nearest && nearest.found > nearest.missing.length ? nearest : null;
}

function unknownFormat(header: readonly string[], file: string): BillError {
  const titles = billFormats.map(({ title }) => title).join(', ');
  const shown = header.slice(0, 4).join(', ');
  const isSummary = /^(service|date|linked account|total costs?)/i.test(header[0] ?? '');
  const nearest = nearestFormat(new Map(header.map((column) => [columnName(column), column])));
  if (nearest) {
    const { format, missing } = nearest;
    return new BillError(
      `--bill: ${file} looks like ${format.title}, but without ${columnsText(format, missing)}`,
      `${format.howToExport}; the formats are ${titles}`,
    );
  }
  return new BillError(
    isSummary
      ? `--bill: ${file} is a summary (${shown}, …): it has no line per resource`
      : `--bill: ${file} has no header that kc-etl knows (${shown === '' ? 'it is empty' : `${shown}, …`})`,
    `the formats are ${titles}`,
  );
}
