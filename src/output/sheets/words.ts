import type { EventKind } from '../../events/kinds.ts';
import type { TypesReport } from '../result.ts';
import type { Sheet } from './sheet.ts';

export function kindSheet(kinds: readonly EventKind[]): Sheet {
  return {
    title: 'Event kinds',
    columns: ['kind', 'store', 'step', 'description'],
    rows: kinds.map(({ kind, store, step, description }) => [kind, store, step, description]),
  };
}

export function typeSheet(types: TypesReport['types']): Sheet {
  return {
    title: 'Audit types',
    columns: ['type', 'short', 'field', 'key', 'description'],
    rows: types.map(({ type, short, field, keys, description }) => [
      type,
      short,
      field,
      keys.join(', '),
      description,
    ]),
  };
}
