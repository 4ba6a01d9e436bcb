import { settledSpan } from '../audits/local/settling.ts';
import { UsageError } from '../errors.ts';
import type { Client } from '../kubecost/client.ts';
import type { OwnWindow, OwnWindowName } from '../kubecost/own-window.ts';
import { detectProduct, type Product, productName } from '../kubecost/product.ts';
import type { ResolvedWindow } from '../kubecost/window.ts';
import { formatSpan, hour, type Span } from '../time.ts';
import type { Context } from './command.ts';

/** The days of a window on one server, and why these. */
interface Resolved {
  readonly span: Span;
  readonly reason: string;
  /** The product of the server; absent where there is none. */
  readonly product?: Product;
}

type Resolver = (days: number, client: Client | null, context: Context) => Promise<Resolved>;

const resolvers: Readonly<Record<OwnWindowName, Resolver>> = { settled, reconciled };

/** The earliest window of the servers, with its product where there is one server; without a server, that of a Kubecost. */
export async function resolveOwnWindow(
  { name, days }: OwnWindow,
  clients: readonly Client[],
  context: Context,
): Promise<ResolvedWindow> {
  const found: Resolved[] = [];
  for (const client of clients.length > 0 ? clients : [null]) {
    found.push(await resolvers[name](days, client, context));
  }
  const { span, reason, product } = found.reduce((a, b) => (b.span.end < a.span.end ? b : a));
  const query = formatSpan(span);
  const typed = days === 1 ? name : `${days}d ${name}`;
  await context.reporter.note(`--window ${typed}: ${query} (${reason})`);
  const own = found.length === 1 && product ? { product } : {};
  return { query, span, rewritten: reason, ...own };
}

/** The newest days that are settled and reconciled in every cluster. */
async function reconciled(
  days: number,
  client: Client | null,
  context: Context,
): Promise<Resolved> {
  if (client === null || client.saved !== undefined) {
    throw new UsageError(
      '--window: reconciled days are found on a server or in a recording, not in a saved file',
      'give the dates, such as 2020-04-01,2020-04-03',
    );
  }
  const { newestReconciledSpan } = await import('./reconciliation/newest.ts');
  return newestReconciledSpan(client, days, context);
}

/** The newest days that no longer change; a saved file names no product, so Kubecost's longer time counts. */
async function settled(days: number, client: Client | null, { deps }: Context): Promise<Resolved> {
  const now = deps.clock.now();
  const isServer = client !== null && client.saved === undefined;
  const product = isServer
    ? await detectProduct(client, { start: now - 2 * hour, end: now - hour })
    : null;
  const { name } = product ?? { name: 'kubecost' };
  const { span, after } = settledSpan(days, name, now);
  const reason = `${productName({ name })}'s data is settled ${after / hour} h after the end of a day`;
  return { span, reason, ...(product && { product }) };
}
