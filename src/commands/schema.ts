import { oneOf } from '../config/option.ts';
import { defineCommand } from './command.ts';

/** The names that `schema` takes; the record behind them is loaded only when it runs. */
export const schemaNames = [
  'events',
  'event',
  'audit',
  'audit-entry',
  'audit-servers',
  'compare',
  'coverage',
  'reconciliation',
  'repair',
  'trend',
  'stored-day',
  'stored-reconciliation',
  'groups',
  'rates',
  'kinds',
  'types',
  'explanation',
  'fleet',
  'doctor',
] as const;

/** `schema`: what programs can rely on. */
export const schemaCommand = defineCommand({
  examples: ['kc-etl schema', 'kc-etl schema audit'],
  options: {},
  prints: 'text',
  async run(_options, _context, [name]) {
    if (name === undefined) {
      return { result: { kind: 'text', text: `${schemaNames.join('\n')}\n` }, exitCode: 0 };
    }
    const known = oneOf(name, schemaNames, 'schema');
    const text = `${JSON.stringify(await schemaOf(known), null, 2)}\n`;
    return { result: { kind: 'text', text }, exitCode: 0 };
  },
});

async function schemaOf(name: (typeof schemaNames)[number]): Promise<unknown> {
  const { fileSchemaOf, jsonSchemaOf } = await import('../output/schemas.ts');
  if (name === 'stored-reconciliation') {
    const { storedReconciliationSchema } = await import('../store/reconciliation.ts');
    return fileSchemaOf(name, storedReconciliationSchema);
  }
  if (name !== 'stored-day') return jsonSchemaOf(name);
  const { storedDaySchema } = await import('../store/schema.ts');
  return fileSchemaOf(name, storedDaySchema);
}
