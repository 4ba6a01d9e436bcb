import { UsageError } from '../../errors.ts';
import type { Context } from '../command.ts';
import { parseWindowOption, type WindowRequest } from '../window-option.ts';

/** The window where none is given. */
export const defaultWindow = '30d settled';

/** A window as it was given, and as what it is; `settled` is another one for each product. */
export interface FleetWindow {
  readonly text: string;
  readonly request: WindowRequest;
}

/** @throws UsageError where it is none, or one that needs more than the clusters' days */
export async function fleetWindow(
  { window, since }: { readonly window: string | null; readonly since: number | null },
  context: Context,
): Promise<FleetWindow> {
  const text = window ?? (since === null ? defaultWindow : null);
  const request = await parseWindowOption({ window: text, since }, context);
  if (request === null || ('name' in request && request.name === 'reconciled')) {
    throw new UsageError(
      '--window: kc-etl fleet does not read which days are reconciled',
      'use --window "30d settled", or kc-etl reconciliation',
    );
  }
  return { text: 'query' in request ? request.query : (text ?? defaultWindow), request };
}
