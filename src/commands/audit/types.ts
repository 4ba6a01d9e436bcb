import { auditTypeNames, auditTypes } from '../../audits/types.ts';
import { defineCommand } from '../command.ts';

/** `audit types`: the words of the audits. */
export const auditTypesCommand = defineCommand({
  examples: ['kc-etl audit types', 'kc-etl audit types -o json'],
  options: {},
  prints: 'types',
  async run() {
    const types = auditTypeNames.map((type) => ({ type, ...auditTypes[type] }));
    return { result: { kind: 'types', types }, exitCode: 0 };
  },
});
